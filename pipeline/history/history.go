// Package history is what a run knows from earlier ones: which pairs they refuted, which findings still stand,
// which dumps they read. It lies in a ledger, under keyed names; without a state folder there is none.
//
//  1. Open finds the findings whose accounts still have the stored hash that was verified.
//  2. Known spares a pair its verification: an earlier run refuted it, or confirmed its account. A confirmed pair
//     that is met again is evidence for its finding.
//  3. Write puts a verdict on disk before anybody counts it.
//  4. Standing makes the findings of earlier runs findings of this one.
//  5. Finish closes the books: what was listed, and which dumps were read.
//
// Past one machine the ledger is where the run is planned and published. Export takes out what is known of some accounts,
// Lend makes a history of that for a task, whose Learned goes back to the one that publishes, which Learns it.
//
// Not guaranteed: that a dump is known under another description; it is known by its bytes, not by its name.
package history

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/index"
	"github.com/credsieve/credsieve/datasets/ledger"
	"github.com/credsieve/credsieve/hashing"
	"github.com/credsieve/credsieve/pipeline/finding"
	"github.com/credsieve/credsieve/pipeline/pair"
)

// History is an open state folder, for one run.
type History struct {
	book     book
	ledger   *ledger.Ledger // the book, where findings and nights are as well; nil of a task
	index    *index.Index
	ids      finding.IDs
	steps    string // names the rules of hash steps of the index
	now      time.Time
	standing map[ledger.Credential]*standing       // by the account's credential
	earlier  map[ledger.Credential][]earlier       // likewise: findings of a hash that the account had before
	changed  map[ledger.Credential]*ledger.Finding // by name, that are not written down so

	mu    sync.Mutex                            // of what Write changes: noted, changed and records
	noted map[ledger.Credential]*ledger.Finding // by name, by Write

	waiting map[ledger.Credential][]uint64 // what this run leaves over, by account
	left    int                            // prints in it
	full    bool                           // nothing more is left over
	order   []ledger.Credential            // of what is left over, by row
	refuted []byte                         // verdicts of tasks that are not written down yet
}

// book is what is asked of a ledger for every account and pair, or of what a plan took out of one.
type book interface {
	Account(id string) ledger.Name
	Pair(c ledger.Credential, how string, password []byte) ledger.Name
	Secret(id string, digest bool, password []byte) ledger.Name
	Dump(sha256 string, size int64) ledger.Name
	Refuted(c ledger.Credential, pair ledger.Name) (bool, error)
	Waiting(c ledger.Credential) ([]uint64, error)
	Seen(name ledger.Name) (*ledger.Dump, error)
	Decide(ctx context.Context, d ledger.Decision) error
}

// Config is what a history needs.
type Config struct {
	Dir   string // of the state
	Key   *hashing.Key
	Index *index.Index // opened with ids
	Now   time.Time
	// Existing makes no state either: one that is not there is an error, ledger.ErrNoState.
	Existing bool
	// ReadOnly makes no state and changes no byte of one, for a dry run.
	ReadOnly bool
}

// verifyRules names how a password is verified, for names of pairs: a pair that was refuted under other
// rules is not known. Change it with whatever makes a password match that did not before.
const verifyRules = "4"

// earlierRules are those under which a state may know the pair of a finding.
var earlierRules = []string{"3", "2"}

// Open opens the state folder and finds the accounts whose findings still stand. It returns nil when a read-only
// one is not there.
func Open(cfg Config) (*History, error) {
	l, err := cfg.open()
	if err != nil || l == nil {
		return nil, err
	}
	h, err := cfg.over(l)
	if h.ledger = l; err == nil {
		err = h.findStanding()
	}
	if err != nil {
		h.Close()
		return nil, err
	}
	return h, nil
}

// over is a history over a book, of which no finding was looked up yet.
func (cfg Config) over(b book) (*History, error) {
	h := &History{
		book: b, index: cfg.Index, ids: finding.NewIDs(cfg.Key), now: cfg.Now.UTC(),
		standing: make(map[ledger.Credential]*standing), earlier: make(map[ledger.Credential][]earlier),
		changed: make(map[ledger.Credential]*ledger.Finding),
		noted:   make(map[ledger.Credential]*ledger.Finding),
		waiting: make(map[ledger.Credential][]uint64),
	}
	attachment, err := cfg.Index.Attachment()
	sum := sha256.Sum256(attachment)
	h.steps = hex.EncodeToString(sum[:])
	return h, err
}

func (cfg Config) open() (*ledger.Ledger, error) {
	switch {
	case cfg.Existing:
		return ledger.OpenExisting(cfg.Dir, cfg.Key, false)
	case !cfg.ReadOnly:
		return ledger.Open(cfg.Dir, cfg.Key, cfg.Now)
	}
	l, err := ledger.OpenExisting(cfg.Dir, cfg.Key, true)
	if errors.Is(err, ledger.ErrNoState) {
		return nil, nil
	}
	return l, err
}

