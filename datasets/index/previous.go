package index

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/credsieve/credsieve/datasets/accounts"
	"github.com/credsieve/credsieve/datasets/index/internal/table"
)

// previous is the index that a build carries over from.
type previous struct {
	index *Index
	dir   string
	meta  *Meta
	data  *data

	// metBy is the row of the export that is a row of this index, 0: none yet.
	metBy []uint32
	free  func()
	live  []byte // bits of the rows that stay
}

// tooDead: a third of the rows of an index that no longer count is when rewriting pays.
const tooDead = 3

// errRebuild ends the refusals of an index that an earlier program made.
var errRebuild = errors.New("rebuild the index")

// openPrevious opens the index in o.Previous. Without one, why says what a build has to do without;
// with one, why says why all tables must be made again all the same.
func openPrevious(o *BuildOptions, carry string) (p *previous, why string, err error) {
	x, err := openRetry(o.Previous, o.Key, true)
	switch {
	case errors.Is(err, fs.ErrNotExist) && filepath.Clean(o.Previous) == filepath.Clean(o.Dir):
		return nil, "there was no index yet", nil // the first night of a nightly job
	case errors.Is(err, errRebuild):
		return nil, "the previous index was made by another version of this program", nil
	case err != nil:
		return nil, "", fmt.Errorf("the previous index %q cannot be carried over: %w",
			o.Previous, err)
	}
	p = &previous{index: x, dir: o.Previous, meta: &x.meta, data: x.data}
	rows := int64(0)
	for _, s := range x.meta.Segments {
		rows += s.Rows
	}
	if p.metBy, p.free, err = table.Zeroed[uint32](int(rows)); err != nil {
		x.Close() // only read
		return nil, "", err
	}
	p.live = make([]byte, (rows+7)/8)
	switch m := &x.meta; {
	case m.Carry != carry:
		why = "hash steps, known answers, limits or rules have changed"
	case m.Filter.FPRTarget != o.FPR:
		why = fmt.Sprintf("the false-positive rate was %g", m.Filter.FPRTarget)
	case len(m.Segments) >= maxSegments:
		why = fmt.Sprintf("it had %d segments", len(m.Segments))
	case (rows-m.Indexed)*tooDead > rows:
		why = fmt.Sprintf("%d of its %d rows were replaced", rows-m.Indexed, rows)
	case m.Indexed == 0:
		why = "it had no rows"
	}
	return p, why, nil
}

func (p *previous) close() {
	p.index.Close() // only read
	p.free()
}

// meet notes which rows of the previous index a job met, in the order of the export.
func (p *previous) meet(all []met, twice *duplicate) {
	for _, m := range all {
		if by := p.metBy[m.row]; by != 0 {
			twice.note(int64(by), int64(m.exportRow), m.row, true)
		}
		p.metBy[m.row] = m.exportRow
		if m.carried {
			p.live[m.row>>3] |= 1 << (m.row & 7)
		}
	}
}

// likeness is what a row of the export is compared to its account in the previous index.
type likeness uint8

const (
	newRow       likeness = iota + 1 // no such account
	otherRow                         // identifiers or stored hash differ
	sameIdentity                     // something else differs
	sameRow
)

// matcher finds rows of the previous index. Exports come in nearly the same order each time, so it
// looks at the row after the one found last, in each segment; what is not there is looked up.
type matcher struct {
	*previous
	next  []uint32 // rows of the segments
	found []uint32 // scratch
}

func newMatcher(p *previous) *matcher {
	return &matcher{previous: p, next: make([]uint32, len(p.data.segments))}
}

// compare finds the account in the previous index, and marks the job with it.
func (w *worker) compare(j *job, a *accounts.Account, row *sealedRow) (likeness, error) {
	if w.matcher == nil {
		return newRow, nil
	}
	p := w.matcher
	s, local, ok := p.inOrder(row.prints.row)
	if !ok {
		s, local, ok = p.byID(w.printer.idHash(a.ID), a.ID)
	}
	if err := p.data.failed.Err(); err != nil {
		return 0, fmt.Errorf("the previous index %q cannot be carried over: %w", p.dir, err)
	}
	if !ok {
		return newRow, nil
	}
	seg := &p.data.segments[s]
	p.next[s] = local + 1
	r := rowReader{table: seg.accounts, row: int(local)}
	known, err := seg.accounts.facts(local, seg.vault)
	if err != nil || !known.class(seg.meta.Classes) {
		return 0, fmt.Errorf("the previous index %q cannot be carried over: %w", p.dir, errors.Join(err, p.data.failed.Err()))
	}
	was := otherRow
	if row.prints != (prints{}) && r.u64(columnNames) == row.prints.identity {
		was, row.changedIn = sameIdentity, known.changedIn()
		if r.u64(columnPrint) == row.prints.row {
			was = sameRow
		}
	}
	carried := was == sameRow && !w.b.rewrite
	if carried {
		class := seg.meta.Classes[known[factClass]]
		now, why := class, ""
		if class.Cause != "" {
			now, why = w.classify(a.PasswordHash)
		}
		if class != now {
			carried, was = false, sameIdentity // this program knows better than the one before
		} else {
			j.tally.noteHash(class, why, a.Row)
			j.tally.count(a)
			j.tally.indexed(class, known.counts())
			j.tally.carried++
		}
	}
	if r.err != nil {
		return 0, fmt.Errorf("the previous index %q cannot be carried over: %w", p.dir, r.err)
	}
	j.met = append(j.met, met{seg.base + local, row.exportRow, carried})
	return was, nil
}

// inOrder tries the next live row of each segment.
func (m *matcher) inOrder(print uint64) (segment int, local uint32, ok bool) {
	for i := range m.data.segments {
		s := &m.data.segments[i]
		rows, at := uint32(s.accounts.Rows()), m.next[i]
		for at < rows && !m.data.live.has(s.base+at) {
			at++
		}
		m.next[i] = at
		if at == rows {
			continue
		}
		found := s.accounts.Fixed(int(at), columnPrint, 8)
		if found != nil && print != 0 && binary.LittleEndian.Uint64(found) == print {
			return i, at, true
		}
	}
	return 0, 0, false
}

// byID looks the account id up, the latest segment first.
func (m *matcher) byID(hash [2]uint64, id string) (segment int, local uint32, ok bool) {
	var key [idSize]byte
	binary.BigEndian.PutUint64(key[:], hash[0])
	for i := len(m.data.segments) - 1; i >= 0; i-- {
		s := &m.data.segments[i]
		m.found = s.ids.Lookup(key[:], m.found[:0])
		for _, row := range m.found {
			if int64(row) >= s.accounts.Rows() || !m.data.live.has(s.base+row) {
				continue
			}
			text, err := s.accounts.id(row, s.vault)
			if err == nil && bytes.Equal(text, []byte(id)) {
				return i, row, true
			}
		}
	}
	return 0, 0, false
}
