package prune

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/credsieve/credsieve/pipeline/pair"
	"github.com/credsieve/credsieve/pipeline/spool"
)

// Cut is where a budget ends: which pairs are verified, across all accounts, and which are left for another night. It is
// decided once, before anything is verified, so that whoever verifies the pairs of some accounts stops where all others do.
// What decides is a sample, so that nobody has to look at the pairs of all accounts: see Lots.
type Cut struct {
	Class int    // the worst class of which something is verified
	Print uint64 // of that class, the pairs with a lesser print are
	// Shares are of the dumps that bring more pairs than all others together, by name: a pair that nothing else holds is in the
	// class of its yield when its print is less, and else among the last.
	Shares map[string]uint64 `json:",omitempty"`
}

// Everything is a cut after the last pair.
func Everything() *Cut { return &Cut{Class: classes} }

// Same reports whether two cuts are one; nil is a run without a budget.
func (c *Cut) Same(o *Cut) bool {
	if c == nil || o == nil {
		return c == o
	}
	return c.Class == o.Class && c.Print == o.Print && maps.Equal(c.Shares, o.Shares)
}

// beyond is the class of what is not verified: after the last one of yields.
const beyond = classes

// share is the class of a pair: that of its yield, unless all dumps that hold it have used up their share.
func (c *Cut) share(class int, print uint64, dumps []*pair.Dump) int {
	for _, d := range dumps {
		if most, bounded := c.Shares[d.Name]; !bounded || print < most {
			return class
		}
	}
	return 2*yields + class%yields
}

// place is the class that a pair is verified in, or beyond.
func (c *Cut) place(class int, print uint64, dumps []*pair.Dump) int {
	class = c.share(class, print, dumps)
	if class < c.Class || class == c.Class && print < c.Print {
		return class
	}
	return beyond
}

// draft gathers what a cut is decided by: of the accounts of a sample, the pairs that are worth a verification.
type draft struct {
	timed bool // the budget is seconds of verifying, and not a number of pairs

	lots     *Lots
	numbers  map[*pair.Dump]uint64 // of the dumps
	list     []*pair.Dump
	pairs    map[*pair.Dump]int64 // of the sample
	all      int64
	byYield  *spool.Spool // pairs by the class of their yield
	byClass  *spool.Spool // by the class that they are verified in
	scratch  []byte
	affected []*pair.Dump // scratch
}

// newDraft returns an empty draft. More than limit bytes of it go to a sealed file in dir.
func newDraft(inputs *pair.Inputs, lots *Lots, dir string, limit int64) *draft {
	d := &draft{
		lots: lots, numbers: make(map[*pair.Dump]uint64), list: inputs.Dumps, pairs: make(map[*pair.Dump]int64),
		byYield: spool.New(dir, classes, limit), byClass: spool.New(dir, classes, limit),
	}
	for i, dump := range inputs.Dumps {
		d.numbers[dump] = uint64(i)
	}
	return d
}

// add takes a pair with the class of its yield and what it takes of the budget.
func (d *draft) add(class int, print uint64, cost float64, dumps []*pair.Dump) error {
	b := binary.LittleEndian.AppendUint64(d.scratch[:0], print)
	b = binary.LittleEndian.AppendUint64(b, math.Float64bits(cost))
	for _, dump := range dumps {
		b = binary.AppendUvarint(b, d.numbers[dump])
		d.pairs[dump]++
	}
	d.all++
	d.scratch = b
	return d.byYield.Add(class, b)
}

// decide returns where a budget ends, in seconds or pairs; infinite: it has no end, and only the shares of dumps count. The draft
// is empty afterwards.
func (d *draft) decide(budget float64) (*Cut, error) {
	defer d.Close()
	cut := Everything()
	cut.Shares = d.shares()
	if math.IsInf(budget, 1) {
		return cut, nil
	}
	for class := range classes {
		err := d.byYield.Read(class, func(entry []byte) error {
			to := cut.share(class, binary.LittleEndian.Uint64(entry), d.dumpsOf(entry[16:]))
			return d.byClass.Add(to, entry[:16])
		})
		if err != nil {
			return nil, fmt.Errorf("failed to decide what a budget is spent on: %w", err)
		}
	}
	left := budget / float64(d.lots.oneIn)
	if !d.timed {
		left = math.Ceil(left)
	}
	for class := range classes {
		print, ends, err := d.end(class, &left)
		if err != nil {
			return nil, fmt.Errorf("failed to decide what a budget is spent on: %w", err)
		}
		if ends {
			cut.Class, cut.Print = class, print
			break
		}
	}
	return cut, nil
}

// end spends what is left on a class, the least prints first, and says at which print it ends.
func (d *draft) end(class int, left *float64) (print uint64, ends bool, err error) {
	type cost struct {
		print uint64
		each  float64
	}
	var list []cost
	err = d.byClass.Read(class, func(entry []byte) error {
		list = append(list, cost{
			binary.LittleEndian.Uint64(entry), math.Float64frombits(binary.LittleEndian.Uint64(entry[8:])),
		})
		return nil
	})
	slices.SortFunc(list, func(a, b cost) int { return cmp.Or(cmp.Compare(a.print, b.print), cmp.Compare(a.each, b.each)) })
	for _, c := range list {
		if c.each > *left {
			return c.print, true, err
		}
		*left -= c.each
	}
	return 0, false, err
}

func (d *draft) dumpsOf(numbers []byte) []*pair.Dump {
	d.affected = d.affected[:0]
	for len(numbers) > 0 {
		n, size := binary.Uvarint(numbers)
		d.affected, numbers = append(d.affected, d.list[n]), numbers[size:]
	}
	return d.affected
}

// leastShare is how many pairs every dump gets.
const leastShare = 100

// shares bound what one dump gets of a budget while others wait: as much as all others bring together.
func (d *draft) shares() map[string]uint64 {
	shares := make(map[string]uint64)
	for dump, mine := range d.pairs {
		others := d.all - mine
		if share := max(others, leastShare/d.lots.oneIn, 1); others > 0 && mine > share {
			shares[dump.Name] = math.MaxUint64 / uint64(mine) * uint64(share)
		}
	}
	return shares
}

// Close gives everything free. It may be called more than once.
func (d *draft) Close() {
	d.byYield.Close()
	d.byClass.Close()
}
