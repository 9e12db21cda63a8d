package pipeline

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"slices"
	"time"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/hashing"
	"github.com/credsieve/credsieve/pipeline/pair"
)

// The status of a row: new, or on an earlier list already.
const (
	statusNew         = "new"
	statusOutstanding = "outstanding"
)

// rank turns the findings of active accounts into the list, worst first. It takes findings, not candidates:
// there is no other way onto the list.
func (r *run) rank(v *verdicts) []rundir.Row {
	names := newFingerprints(r.cfg.Key)
	list := make([]rundir.Row, 0, len(v.findings))
	for i := range v.findings {
		f := &v.findings[i]
		if !f.active() {
			continue
		}
		row := rundir.Row{
			AccountID:      f.account.ID,
			Status:         statusNew,
			Match:          f.pair.Match(),
			Attribution:    f.pair.Attribution.String(),
			IdentifierKind: f.pair.Kind.String(),
			FindingID:      names.finding(f.account.ID, f.account.StoredHash),
			HashTag:        names.hash(f.account.StoredHash),
			Identifier:     f.account.Identifier,
		}
		if f.outstanding {
			row.Status = statusOutstanding
		}
		e := f.evidence
		row.FirstLeakedOn, row.LastLeakedOn, row.Sources = e.first, e.last, e.sources
		row.Reasons = r.cfg.Weights.reasons(clues{
			kinds: e.kinds, last: e.last, ownPage: f.pair.OwnPage, attribution: f.pair.Attribution,
			truncated: f.truncated,
			sources:   f.independent,
			sharedBy:  f.sharedBy,
			mfa:       f.account.MFA, privilege: f.account.Privilege, lastActive: f.account.LastActiveAt,
			now: r.started,
		})
		row.Score = score(row.Reasons)
		row.Band = bandOf(row.Score)
		row.Actions = actions(row.Reasons)
		list = append(list, row)
	}
	slices.SortFunc(list, func(a, b rundir.Row) int {
		return cmp.Or(-cmp.Compare(a.Score, b.Score), cmp.Compare(a.AccountID, b.AccountID))
	})
	for i := range list {
		list[i].Rank = i + 1
	}
	return list
}

// evidence is what the dumps that hold the confirmed pair say about the leak.
type evidence struct {
	first, last time.Time
	sources     []string // names of dumps, sorted
	kinds       []dump.Kind
}

func gather(s *screened, p *pair.Pair) evidence {
	var e evidence
	for _, i := range s.inputs.Evidence(p) {
		meta := s.inputs.List[i].Meta
		e.add(meta.Name, meta.Kind, meta.LeakedOn)
	}
	e.finish()
	return e
}

// add takes in one dump.
func (e *evidence) add(name string, kind dump.Kind, on time.Time) {
	e.sources = append(e.sources, name)
	if !slices.Contains(e.kinds, kind) {
		e.kinds = append(e.kinds, kind)
	}
	if on.IsZero() {
		return
	}
	if e.first.IsZero() || on.Before(e.first) {
		e.first = on
	}
	if on.After(e.last) {
		e.last = on
	}
}

// finish puts the names in order, each once.
func (e *evidence) finish() {
	slices.Sort(e.sources)
	e.sources = slices.Compact(e.sources)
}

// fingerprints name findings and stored hashes without giving either away.
type fingerprints struct{ findingKey, hashKey []byte }

func newFingerprints(key *hashing.Key) fingerprints {
	return fingerprints{
		findingKey: key.Derive(hashing.PurposeFinding, nil, sha256.Size),
		hashKey:    key.Derive(hashing.PurposeHashTag, nil, sha256.Size),
	}
}

// finding is the same for the same account with the same stored hash, and another after the user changed
// the password.
func (f fingerprints) finding(account, storedHash string) string {
	mac := hmac.New(sha256.New, f.findingKey)
	// The length keeps account and hash apart: no two pairs give the same bytes.
	mac.Write(binary.BigEndian.AppendUint64(nil, uint64(len(account))))
	mac.Write([]byte(account))
	mac.Write([]byte(storedHash))
	return hex.EncodeToString(mac.Sum(nil)[:16])
}

func (f fingerprints) hash(storedHash string) string {
	mac := hmac.New(sha256.New, f.hashKey)
	mac.Write([]byte(storedHash))
	return hex.EncodeToString(mac.Sum(nil)[:16])
}
