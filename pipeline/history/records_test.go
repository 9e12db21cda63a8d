package history

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"testing"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/ledger"
	"github.com/credsieve/credsieve/pipeline/pair"
)

// records are those of the state, by the account that they are about.
func (s *store) records(h *History, ids ...string) map[string]*ledger.Finding {
	s.t.Helper()
	found := make(map[string]*ledger.Finding)
	if err := h.ledger.Findings(func(_ ledger.Credential, f *ledger.Finding) error {
		for _, id := range ids {
			if f.Account == h.ledger.Account(id) {
				found[id] = f
			}
		}
		return nil
	}); err != nil {
		s.t.Fatal(err)
	}
	return found
}

// TestOpen_finds_accounts_that_moved: with the print of their ids, and in a state that is older than the prints; afterwards it has them.
func TestOpen_finds_accounts_that_moved(t *testing.T) {
	t.Parallel()
	for name, forget := range map[string]func(*ledger.Finding){
		"with prints":             func(*ledger.Finding) {},
		"without prints":          func(f *ledger.Finding) { f.IDPrint = 0 },
		"without prints, or rows": func(f *ledger.Finding) { f.IDPrint, f.Row = 0, 1<<20 },
	} {
		s := newStore(t, "shop")
		h := s.night(1, "u1,$made$up,", "u2,$made$up$2,")
		s.decide(h, "u1", "right", true, 0)
		s.decide(h, "u2", "right too", true, 0)
		for c, record := range h.noted {
			forget(record)
			h.changed[c] = record
		}
		s.finish(h, false)
		rows := []string{"u0,$made$up$0,", "u1,$made$up,", "u2,$made$up$2,", "u3,$made$up$3,", "u4,$made$up$4,"}
		h = s.night(2, rows...)
		if len(h.standing) != 2 {
			t.Errorf("%s: %d findings stand", name, len(h.standing))
		}
		s.finish(h, false)
		h = s.night(3, rows...)
		if len(h.standing) != 2 {
			t.Errorf("%s: %d findings stand in the next night", name, len(h.standing))
		}
		for id, f := range s.records(h, "u1", "u2") {
			row, _ := s.row(id)
			if f.Row != row || f.IDPrint != s.index.IDPrint(id) {
				t.Errorf("%s: %s is in row %d with print %d", name, id, f.Row, f.IDPrint)
			}
		}
		s.end()
	}
}

// TestFindStanding_of_old_records: one that is where it was gets its print, too.
func TestFindStanding_of_old_records(t *testing.T) {
	t.Parallel()
	s := newStore(t, "shop")
	h := s.night(1, "u1,$made$up,")
	s.decide(h, "u1", "right", true, 0)
	for c, record := range h.noted {
		record.IDPrint = 0
		h.changed[c] = record
	}
	s.finish(h, false)
	s.finish(s.night(2, "u1,$made$up,"), false)
	h = s.night(3, "u1,$made$up,")
	if f := s.records(h, "u1")["u1"]; f == nil || f.IDPrint != s.index.IDPrint("u1") {
		t.Errorf("%+v", f)
	}
}

// TestKnown_keeps_what_later_dumps_say: also where nothing else of the finding changed.
func TestKnown_keeps_what_later_dumps_say(t *testing.T) {
	t.Parallel()
	s := newStore(t, "shop", "forum", "shop")
	h := s.night(1, "u1,$made$up,")
	s.finish(h, true, s.decide(h, "u1", "right", true, 0, 2))
	h = s.night(2, "u1,$made$up,")
	if got := s.standing(h); got != "u1 January [shop] 1 1" {
		t.Errorf("two files of one description: %s", got)
	}
	s.known(h, "u1", "right", 1)
	if err := h.Finish(Night{Inputs: s.in, Past: make([]*ledger.Dump, 3), Held: pair.NewRowSet()}); err != nil {
		t.Fatal(err)
	}
	s.end()
	h = s.night(3, "u1,$made$up,")
	if f := s.records(h, "u1")["u1"]; len(f.Sources) != 2 {
		t.Errorf("the second source is forgotten: %+v", f.Sources)
	}
}

// TestWrite_of_another_hash: the same password goes on with what was known of it, and another does not.
func TestWrite_of_another_hash(t *testing.T) {
	t.Parallel()
	s := newStore(t, "shop", "forum")
	h := s.night(1, "u1,$made$up,", "u2,$made$up$2,")
	s.decide(h, "u1", "right", true, 0)
	s.decide(h, "u2", "right", true, 0)
	for c, record := range h.noted {
		record.HeldAt = day2026(1)
		h.changed[c] = record
	}
	s.finish(h, false)
	h = s.night(2, "u1,$made$up$again,", "u2,$made$up$2$again,")
	same, another := s.decide(h, "u1", "right", true, 1), s.decide(h, "u2", "another", true, 1)
	s.finish(h, true, same, another)
	h = s.night(3, "u1,$made$up$again,", "u2,$made$up$2$again,")
	if got := s.standing(h); got != "u1 February [forum shop] 1 1; u2 February [forum] 1 1" {
		t.Errorf("standing: %s", got)
	}
	records := s.records(h, "u1")
	if f := records["u1"]; !f.HeldAt.Equal(day2026(1)) || !f.ConfirmedAt.Equal(day2026(1)) {
		t.Errorf("it forgot when it was held, or confirmed: %+v", f)
	}
}

