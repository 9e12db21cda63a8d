package pipeline

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/index"
	"github.com/credsieve/credsieve/datasets/ledger"
	"github.com/credsieve/credsieve/pipeline/pair"
)

// memory is what a run knows from earlier ones. There is none without a state folder.
type memory struct {
	ledger    *ledger.Ledger
	names     fingerprints
	steps     string                    // names the rules of hash steps of the index
	crowd     func(password []byte) int // accounts of this run that were met with it
	now       time.Time
	standing  map[ledger.Credential]*standing
	unwritten map[ledger.Credential]*ledger.Finding // evidence that changed
}

// verifyRules names how a password is verified, for names of pairs: a pair that was refuted under other
// rules is not known. Change it with whatever makes a password match that did not before.
const verifyRules = "2"

// recall opens the ledger and finds the accounts whose findings still stand.
func (r *run) recall() error {
	if r.cfg.StateDir == "" {
		return nil
	}
	l, err := r.openLedger()
	if err != nil || l == nil {
		return err
	}
	r.memory = &memory{
		ledger: l, names: newFingerprints(r.cfg.Key), now: r.started.UTC(),
		standing:  make(map[ledger.Credential]*standing),
		unwritten: make(map[ledger.Credential]*ledger.Finding),
	}
	attachment, err := r.index.Attachment()
	if err != nil {
		return err
	}
	sum := sha256.Sum256(attachment)
	r.memory.steps = hex.EncodeToString(sum[:])
	return r.memory.findStanding(r.index, r.index.Rows())
}

// openLedger returns nil when a dry run finds no state: it makes none, and changes no byte of one.
func (r *run) openLedger() (*ledger.Ledger, error) {
	if !r.cfg.DryRun {
		return ledger.Open(r.cfg.StateDir, r.cfg.Key, r.started)
	}
	l, err := ledger.OpenExisting(r.cfg.StateDir, r.cfg.Key, true)
	if errors.Is(err, ledger.ErrNoState) {
		return nil, nil
	}
	return l, err
}

func (m *memory) credential(a *index.Account) ledger.Credential {
	// An id is 16 bytes in hexadecimal.
	raw, err := hex.DecodeString(m.names.finding(a.ID, a.StoredHash))
	if err != nil {
		panic("pipeline: a finding id is not hexadecimal")
	}
	return ledger.Credential(raw)
}

// pairName names a pair for the ledger. A digest and a password of the same text are different pairs, and so
// is a password under other hash steps or another tag: what a wrong pepper refuted must be tried with the right one.
func (m *memory) pairName(c ledger.Credential, a *index.Account, p *pair.Pair) ledger.Name {
	how := verifyRules
	if a.HashSteps != 0 {
		how = fmt.Sprintf("%s %d %s", how, a.HashSteps, m.steps)
	}
	if p.Digest {
		how += " digest"
	} else if a.CredentialTag != "" { // it leaves out byte forms of the password
		how = fmt.Sprintf("%s tag %s of %s", how, a.CredentialTag, a.Identifier)
	}
	return m.ledger.Pair(c, how, p.Secret)
}

// knows reports whether a pair needs no verification: it was refuted by an earlier run, or its account was
// confirmed by one. The confirmed pair itself, met again, is evidence.
func (m *memory) knows(s *screened, t *subject, p *pair.Pair) (bool, error) {
	name := m.pairName(t.credential, &t.Account, p)
	stands, ok := m.standing[t.credential]
	if !ok {
		return m.ledger.Refuted(t.credential, name)
	}
	if stands.record.Pair == name {
		stands.merge(s, p, m.now)
		stands.record.SharedBy = max(stands.record.SharedBy, m.crowd(p.Secret))
		m.unwritten[t.credential] = stands.record
	}
	return true, nil
}

// sourcesOf returns what the dumps that hold a pair say of themselves, each description once.
func sourcesOf(s *screened, p *pair.Pair, now time.Time) []ledger.Source {
	var list []ledger.Source
	for _, i := range s.inputs.Evidence(p) {
		meta := s.inputs.List[i].Meta
		source := ledger.Source{
			Name: meta.Name, Kind: string(meta.Kind), LeakedOn: meta.LeakedOn, FirstSeen: now,
		}
		if !slices.Contains(list, source) {
			list = append(list, source)
		}
	}
	return list
}

