package history

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/credsieve/credsieve/datasets/ledger"
	"github.com/credsieve/credsieve/pipeline/finding"
	"github.com/credsieve/credsieve/pipeline/pair"
)

// known is what a history knows of some accounts.
type known struct {
	Findings []knownFinding `json:"findings,omitempty"` // that stand, or that a later hash may go on with
	ledger.Extract
}

// knownFinding is a record by its name, of the account of a row.
type knownFinding struct {
	Name   ledger.Credential `json:"name"`
	Row    uint32            `json:"row"`
	Record *ledger.Finding   `json:"record"`
}

// Export returns what is known of the accounts of rows [from, to), of those that are asked for, for Lend; nil for nothing. It is
// safe for concurrent use, if asked is; nil asks for all.
func (h *History) Export(from, to int64, asked func(row uint32) bool) ([]byte, error) {
	var k known
	add := func(name ledger.Credential, row uint32, record *ledger.Finding) {
		if int64(row) >= from && int64(row) < to && (asked == nil || asked(row)) {
			k.Findings = append(k.Findings, knownFinding{name, row, record})
		}
	}
	for _, st := range h.standing {
		add(st.name, st.row, st.record)
	}
	for _, list := range h.earlier {
		for i := range list {
			add(list[i].name, list[i].row, list[i].record)
		}
	}
	slices.SortFunc(k.Findings, func(a, b knownFinding) int {
		return cmp.Or(bytes.Compare(a.Name[:], b.Name[:]), cmp.Compare(a.Row, b.Row))
	})
	var credentials []ledger.Credential
	for row := from; row < to; row++ {
		if asked != nil && !asked(uint32(row)) || !h.index.Live(uint32(row)) {
			continue
		}
		account, err := h.index.Account(uint32(row))
		if err != nil {
			return nil, err
		}
		credentials = append(credentials, h.Credential(&account))
	}
	extract, err := h.ledger.Extract(credentials)
	if err != nil {
		return nil, err
	}
	if k.Extract = *extract; len(k.Findings)+len(k.Refuted)+len(k.Waiting) == 0 {
		return nil, nil
	}
	return json.Marshal(k)
}

// ExportDumps returns what is known of dumps that were left open, for Lend.
func (h *History) ExportDumps() ([]byte, error) {
	open, err := h.ledger.OpenDumps()
	if err != nil {
		return nil, err
	}
	return json.Marshal(open)
}

// Books tells whether another run has finished since, or something was released: see ledger.Ledger.
func (h *History) Books() (string, error) { return h.ledger.Books() }

var errForeign = errors.New("it is not what this version writes")

// Lend opens what was exported of the accounts of a task, nil for a state that knew nothing, and of dumps. Of the
// configuration the folder is not asked.
func Lend(cfg Config, accounts, dumps []byte) (*History, error) {
	var k known
	var open []ledger.OpenDump
	for text, into := range map[*[]byte]any{&accounts: &k, &dumps: &open} {
		if len(*text) == 0 {
			continue
		}
		if err := json.Unmarshal(*text, into); err != nil {
			return nil, fmt.Errorf("failed to read what earlier runs decided: %w", errForeign)
		}
	}
	h, err := cfg.over(ledger.Lend(cfg.Key, &k.Extract, open))
	if err != nil {
		return nil, err
	}
	for _, f := range k.Findings {
		if f.Record == nil {
			return nil, fmt.Errorf("failed to read what earlier runs decided: %w", errForeign)
		}
		account, err := h.index.Account(f.Row)
		if err != nil {
			return nil, err
		}
		h.stand(f.Name, f.Record, f.Row, &account)
	}
	return h, nil
}

// Durable says that what is written is on disk, and waited for.
func (h *History) Durable() bool { return h != nil && h.ledger != nil }

// learned is what a task has to say to the history of its run.
type learned struct {
	Changed []changed  `json:"changed,omitempty"` // findings of earlier runs
	Noted   []changed  `json:"noted,omitempty"`   // of this one
	Refuted []byte     `json:"refuted,omitempty"` // see ledger.Lent
	Left    []leftOver `json:"left,omitempty"`    // by row
}

