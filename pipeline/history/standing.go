package history

import (
	"context"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/credsieve/credsieve/datasets/fault"
	"github.com/credsieve/credsieve/datasets/index"
	"github.com/credsieve/credsieve/datasets/ledger"
	"github.com/credsieve/credsieve/hashing"
	"github.com/credsieve/credsieve/pipeline/finding"
	"github.com/credsieve/credsieve/pipeline/pair"
)

// standing is a finding of an earlier run whose account still has the stored hash that was verified then.
type standing struct {
	name   ledger.Credential // of the finding
	row    uint32
	record *ledger.Finding
	inputs []uint32   // of this run that hold the confirmed pair, ascending
	shared pair.Print // of its password, where inputs hold it
}

// findStanding looks every finding's account up: first where it was in the index of the last run, then, for
// those that moved, by the print of its id, and without one in the whole index.
func (h *History) findStanding() error {
	ix := h.index
	moved := make(map[ledger.Name][]ledger.Credential)
	records := make(map[ledger.Credential]*ledger.Finding)
	err := h.ledger.Findings(func(c ledger.Credential, f *ledger.Finding) error {
		if ix.Live(f.Row) { // an earlier state of an account has the stored hash that it had then
			account, err := ix.Account(f.Row)
			if err != nil {
				return err
			}
			if h.book.Account(account.ID) == f.Account {
				if f.IDPrint == 0 {
					f.IDPrint, h.changed[c] = ix.IDPrint(account.ID), f
				}
				h.stand(c, f, f.Row, &account)
				return nil
			}
		}
		if f.IDPrint != 0 {
			return h.findPrinted(c, f)
		}
		moved[f.Account] = append(moved[f.Account], c)
		records[c] = f
		return nil
	})
	if err != nil || len(moved) == 0 {
		return err
	}
	return h.findMoved(func(row uint32, a *index.Account) {
		for _, c := range moved[h.book.Account(a.ID)] {
			records[c].Row, records[c].IDPrint = row, ix.IDPrint(a.ID)
			h.changed[c] = records[c]
			h.stand(c, records[c], row, a)
		}
	}, func(name ledger.Name) bool { return len(moved[name]) > 0 })
}

// findPrinted finds the account of a finding by the print of its id; one that left the export is not found.
func (h *History) findPrinted(c ledger.Credential, f *ledger.Finding) error {
	for _, row := range h.index.RowsOf(f.IDPrint, nil) {
		account, err := h.index.Account(row)
		if err != nil {
			return err
		}
		if h.book.Account(account.ID) == f.Account {
			f.Row = row
			h.changed[c] = f
			h.stand(c, f, row, &account)
		}
	}
	return nil
}

// findMoved calls found for each account whose name is wanted, one call at a time. It opens every account,
// on all cores: it is for findings of a state that is older than the prints of ids.
func (h *History) findMoved(
	found func(uint32, *index.Account), wanted func(ledger.Name) bool,
) error {
	group, _ := fault.NewGroup(context.Background())
	var mu sync.Mutex
	rows, shares := h.index.Rows(), int64(runtime.GOMAXPROCS(0))
	for share := range shares {
		group.Go(func() error {
			for row := rows * share / shares; row < rows*(share+1)/shares; row++ {
				if !h.index.Live(uint32(row)) {
					continue
				}
				account, err := h.index.Account(uint32(row))
				if err != nil {
					return err
				}
				if wanted(h.book.Account(account.ID)) {
					mu.Lock()
					found(uint32(row), &account)
					mu.Unlock()
				}
			}
			return nil
		})
	}
	return group.Wait()
}

// stand takes a finding in when the account still has the stored hash that it is about. Of another hash it keeps the
// finding for the case that the same password opens it: a login may have hashed it again.
func (h *History) stand(name ledger.Credential, f *ledger.Finding, row uint32, a *index.Account) {
	now := h.Credential(a)
	if now == f.Current(name) {
		h.standing[now] = &standing{name: name, row: row, record: f}
		return
	}
	if !f.Ended.IsZero() || f.Secret == (ledger.Name{}) {
		return
	}
	if !f.ChangedAt.IsZero() && !a.PasswordChangedAt.IsZero() && !f.ChangedAt.Equal(a.PasswordChangedAt) {
		h.end(name, f) // the user changed the password, perhaps to the same one
		return
	}
	h.earlier[now] = append(h.earlier[now], earlier{name, row, f})
}

// earlier is a finding of an account that has another stored hash by now.
type earlier struct {
	name   ledger.Credential
	row    uint32
	record *ledger.Finding
}

// end notes that the password of a finding is one of the past. Should it be taken again, that is another finding.
func (h *History) end(name ledger.Credential, f *ledger.Finding) {
	f.Ended = h.now
	h.changed[name] = f
}

// before returns the earlier finding of an account that had this very password, nil for none.
func (h *History) before(c ledger.Credential, a *index.Account, p *pair.Pair) *earlier {
	list := h.earlier[c]
	if len(list) == 0 {
		return nil
	}
	secret := h.book.Secret(a.ID, p.Digest, p.Secret)
	for i := range list {
		if list[i].record.Secret == secret && list[i].record.Ended.IsZero() {
			return &list[i]
		}
	}
	return nil
}

// merge adds what tonight's dumps say.
func (st *standing) merge(inputs *pair.Inputs, p *pair.Pair, now time.Time) {
	f := st.record
	st.inputs = append(st.inputs, inputs.Evidence(p)...)
	if p.OwnPage && !slices.Contains(f.Marks, finding.MarkOwnPage) {
		f.Marks = append(f.Marks, finding.MarkOwnPage)
	}
	f.Sources = mergeSources(f.Sources, sourcesOf(inputs, p, now))
	if p.Attribution.Better(hashing.Attribution(f.Attribution)) {
		f.Attribution, f.Kind = uint8(p.Attribution), uint8(p.Kind)
	}
}

// Standing makes a finding of each record that stands, when all pairs of the run were asked of Known. That of a task makes
// none: only all tasks together know what their sources say.
func (h *History) Standing(survey *pair.Survey) ([]finding.Finding, error) {
	if h.ledger == nil {
		return nil, nil
	}
	list := make([]finding.Finding, 0, len(h.standing))
	for _, st := range h.standing {
		account, err := h.index.Account(st.row)
		if err != nil {
			return nil, err
		}
		st.record.Independent = st.independent(survey)
		f, err := finding.Standing(h.ids, st.name, st.record, st.row, &account, st.inputs)
		if err != nil {
			return nil, err
		}
		f.KnownBy(st.shared)
		list = append(list, f)
	}
	return list, nil
}

// independent counts the sources of a standing finding that do not repeat each other. What an earlier run saw
// of dumps that this one did not read counts on.
func (st *standing) independent(survey *pair.Survey) int {
	f := st.record
	if len(st.inputs) == 0 {
		return f.Independent
	}
	tonight := finding.Gather(survey.Inputs, &pair.Pair{Inputs: st.inputs}).Sources
	n := survey.Repeats.Independent(tonight)
	if len(tonight) < len(finding.Recorded(f.Sources).Sources) {
		n = max(n, f.Independent)
	}
	return n
}
