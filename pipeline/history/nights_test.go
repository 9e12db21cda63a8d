package history

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/index"
	"github.com/credsieve/credsieve/hashing"
	"github.com/credsieve/credsieve/hashing/stored"
	"github.com/credsieve/credsieve/pipeline/finding"
	"github.com/credsieve/credsieve/pipeline/internal/workplace"
	"github.com/credsieve/credsieve/pipeline/pair"
)

// store is an export of accounts that changes from night to night, with one state.
type store struct {
	t     *testing.T
	key   *hashing.Key
	state string
	in    *pair.Inputs
	last  *History           // that is open, nil: none
	met   map[pair.Print]int // pairs of one password in the last survey that had some

	indexDir string
	index    *index.Index
}

func newStore(t *testing.T, dumps ...string) *store {
	s := &store{t: t, key: workplace.NewKey(t), state: filepath.Join(t.TempDir(), "state"), met: make(map[pair.Print]int)}
	t.Cleanup(s.end)
	var list []dump.Input
	for _, name := range dumps {
		list = append(list, dump.Input{Meta: dump.Meta{Name: name, Kind: dump.KindUnknown}})
	}
	s.in = pair.NewInputs(list)
	for i := range s.in.List {
		s.in.List[i].Report = dump.Report{SHA256: "sum of " + s.in.List[i].Meta.Name, Bytes: 9, Status: dump.StatusRead}
	}
	return s
}

// night opens the state with an export of rows "id,stored hash,changed at".
func (s *store) night(month time.Month, rows ...string) *History {
	s.t.Helper()
	s.export(rows...)
	h, err := Open(Config{Dir: s.state, Key: s.key, Index: s.index, Now: day2026(month)})
	if err != nil {
		s.t.Fatal(err)
	}
	s.last = h
	return h
}

// end closes the state; a run that was killed has done no more.
func (s *store) end() {
	if s.last != nil {
		s.last.Close()
		s.last = nil
	}
}

// export builds the index again.
func (s *store) export(rows ...string) {
	s.t.Helper()
	text := "account_id,email,password_hash,password_changed_at\n"
	for _, row := range rows {
		id, rest, _ := strings.Cut(row, ",")
		text += id + "," + id + "@example.com," + rest + "\n"
	}
	var err error
	s.indexDir = workplace.OfKey(s.t, text, s.key).IndexDir
	if s.index, err = index.OpenWithIDs(s.indexDir, s.key); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { s.index.Close() })
}

// row is the account of an id.
func (s *store) row(id string) (uint32, index.Account) {
	s.t.Helper()
	for row := range uint32(s.index.Rows()) {
		if a, err := s.index.Account(row); err == nil && a.ID == id {
			return row, a
		}
	}
	s.t.Fatalf("account %s is not in the index", id)
	return 0, index.Account{}
}

func (s *store) pair(id, secret string, inputs ...uint32) (*index.Account, *pair.Pair) {
	s.t.Helper()
	row, account := s.row(id)
	return &account, &pair.Pair{
		Account: row, Secret: []byte(secret), Inputs: inputs, Kind: hashing.KindEmail, Attribution: hashing.AttributionExact,
	}
}

// survey is of pairs that met other accounts too.
func (s *store) survey(pairs ...*pair.Pair) *pair.Survey {
	survey := pair.NewSurvey(s.in, pair.NewCrowd(s.key, "", 1<<20))
	for _, p := range pairs {
		survey.Add(p)
		alike := 0
		for _, q := range pairs {
			if survey.Crowd.Print(p) == survey.Crowd.Print(q) {
				alike++
			}
		}
		s.met[survey.Crowd.Print(p)] = alike
	}
	return survey
}

// stand are the findings that stand, with how many accounts share their passwords.
func (s *store) stand(h *History) []finding.Finding {
	s.t.Helper()
	findings, err := h.Standing(s.survey())
	if err != nil {
		s.t.Fatal(err)
	}
	for i := range findings {
		findings[i].Shares(s.met[findings[i].Shared()])
	}
	return findings
}

// known asks, as pruning does, whether a pair is decided.
func (s *store) known(h *History, id, secret string, inputs ...uint32) bool {
	s.t.Helper()
	a, p := s.pair(id, secret, inputs...)
	judged, err := h.Judged(h.Credential(a), a, p)
	if err != nil {
		s.t.Fatal(err)
	}
	known, err := h.Known(h.Credential(a), a, p, s.survey(p, p))
	if err != nil {
		s.t.Fatal(err)
	}
	if judged != known {
		s.t.Errorf("%s of %s is judged: %v, known: %v", secret, id, judged, known)
	}
	return known
}

// decide writes that a pair was confirmed, or refuted.
func (s *store) decide(h *History, id, secret string, confirmed bool, inputs ...uint32) *finding.Finding {
	s.t.Helper()
	a, p := s.pair(id, secret, inputs...)
	var f *finding.Finding
	if confirmed {
		made, err := finding.Verified(a, p, stored.Result{Outcome: stored.Match}, s.survey(p))
		if err != nil {
			s.t.Fatal(err)
		}
		f = &made
		f.Shares(s.met[f.Shared()])
	}
	if err := h.Write(context.Background(), a, p, f, s.in); err != nil {
		s.t.Fatal(err)
	}
	return f
}