// changed is the record of a finding, with what only all tasks together make something of.
type changed struct {
	Name   ledger.Credential `json:"name"`
	Record *ledger.Finding   `json:"record"`
	Inputs []uint32          `json:"inputs,omitempty"` // that hold the pair of one that stands
	Shared pair.Print        `json:"shared,omitzero"`  // of its password
}

type leftOver struct {
	Credential ledger.Credential `json:"credential"`
	Prints     []uint64          `json:"prints,omitempty"`
}

// Learned is what the task of a history that was lent has to say, for Learn: the same whatever the order in which it was
// worked on.
func (h *History) Learned() ([]byte, error) {
	out := learned{Refuted: h.book.(*ledger.Lent).Decided()}
	for _, name := range sortedNames(h.changed) {
		c := changed{Name: name, Record: h.changed[name]}
		if st := h.standing[c.Record.Current(name)]; st != nil && st.name == name {
			c.Inputs, c.Shared = st.inputs, st.shared
		}
		out.Changed = append(out.Changed, c)
	}
	for _, name := range sortedNames(h.noted) {
		out.Noted = append(out.Noted, changed{Name: name, Record: h.noted[name]})
	}
	for _, c := range h.order {
		out.Left = append(out.Left, leftOver{c, h.waiting[c]})
	}
	return json.Marshal(out)
}

func sortedNames(records map[ledger.Credential]*ledger.Finding) []ledger.Credential {
	return slices.SortedFunc(maps.Keys(records), func(a, b ledger.Credential) int { return bytes.Compare(a[:], b[:]) })
}

// LearnRefuted takes in what a task has refuted, and nothing else: that is true whatever becomes of its run.
func (h *History) LearnRefuted(text []byte) error {
	var l learned
	if err := json.Unmarshal(text, &l); err != nil {
		return fmt.Errorf("failed to read what a task has decided: %w", errForeign)
	}
	return h.refute(l.Refuted)
}

// mostRefuted is how many bytes of verdicts are written down together.
const mostRefuted = 1 << 21

// Learn takes in what a task has learned. Tasks come by the rows of their accounts. Verdicts that refute are on disk when
// WriteLearned has returned; all else is Finish's affair.
func (h *History) Learn(text []byte) error {
	var l learned
	if err := json.Unmarshal(text, &l); err != nil {
		return fmt.Errorf("failed to read what a task has decided: %w", errForeign)
	}
	for _, c := range slices.Concat(l.Changed, l.Noted) {
		if c.Record == nil {
			return fmt.Errorf("failed to read what a task has decided: %w", errForeign)
		}
	}
	for _, c := range l.Changed {
		h.changed[c.Name] = c.Record
		if st := h.standing[c.Record.Current(c.Name)]; st != nil && st.name == c.Name {
			st.record, st.inputs, st.shared = c.Record, c.Inputs, c.Shared
		}
	}
	for _, c := range l.Noted {
		h.noted[c.Name], h.changed[c.Name] = c.Record, c.Record
	}
	for _, left := range l.Left {
		h.Leave(left.Credential, left.Prints, true)
	}
	return h.refute(l.Refuted)
}

// refute takes in verdicts, and writes them down when they are many.
func (h *History) refute(keys []byte) error {
	if h.refuted = append(h.refuted, keys...); len(h.refuted) < mostRefuted {
		return nil
	}
	return h.WriteLearned()
}

// WriteLearned writes the verdicts down that tasks have reached.
func (h *History) WriteLearned() error {
	err := h.ledger.Refute(h.refuted, h.now)
	h.refuted = nil
	return err
}

// Note says of a finding that a task has made what all tasks together know of it.
func (h *History) Note(f *finding.Finding) {
	if record := h.noted[f.Name(h.ids)]; record != nil {
		record.Independent = f.Independent()
	}
}