// TestWrite_ends_what_a_new_hash_refutes: the finding of the old hash is over, in whatever night the same password comes back.
func TestWrite_ends_what_a_new_hash_refutes(t *testing.T) {
	t.Parallel()
	s := newStore(t, "shop")
	h := s.night(1, "u1,$made$up,2025-01-01T00:00:00Z", "u2,$made$up$2,2025-01-01T00:00:00Z")
	s.decide(h, "u2", "right", true, 0)
	s.finish(h, true, s.decide(h, "u1", "right", true, 0))
	h = s.night(2, "u1,$made$up$again,2025-01-01T00:00:00Z", "u2,$made$up$2$again,2026-01-01T00:00:00Z") // u2 changed the password
	s.decide(h, "u1", "right", false, 0)
	s.finish(h, true)
	h = s.night(3, "u1,$made$up$more,", "u2,$made$up$2$more,") // an export that does not say when
	if len(h.earlier) != 0 {
		t.Errorf("%d findings go on", len(h.earlier))
	}
}

// TestFinish_notes_who_was_held: only whom a refused dump held, and that all findings together say less than each alone.
func TestFinish_notes_who_was_held(t *testing.T) {
	t.Parallel()
	s := newStore(t, "shop", "forum")
	h := s.night(1, "u1,$made$up,", "u2,$made$up$2,")
	first, second := s.decide(h, "u1", "right", true, 0, 1), s.decide(h, "u2", "right too", true, 0)
	for _, record := range h.noted {
		record.Independent = 5 // as an earlier night saw it
	}
	if err := h.ledger.Finish(ledger.Night{Findings: h.noted}); err != nil {
		t.Fatal(err)
	}
	held := pair.NewRowSet()
	row, _ := s.row("u2")
	held.Add(row)
	findings := s.stand(h)
	findings = append(findings, *first, *second)
	if err := h.Finish(Night{Inputs: s.in, Past: make([]*ledger.Dump, 2), Findings: findings, Held: held}); err != nil {
		t.Fatal(err)
	}
	s.end()
	records := s.records(s.night(2, "u1,$made$up,", "u2,$made$up$2,"), "u1", "u2")
	if f := records["u1"]; !f.HeldAt.IsZero() || f.Independent != first.Independent() {
		t.Errorf("not held, repeated: %+v", f)
	}
	if f := records["u2"]; !f.HeldAt.Equal(day2026(1)) {
		t.Errorf("held: %+v", f)
	}
}

// TestOpen_for_a_dry_run: it finds what there is, makes nothing where there is nothing, and passes over no damage.
func TestOpen_for_a_dry_run(t *testing.T) {
	t.Parallel()
	s := newStore(t, "shop")
	s.export("u1,$made$up,")
	open := func() (*History, error) {
		return Open(Config{Dir: s.state, Key: s.key, Index: s.index, Now: day2026(2), ReadOnly: true})
	}
	if h, err := open(); h != nil || err != nil {
		t.Errorf("without a state: %v, %v", h, err)
	}
	if _, err := os.Stat(s.state); err == nil {
		t.Error("a dry run made a state")
	}
	h := s.night(1, "u1,$made$up,")
	s.finish(h, true, s.decide(h, "u1", "right", true, 0))
	h, err := open()
	if err != nil || len(h.standing) != 1 {
		t.Fatal(h, err)
	}
	attachment, err := s.index.Attachment()
	if sum := sha256.Sum256(attachment); err != nil || h.steps != hex.EncodeToString(sum[:]) {
		t.Errorf("the hash steps of the index are called %q, %v", h.steps, err)
	}
	h.Close()
	if err := os.Truncate(filepath.Join(s.state, "state.db"), 100); err != nil {
		t.Fatal(err)
	}
	if h, err := open(); h != nil || err == nil {
		t.Errorf("with a damaged state: %v, %v", h, err)
	}
}

// TestHistory_that_cannot_be_read: what cannot be asked is an error, not "no".
func TestHistory_that_cannot_be_read(t *testing.T) {
	t.Parallel()
	s := newStore(t, "shop")
	h := s.night(1, "u1,$made$up,", "u2,$made$up$2,")
	s.finish(h, true, s.decide(h, "u1", "right", true, 0))
	h = s.night(2, "u1,$made$up,", "u2,$made$up$2,")
	files, err := filepath.Glob(filepath.Join(s.indexDir, "accounts*"))
	if err != nil || len(files) == 0 {
		t.Fatal("no table of accounts", err)
	}
	a, p := s.pair("u2", "wrong", 0)
	for _, file := range files {
		if err := os.Truncate(file, 0); err != nil {
			t.Fatal(err)
		}
	}
	if list, err := h.Standing(s.survey()); err == nil {
		t.Errorf("accounts that cannot be read: %v", list)
	}
	s.end()
	if known, err := h.Known(h.Credential(a), a, p, s.survey(p)); err == nil {
		t.Errorf("a verdict: %v", known)
	}
	s.in.List[0].Report = dump.Report{SHA256: "sum", Bytes: 9, Status: dump.StatusRead}
	if past, err := h.Past(s.in); err == nil {
		t.Errorf("a dump: %v", past)
	}
}

// TestLeave_up_to_its_limit: the last print that has room is kept.
func TestLeave_up_to_its_limit(t *testing.T) {
	t.Parallel()
	h := &History{waiting: make(map[ledger.Credential][]uint64)}
	h.Leave(ledger.Credential{1}, make([]uint64, mostLeft-1), false)
	h.Leave(ledger.Credential{2}, make([]uint64, 1), false)
	h.Leave(ledger.Credential{3}, make([]uint64, 1), false)
	if _, more := h.waiting[ledger.Credential{3}]; len(h.waiting) != 2 || more {
		t.Errorf("%d accounts have something waiting", len(h.waiting))
	}
}
