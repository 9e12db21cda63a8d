package pipeline

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"slices"
	"time"

	"github.com/credsieve/credsieve/datasets/accounts"
	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/index"
	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/hashing"
)

// rank turns the findings of active accounts into the list, worst first. It takes findings, not candidates:
// there is no other way onto the list.
func (r *run) rank(s *screened, v *verdicts) []rundir.Row {
	names := newFingerprints(r.cfg.Key)
	list := make([]rundir.Row, 0, len(v.findings))
	for i := range v.findings {
		f := &v.findings[i]
		if f.account.Status != accounts.StatusActive {
			continue
		}
		row := rundir.Row{
			AccountID:      f.account.ID,
			Status:         "new", // without a ledger nothing can be outstanding
			Match:          f.pair.match(),
			Attribution:    f.pair.attribution.String(),
			IdentifierKind: f.pair.kind.String(),
			FindingID:      names.finding(f.account.ID, f.account.StoredHash),
			HashTag:        names.hash(f.account.StoredHash),
			Identifier:     f.account.Identifier,
		}
		e := gather(s, f.pair)
		row.FirstLeakedOn, row.LastLeakedOn, row.Sources = e.first, e.last, e.sources
		row.Reasons = reasons(&f.account, f.pair, e, r.started)
		row.Score = score(row.Reasons)
		row.Band = bandOf(row.Score)
		row.Actions = actions(e)
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

func gather(s *screened, p *pair) evidence {
	var e evidence
	for _, i := range s.evidence(p) {
		meta := s.inputs[i].Meta
		e.sources = append(e.sources, meta.Name)
		if !slices.Contains(e.kinds, meta.Kind) {
			e.kinds = append(e.kinds, meta.Kind)
		}
		if on := meta.LeakedOn; !on.IsZero() {
			if e.first.IsZero() || on.Before(e.first) {
				e.first = on
			}
			if on.After(e.last) {
				e.last = on
			}
		}
	}
	slices.Sort(e.sources)
	e.sources = slices.Compact(e.sources)
	return e
}

// reasons are the named parts of a score, heaviest first.
func reasons(a *index.Account, p *pair, e evidence, now time.Time) []rundir.Reason {
	list := []rundir.Reason{{Code: "password_confirmed", Weight: baseWeight}}
	add := func(w reasonWeight) {
		if w.code != "" {
			list = append(list, rundir.Reason{Code: w.code, Weight: w.weight})
		}
	}
	add(kindReason(e.kinds))
	add(ageReason(e.last, now))
	if len(e.sources) > 1 {
		add(severalSources)
	}
	if a.MFA == accounts.MFADisabled {
		add(noSecondFactor)
	}
	switch a.Privilege {
	case accounts.PrivilegeAdmin:
		add(adminAccount)
	case accounts.PrivilegeStaff:
		add(staffAccount)
	}
	if !a.LastActiveAt.IsZero() && now.Sub(a.LastActiveAt) <= activeWithin {
		add(recentlyActive)
	}
	if p.attribution == hashing.AttributionAlias {
		add(aliasMatch)
	}
	if p.truncated {
		add(truncatedMatch)
	}
	slices.SortFunc(list, func(a, b rundir.Reason) int {
		return cmp.Or(-cmp.Compare(a.Weight, b.Weight), cmp.Compare(a.Code, b.Code))
	})
	return list
}

// kindReason is the heaviest kind of leak.
func kindReason(kinds []dump.Kind) reasonWeight {
	var best reasonWeight
	for _, kind := range kinds {
		if w := kindWeights[kind]; w.weight > best.weight {
			best = w
		}
	}
	return best
}

func ageReason(last, now time.Time) reasonWeight {
	if last.IsZero() {
		return reasonWeight{}
	}
	for _, w := range ageWeights {
		if now.Sub(last) <= w.within {
			return w.reasonWeight
		}
	}
	return reasonWeight{}
}

func score(reasons []rundir.Reason) float64 {
	sum := 0.0
	for _, r := range reasons {
		sum += r.Weight
	}
	return min(max(sum, 0), 100)
}

// actions are what the reset step should do, in the order in which a person would.
func actions(e evidence) []string {
	list := []string{"reset_password", "revoke_sessions"}
	stolen := slices.Contains(e.kinds, dump.KindStealerLog)
	if stolen || slices.Contains(e.kinds, dump.KindPhishing) {
		list = append(list, "review_connected_apps")
	}
	list = append(list, "notify_user")
	if stolen {
		list = append(list, "investigate_device")
	}
	return list
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