// Credential names an account with its stored hash.
func (h *History) Credential(a *index.Account) ledger.Credential { return h.ids.Credential(a) }

// pairName names a pair for the ledger. A digest and a password of the same text are different pairs, and so
// is a password under other hash steps or another tag: what a wrong pepper refuted must be tried with the right one.
func (h *History) pairName(c ledger.Credential, a *index.Account, p *pair.Pair) ledger.Name {
	return h.pairNameUnder(verifyRules, c, a, p)
}

func (h *History) pairNameUnder(rules string, c ledger.Credential, a *index.Account, p *pair.Pair) ledger.Name {
	how := rules
	if a.HashSteps != 0 {
		how = fmt.Sprintf("%s %d %s", how, a.HashSteps, h.steps)
	}
	if p.Digest {
		how += " digest"
	} else if a.CredentialTag != "" { // it leaves out byte forms of the password
		how = fmt.Sprintf("%s tag %s of %s", how, a.CredentialTag, a.Identifier)
	}
	return h.book.Pair(c, how, p.Secret)
}

// Known reports whether a pair needs no verification: it was refuted by an earlier run, or its account was
// confirmed by one. The confirmed pair itself, met again, is evidence. The credential is the account's.
func (h *History) Known(c ledger.Credential, a *index.Account, p *pair.Pair, survey *pair.Survey) (bool, error) {
	name := h.pairName(c, a, p)
	stands, ok := h.standing[c]
	if !ok {
		refuted, err := h.book.Refuted(c, name)
		if was := h.before(c, a, p); refuted && was != nil {
			h.end(was.name, was.record)
		}
		return refuted, err
	}
	if h.isConfirmed(stands.record, name, c, a, p) {
		stands.merge(survey.Inputs, p, h.now)
		stands.shared = survey.Crowd.Print(p)
		h.changed[stands.name] = stands.record
	}
	return true, nil
}

// Judged reports what Known does, and notes nothing.
func (h *History) Judged(c ledger.Credential, a *index.Account, p *pair.Pair) (bool, error) {
	if _, ok := h.standing[c]; ok {
		return true, nil
	}
	return h.book.Refuted(c, h.pairName(c, a, p))
}

// isConfirmed reports whether a pair is the one that a standing finding is about. A record of earlier rules is written
// down under those of today: what it matched it matches still.
func (h *History) isConfirmed(f *ledger.Finding, name ledger.Name, c ledger.Credential, a *index.Account, p *pair.Pair,
) bool {
	if f.Pair == name {
		return true
	}
	for _, rules := range earlierRules {
		if f.Pair == h.pairNameUnder(rules, c, a, p) {
			f.Pair, f.Secret, f.ChangedAt = name, h.book.Secret(a.ID, p.Digest, p.Secret), a.PasswordChangedAt
			return true
		}
	}
	return false
}

// sourcesOf returns what the dumps that hold a pair say of themselves, each description once.
func sourcesOf(in *pair.Inputs, p *pair.Pair, now time.Time) []ledger.Source {
	var list []ledger.Source
	known := make(map[ledger.Source]bool)
	for _, i := range in.Evidence(p) {
		meta := in.List[i].Meta
		source := ledger.Source{
			Name: meta.Name, Kind: string(meta.Kind), LeakedOn: meta.LeakedOn, FirstSeen: now,
		}
		if !known[source] {
			known[source] = true
			list = append(list, source)
		}
	}
	return list
}

// mergeSources puts tonight's sources in the place of earlier ones of the same name: a description that was
// corrected since counts as it is now.
func mergeSources(have, tonight []ledger.Source) []ledger.Source {
	merged := slices.Clone(tonight)
	of := make(map[string][]int) // places of tonight's, by name
	for i := range tonight {
		of[tonight[i].Name] = append(of[tonight[i].Name], i)
	}
	for _, h := range have {
		if len(of[h.Name]) == 0 {
			merged = append(merged, h)
		}
		for _, i := range of[h.Name] {
			if h.FirstSeen.Before(merged[i].FirstSeen) {
				merged[i].FirstSeen = h.FirstSeen
			}
		}
	}
	slices.SortFunc(merged, func(a, b ledger.Source) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Kind, b.Kind), a.LeakedOn.Compare(b.LeakedOn))
	})
	return merged
}

// Write puts what a verification said of a pair on disk, and returns when it is there: f is the finding of a match, nil
// when the pair was refuted. Only what is certain is written. It is safe for concurrent use.
func (h *History) Write(ctx context.Context, a *index.Account, p *pair.Pair, f *finding.Finding,
	inputs *pair.Inputs,
) error {
	c := h.Credential(a)
	d := ledger.Decision{Credential: c, Pair: h.pairName(c, a, p), At: h.now}
	h.mu.Lock()
	was := h.before(c, a, p)
	switch {
	case f != nil:
		d.Name, d.Finding = h.goOn(was, c, f, p, inputs)
		d.Finding.Pair = d.Pair
		h.noted[d.Name] = d.Finding
	case was != nil:
		h.end(was.name, was.record)
	}
	h.mu.Unlock()
	return h.book.Decide(ctx, d)
}