// mergeSources puts tonight's sources in the place of earlier ones of the same name: a description that was
// corrected since counts as it is now.
func mergeSources(have, tonight []ledger.Source) []ledger.Source {
	merged := slices.Clone(tonight)
	for _, h := range have {
		same := func(s ledger.Source) bool { return s.Name == h.Name }
		if !slices.ContainsFunc(tonight, same) {
			merged = append(merged, h)
			continue
		}
		for i := range merged {
			if same(merged[i]) && h.FirstSeen.Before(merged[i].FirstSeen) {
				merged[i].FirstSeen = h.FirstSeen
			}
		}
	}
	slices.SortFunc(merged, func(a, b ledger.Source) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Kind, b.Kind), a.LeakedOn.Compare(b.LeakedOn))
	})
	return merged
}

// evidenceOf is what a recorded finding says about the leak.
func evidenceOf(sources []ledger.Source) evidence {
	var e evidence
	for _, s := range sources {
		e.add(s.Name, dump.Kind(s.Kind), s.LeakedOn)
	}
	e.finish()
	return e
}

// decide writes a verdict down and returns when it is on disk. Only what is certain is kept.
func (m *memory) decide(ctx context.Context, f *finding) error {
	d := ledger.Decision{
		Credential: f.credential, Pair: m.pairName(f.credential, &f.account, f.pair), At: m.now, Finding: f.record,
	}
	if f.record != nil {
		f.record.Pair = d.Pair
	}
	return m.ledger.Decide(ctx, d)
}

// Marks of a recorded finding: the stored hash looked at the first bytes of the password only; a record says
// that it was typed into our own login page.
const (
	markTruncated = "truncated"
	markOwnPage   = "own_page"
)

// record is a finding as the ledger keeps it.
func (r *run) record(s *screened, a *index.Account, confirmed *finding) *ledger.Finding {
	m, p := r.memory, confirmed.pair
	f := &ledger.Finding{
		Account: m.ledger.Account(a.ID), Row: p.Account, IDPrint: r.index.IDPrint(a.ID), Match: p.Match(),
		Attribution: uint8(p.Attribution), Kind: uint8(p.Kind),
		Sources: sourcesOf(s, p, m.now), ConfirmedAt: m.now,
		SharedBy:    r.survey.Crowd.Of(p.Secret),
		Independent: r.survey.Repeats.Independent(gather(s, p).sources),
	}
	if confirmed.truncated {
		f.Marks = append(f.Marks, markTruncated)
	}
	if p.OwnPage {
		f.Marks = append(f.Marks, markOwnPage)
	}
	return f
}

// lookUpDumps notes which inputs were read by earlier runs, under whatever name.
func (r *run) lookUpDumps(s *screened) error {
	if r.memory == nil {
		return nil
	}
	for i := range s.inputs.List {
		in := &s.inputs.List[i]
		if in.Report.SHA256 == "" {
			continue
		}
		var err error
		if s.past[i], err = r.memory.ledger.Seen(r.memory.dumpName(in)); err != nil {
			return err
		}
	}
	return nil
}

func (m *memory) dumpName(in *pair.Input) ledger.Name {
	return m.ledger.Dump(in.Report.SHA256, in.Report.Bytes)
}

// remember closes the books of a run: what was listed, and which dumps were read. A list that was held is
// not noted as listed: nobody has acted on it.
func (r *run) remember(s *screened, v *verdicts, listed bool) error {
	m := r.memory
	if m == nil {
		return nil
	}
	for i := range v.findings {
		f := &v.findings[i]
		if listed && f.active() && f.record.ListedAt.IsZero() {
			f.record.ListedAt = m.now
			m.unwritten[f.credential] = f.record
		}
	}
	night := ledger.Night{Findings: m.unwritten}
	for i := range s.inputs.List {
		in := &s.inputs.List[i]
		// One that was not read to its end is noted for what a budget left of it, and until that is done.
		noted := in.Report.Status == dump.StatusRead || v.left[uint32(i)] > 0 || s.past[i] != nil
		if !noted || in.Report.SHA256 == "" {
			continue
		}
		d := ledger.Dump{
			Name: m.dumpName(in), Called: in.Meta.Name, Generation: r.index.Meta().Generation,
			FirstSeen: m.now, LastSeen: m.now, Open: v.left[uint32(i)],
		}
		if s.past[i] != nil {
			d.FirstSeen = s.past[i].FirstSeen
		}
		night.Dumps = append(night.Dumps, d)
	}
	return m.ledger.Finish(night)
}

// close gives the state folder free. Everything in it is on disk already.
func (m *memory) close() { _ = m.ledger.Close() }