// finish ends the night with the findings that were made in it and those that stand.
func (s *store) finish(h *History, listed bool, made ...*finding.Finding) {
	s.t.Helper()
	findings := s.stand(h)
	for _, f := range made {
		findings = append(findings, *f)
	}
	past, err := h.Past(s.in)
	if err == nil {
		err = h.Finish(Night{Inputs: s.in, Past: past, Findings: findings, Listed: listed, Held: pair.NewRowSet()})
	}
	if err != nil {
		s.t.Fatal(err)
	}
	s.end()
}

// standing says which accounts are outstanding: id, whether it was listed, its sources and whether they are independent.
func (s *store) standing(h *History) string {
	s.t.Helper()
	findings := s.stand(h)
	var list []string
	for i := range findings {
		f := &findings[i]
		list = append(list, fmt.Sprintf("%s %v %v %d %d", f.Account().ID, f.FirstListed().Month(), f.Evidence().Sources, f.Independent(), f.SharedBy()))
	}
	slices.Sort(list)
	return strings.Join(list, "; ")
}

// TestNights_of_one_hash: what was decided stays decided, a finding gains what later dumps say, and a new password ends it.
func TestNights_of_one_hash(t *testing.T) {
	t.Parallel()
	s := newStore(t, "shop", "forum")
	h := s.night(1, "u1,$made$up,", "u2,$made$up$2,")
	if s.known(h, "u1", "right", 0) || s.known(h, "u2", "wrong", 0) {
		t.Error("something is known before it was decided")
	}
	s.decide(h, "u2", "wrong", false, 0)
	s.finish(h, true, s.decide(h, "u1", "right", true, 0))

	h = s.night(2, "u0,$made$up$0,", "u1,$made$up,", "u2,$made$up$2,") // in another row
	if got := s.standing(h); got != "u1 January [shop] 1 1" {
		t.Errorf("%s", got)
	}
	// The account is decided, whatever its password was; only the confirmed one is evidence.
	if !s.known(h, "u2", "wrong", 1) || s.known(h, "u2", "right", 1) || !s.known(h, "u1", "another", 1) {
		t.Error("what was decided is not known again")
	}
	if got := s.standing(h); got != "u1 January [shop] 1 1" {
		t.Errorf("another password is evidence: %s", got)
	}
	if !s.known(h, "u1", "right", 0, 1) {
		t.Error("the confirmed password is not known")
	}
	if got := s.standing(h); got != "u1 January [forum shop] 2 2" {
		t.Errorf("a second source does not count: %s", got)
	}
	s.finish(h, true)

	h = s.night(3, "u1,$made$up,")
	if got := s.standing(h); got != "u1 January [forum shop] 2 2" {
		t.Errorf("what a later night said is forgotten: %s", got)
	}
	s.finish(h, true)

	h = s.night(4, "u1,$made$up$new,", "u2,$made$up$2,")
	if got := s.standing(h); got != "" || s.known(h, "u1", "right", 0) {
		t.Errorf("with another hash: %s", got)
	}
}

// TestNights_of_a_login_that_hashes_again: the same password in a later hash is the same finding, another ends it.
func TestNights_of_a_login_that_hashes_again(t *testing.T) {
	t.Parallel()
	before, later := "2025-01-01T00:00:00Z", "2026-02-01T00:00:00Z"
	for name, test := range map[string]struct {
		changedFirst, changedThen string
		opens                     bool   // the new hash
		again                     bool   // verified by the new hash, and not only met
		want                      string // outstanding on the third night
	}{
		"same password":             {before, before, true, true, "u1 January [shop] 1 1"},
		"date not known":            {"", "", true, true, "u1 January [shop] 1 1"},
		"date not known before":     {"", later, true, true, "u1 January [shop] 1 1"},
		"another password":          {before, before, false, true, ""},
		"changed, perhaps the same": {before, later, true, true, "u1 February [shop] 1 1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStore(t, "shop")
			h := s.night(1, "u1,$made$up,"+test.changedFirst)
			s.finish(h, true, s.decide(h, "u1", "right", true, 0))
			h = s.night(2, "u1,$made$up$again,"+test.changedThen)
			if s.known(h, "u1", "right", 0) {
				t.Error("what another hash said is taken for granted")
			}
			if f := s.decide(h, "u1", "right", test.opens, 0); f != nil {
				s.finish(h, true, f)
			} else {
				s.finish(h, true)
			}
			h = s.night(3, "u1,$made$up$again,"+test.changedThen)
			if got := s.standing(h); got != test.want {
				t.Errorf("the third night: %s", got)
			}
			if known := s.known(h, "u1", "right", 0); !known {
				t.Error("the third night knows nothing of the second")
			}
			s.finish(h, true)
			// Of a hash that nobody has verified, nothing stands.
			h = s.night(4, "u1,$made$up$again$and$again,"+test.changedThen)
			if got := s.standing(h); got != "" {
				t.Errorf("the fourth night: %s", got)
			}
		})
	}
}

// TestNights_of_a_refuted_rehash: a run that ended after the verdict and before its own end is made up for by the next.
func TestNights_of_a_refuted_rehash(t *testing.T) {
	t.Parallel()
	s := newStore(t, "shop")
	h := s.night(1, "u1,$made$up,")
	s.finish(h, true, s.decide(h, "u1", "right", true, 0))
	h = s.night(2, "u1,$made$up$again,")
	s.decide(h, "u1", "right", false, 0)
	s.end() // without Finish
	h = s.night(3, "u1,$made$up$again,")
	if !s.known(h, "u1", "right", 0) {
		t.Error("the verdict is lost")
	}
	s.finish(h, true)
	h = s.night(4, "u1,$made$up$again,")
	if len(h.earlier) != 0 {
		t.Error("a finding goes on that a later hash has refuted")
	}
}