// goOn returns the record of a finding with its name: that of an earlier finding of the same password, if there was one.
func (h *History) goOn(was *earlier, c ledger.Credential, f *finding.Finding, p *pair.Pair, inputs *pair.Inputs,
) (ledger.Credential, *ledger.Finding) {
	record := h.note(f, p, inputs)
	if was == nil {
		return c, record
	}
	record.Hash, record.ConfirmedAt, record.ListedAt = c, was.record.ConfirmedAt, was.record.ListedAt
	record.HeldAt = was.record.HeldAt
	record.Sources = mergeSources(was.record.Sources, record.Sources)
	f.GoOn(was.name, was.record.ListedAt)
	delete(h.changed, was.name) // the record has its place
	return was.name, record
}

// note is a finding as the ledger keeps it.
func (h *History) note(f *finding.Finding, p *pair.Pair, inputs *pair.Inputs) *ledger.Finding {
	id := f.Account().ID
	return &ledger.Finding{
		Account: h.book.Account(id), Row: f.Row(), IDPrint: h.index.IDPrint(id), Match: p.Match(),
		Attribution: uint8(p.Attribution), Kind: uint8(p.Kind), Marks: f.Marks(),
		Sources: sourcesOf(inputs, p, h.now), ConfirmedAt: h.now,
		Independent: f.Independent(),
		Secret:      h.book.Secret(id, p.Digest, p.Secret), ChangedAt: f.Account().PasswordChangedAt,
	}
}

// Past returns what earlier runs noted of each input, under whatever name they read it; nil of what they did not.
func (h *History) Past(inputs *pair.Inputs) ([]*ledger.Dump, error) {
	past := make([]*ledger.Dump, len(inputs.List))
	for i := range inputs.List {
		in := &inputs.List[i]
		if in.Report.SHA256 == "" {
			continue
		}
		var err error
		if past[i], err = h.book.Seen(h.dumpName(in)); err != nil {
			return nil, err
		}
	}
	return past, nil
}

// Nights returns what earlier nights tell the guard, the last first.
func (h *History) Nights() ([]*ledger.NightRates, error) { return h.ledger.Nights() }

func (h *History) dumpName(in *pair.Input) ledger.Name {
	return h.book.Dump(in.Report.SHA256, in.Report.Bytes)
}

// Night is what is remembered of a run.
type Night struct {
	Inputs   *pair.Inputs
	Past     []*ledger.Dump   // what Past said of them
	Left     map[uint32]int64 // by input: pairs that stay unchecked
	Findings []finding.Finding
	// Listed says that the list was published. One that was held is not noted as listed: nobody has acted on it.
	Listed bool
	Held   *pair.RowSet       // accounts that refused dumps hold, whatever Listed says
	Rates  *ledger.NightRates // what the night tells the guard of later ones
}

// Finish closes the books of a run: what was listed, and which dumps were read.
func (h *History) Finish(n Night) error {
	for i := range n.Findings {
		f := &n.Findings[i]
		name := f.Name(h.ids)
		record := h.recordOf(name, f.Account())
		held := n.Held.Has(f.Row())
		if n.Listed && !held && f.Active() && record.ListedAt.IsZero() {
			record.ListedAt = h.now
			h.changed[name] = record
		}
		if held && record.HeldAt.IsZero() {
			record.HeldAt = h.now
			h.changed[name] = record
		}
		// All findings together say more than each alone.
		if record.Independent != f.Independent() || record.SharedBy != f.SharedBy() {
			record.Independent, record.SharedBy = f.Independent(), f.SharedBy()
			h.changed[name] = record
		}
	}
	night := ledger.Night{Findings: h.changed, Waiting: h.waiting, Rates: n.Rates}
	for i := range n.Inputs.List {
		in, left := &n.Inputs.List[i], n.Left[uint32(i)]
		// One that was not read to its end is noted for what a budget left of it, and until that is done.
		noted := in.Report.Status == dump.StatusRead || left > 0 || n.Past[i] != nil
		if !noted || in.Report.SHA256 == "" {
			continue
		}
		d := ledger.Dump{
			Name: h.dumpName(in), Called: in.Meta.Name, Generation: h.index.Meta().Generation,
			FirstSeen: h.now, LastSeen: h.now, Open: left,
		}
		if n.Past[i] != nil {
			d.FirstSeen = n.Past[i].FirstSeen
		}
		night.Dumps = append(night.Dumps, d)
	}
	return h.ledger.Finish(night)
}

// recordOf returns the record of a finding of this run.
func (h *History) recordOf(name ledger.Credential, a *index.Account) *ledger.Finding {
	if st, ok := h.standing[h.Credential(a)]; ok {
		return st.record
	}
	return h.noted[name]
}

// Close gives the state folder free. Everything in it is on disk already.
func (h *History) Close() {
	if h.ledger != nil {
		_ = h.ledger.Close()
	}
}
