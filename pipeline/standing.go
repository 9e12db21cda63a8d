package pipeline

import (
	"fmt"
	"runtime"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/credsieve/credsieve/datasets/index"
	"github.com/credsieve/credsieve/datasets/ledger"
	"github.com/credsieve/credsieve/hashing"
	"github.com/credsieve/credsieve/pipeline/pair"
)

// standing is a finding of an earlier run whose account still has the stored hash that was verified then.
type standing struct {
	row    uint32
	record *ledger.Finding
	inputs []uint32 // of this run that hold the confirmed pair, ascending
}

// findStanding looks every finding's account up: first where it was in the index of the last run, then, for
// those that moved, by the print of its id, and without one in the whole index.
func (m *memory) findStanding(ix *index.Index, rows int64) error {
	moved := make(map[ledger.Name][]ledger.Credential)
	records := make(map[ledger.Credential]*ledger.Finding)
	err := m.ledger.Findings(func(c ledger.Credential, f *ledger.Finding) error {
		if ix.Live(f.Row) { // an earlier state of an account has the stored hash that it had then
			account, err := ix.Account(f.Row)
			if err != nil {
				return err
			}
			if m.ledger.Account(account.ID) == f.Account {
				if f.IDPrint == 0 {
					f.IDPrint, m.unwritten[c] = ix.IDPrint(account.ID), f
				}
				m.stand(c, f, f.Row, &account)
				return nil
			}
		}
		if f.IDPrint != 0 {
			return m.findPrinted(ix, c, f)
		}
		moved[f.Account] = append(moved[f.Account], c)
		records[c] = f
		return nil
	})
	if err != nil || len(moved) == 0 {
		return err
	}
	return m.findMoved(ix, rows, func(row uint32, a *index.Account) {
		for _, c := range moved[m.ledger.Account(a.ID)] {
			records[c].Row, records[c].IDPrint = row, ix.IDPrint(a.ID)
			m.unwritten[c] = records[c]
			m.stand(c, records[c], row, a)
		}
	}, func(name ledger.Name) bool { return len(moved[name]) > 0 })
}

// findPrinted finds the account of a finding by the print of its id; one that left the export is not found.
func (m *memory) findPrinted(ix *index.Index, c ledger.Credential, f *ledger.Finding) error {
	for _, row := range ix.RowsOf(f.IDPrint, nil) {
		account, err := ix.Account(row)
		if err != nil {
			return fmt.Errorf("failed to read an account of the index: %w", err)
		}
		if m.ledger.Account(account.ID) == f.Account {
			f.Row = row
			m.unwritten[c] = f
			m.stand(c, f, row, &account)
		}
	}
	return nil
}

// findMoved calls found for each account whose name is wanted, one call at a time. It opens every account,
// on all cores: it is for findings of a state that is older than the prints of ids.
func (m *memory) findMoved(
	ix *index.Index, rows int64, found func(uint32, *index.Account), wanted func(ledger.Name) bool,
) error {
	var group errgroup.Group
	var mu sync.Mutex
	shares := int64(runtime.GOMAXPROCS(0))
	for share := range shares {
		group.Go(func() error {
			for row := rows * share / shares; row < rows*(share+1)/shares; row++ {
				if !ix.Live(uint32(row)) {
					continue
				}
				account, err := ix.Account(uint32(row))
				if err != nil {
					return fmt.Errorf("failed to read an account of the index: %w", err)
				}
				if wanted(m.ledger.Account(account.ID)) {
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

// stand takes a finding in when the account still has the stored hash that it is about.
func (m *memory) stand(c ledger.Credential, f *ledger.Finding, row uint32, a *index.Account) {
	if m.credential(a) == c {
		m.standing[c] = &standing{row: row, record: f}
	}
}

// merge adds what tonight's dumps say.
func (st *standing) merge(s *screened, p *pair.Pair, now time.Time) {
	f := st.record
	st.inputs = append(st.inputs, s.inputs.Evidence(p)...)
	if p.OwnPage && !slices.Contains(f.Marks, markOwnPage) {
		f.Marks = append(f.Marks, markOwnPage)
	}
	f.Sources = mergeSources(f.Sources, sourcesOf(s, p, now))
	if p.Attribution.Better(hashing.Attribution(f.Attribution)) {
		f.Attribution, f.Kind = uint8(p.Attribution), uint8(p.Kind)
	}
}

// remembered makes a finding of each that stands: the second of the two ways to one. Its proof is a
// verification of this very account and stored hash by an earlier run, sealed under the key.
func (r *run) remembered(s *screened) ([]finding, error) {
	if r.memory == nil {
		return nil, nil
	}
	list := make([]finding, 0, len(r.memory.standing))
	for c, st := range r.memory.standing {
		account, err := r.index.Account(st.row)
		if err != nil {
			return nil, fmt.Errorf("failed to read an account of the index: %w", err)
		}
		digest := st.record.Match == pair.MatchWrapped
		f := finding{
			row: st.row, account: account, credential: c, record: st.record,
			pair: &pair.Pair{
				Account: st.row, Inputs: st.inputs, Attribution: hashing.Attribution(st.record.Attribution),
				Kind: hashing.Kind(st.record.Kind), Digest: digest,
				OwnPage: slices.Contains(st.record.Marks, markOwnPage),
			},
			truncated: slices.Contains(st.record.Marks, markTruncated),
			sharedBy:  st.record.SharedBy, independent: r.independent(s, st),
			evidence: evidenceOf(st.record.Sources), outstanding: !st.record.ListedAt.IsZero(),
		}
		list = append(list, f)
	}
	return list, nil
}

// independent counts the sources of a standing finding that do not repeat each other. What an earlier run saw
// of dumps that this one did not read counts on.
func (r *run) independent(s *screened, st *standing) int {
	f := st.record
	if len(st.inputs) == 0 {
		return f.Independent
	}
	tonight := gather(s, &pair.Pair{Inputs: st.inputs}).sources
	n := r.survey.Repeats.Independent(tonight)
	if len(tonight) < len(evidenceOf(f.Sources).sources) {
		n = max(n, f.Independent)
	}
	f.Independent = n
	return n
}
