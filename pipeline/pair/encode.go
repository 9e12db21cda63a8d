package pair

import (
	"cmp"
	"encoding/binary"
	"errors"
	"maps"
	"math"
	"slices"
)

// What tasks hand to each other is encoded so that the same content has the same bytes: numbers as uvarints, in
// ascending order where there is one. Whoever keeps it seals it: rows tell who was met.

// errEncoding says that bytes are not what an encoding of this program begins with or goes on with.
var errEncoding = errors.New("it is not what this version writes")

// decoder reads numbers until one is missing.
type decoder struct {
	rest []byte
	bad  bool
}

// number returns the next number, 0 after the last.
func (d *decoder) number() uint64 {
	v, n := binary.Uvarint(d.rest)
	if n <= 0 {
		d.bad, d.rest = true, nil
		return 0
	}
	d.rest = d.rest[n:]
	return v
}

// count returns the next number, of things that take a byte each at least: no more of them can follow than there are
// bytes.
func (d *decoder) count() int {
	n := d.number()
	if n > uint64(len(d.rest)) {
		d.bad, d.rest = true, nil
		return 0
	}
	return int(n)
}

// row returns the next number, which is no greater than any row.
func (d *decoder) row() uint32 {
	n := d.number()
	d.bad = d.bad || n > math.MaxUint32
	return uint32(n)
}

// end reports what is wrong, also when something follows.
func (d *decoder) end() error {
	if d.bad || len(d.rest) > 0 {
		return errEncoding
	}
	return nil
}

// AppendTo encodes the rows of a set.
func (s *RowSet) AppendTo(b []byte) []byte {
	b = binary.AppendUvarint(b, uint64(s.count))
	last := uint32(0)
	s.Each(func(row uint32) {
		b = binary.AppendUvarint(b, uint64(row-last))
		last = row
	})
	return b
}

// AddEncoded puts in the rows of a set that AppendTo encoded.
func (s *RowSet) AddEncoded(b []byte) error {
	d := decoder{rest: b}
	row := uint32(0)
	for range d.count() {
		row += d.row()
		if d.bad {
			break
		}
		s.Add(row)
	}
	return d.end()
}

// AppendTo encodes a balance. What its log was told is not in it.
func (b *Balance) AppendTo(to []byte) []byte {
	b.mu.Lock()
	defer b.mu.Unlock()
	to = binary.AppendUvarint(to, uint64(b.duplicates))
	for _, n := range b.settled {
		to = binary.AppendUvarint(to, uint64(n))
	}
	to = binary.AppendUvarint(to, uint64(len(b.several)))
	for _, at := range slices.SortedFunc(maps.Keys(b.several), Unit.Compare) {
		page := b.several[at]
		to = binary.AppendUvarint(to, uint64(at.Input))
		to = binary.AppendUvarint(to, at.Record)
		to = binary.AppendUvarint(to, uint64(len(page.low)))
		for i, low := range page.low {
			to = binary.AppendUvarint(to, uint64(low))
			to = append(to, byte(page.states[i]))
		}
	}
	return to
}

// MergeEncoded is Merge with a balance that AppendTo encoded.
func (b *Balance) MergeEncoded(from []byte) error {
	d := decoder{rest: from}
	other := NewBalance(nil)
	other.duplicates = int64(d.number())
	for state := range other.settled {
		other.settled[state] = int64(d.number())
	}
	for range d.count() {
		at := Unit{d.row(), d.number()}
		page := new(unitPage)
		for range d.count() {
			low, state := d.number(), State(d.number())
			if low > math.MaxUint16 || state >= stateCount || len(page.low) > 0 && uint16(low) <= page.low[len(page.low)-1] {
				return errEncoding
			}
			page.low, page.states = append(page.low, uint16(low)), append(page.states, state)
		}
		other.several[at] = page
	}
	if err := d.end(); err != nil {
		return err
	}
	b.Merge(other)
	return nil
}

// AppendTo encodes a survey, without its inputs and its crowd.
func (s *Survey) AppendTo(b []byte) []byte {
	b = binary.AppendUvarint(b, uint64(s.Pairs))
	return s.Repeats.appendTo(b)
}

// MergeEncoded is Merge with a survey of the same inputs that AppendTo encoded.
func (s *Survey) MergeEncoded(b []byte) error {
	d := decoder{rest: b}
	pairs := int(d.number())
	s.Repeats.mergeFrom(&d)
	s.Pairs += pairs
	return d.end()
}

func (r *Repeats) appendTo(b []byte) []byte {
	for i, n := range r.size {
		b = binary.AppendUvarint(b, uint64(n))
		b = binary.AppendUvarint(b, uint64(r.wide[i]))
	}
	b = binary.AppendUvarint(b, uint64(len(r.both)))
	for _, two := range slices.SortedFunc(maps.Keys(r.both), func(a, b [2]int) int {
		return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1]))
	}) {
		b = binary.AppendUvarint(b, uint64(two[0]))
		b = binary.AppendUvarint(b, uint64(two[1]))
		b = binary.AppendUvarint(b, uint64(r.both[two]))
	}
	return b
}

func (r *Repeats) mergeFrom(d *decoder) {
	for i := range r.size {
		r.size[i] += int(d.number())
		r.wide[i] += int(d.number())
	}
	for range d.count() {
		two := [2]int{int(d.number()), int(d.number())}
		r.both[two] += int(d.number())
	}
}
