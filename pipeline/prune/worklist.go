package prune

import (
	"slices"

	"github.com/credsieve/credsieve/pipeline/pair"
	"github.com/credsieve/credsieve/pipeline/spool"
)

// Worklist is what the second phase is going to do: the pairs to verify, by class of yield, those of an account side
// by side.
type Worklist struct {
	Pending int64               // pairs to verify, at most: without those that a budget leaves
	OverCap map[uint32]*OverCap // by row: accounts with more pairs than the limit

	spool *spool.Spool
	entry []byte
}

// OverCap is what an account has beyond the limit.
type OverCap struct {
	Pairs  int64
	Inputs []uint32 // that hold them, ascending
}

// NewWorklist returns an empty worklist. More than limit bytes go to a sealed file in dir.
func NewWorklist(dir string, limit int64) *Worklist {
	return &Worklist{OverCap: make(map[uint32]*OverCap), spool: spool.New(dir, classes+1, limit)}
}

// Add takes a pair in, after those of its class. What a budget leaves comes last. Accounts come one after the other.
func (w *Worklist) Add(class int, p *pair.Pair) error {
	if class != beyond {
		w.Pending++
	}
	w.entry = p.AppendTo(w.entry[:0])
	return w.spool.Add(class, w.entry)
}

// Exceed notes a pair beyond the limit of its account.
func (w *Worklist) Exceed(p *pair.Pair) {
	over, ok := w.OverCap[p.Account]
	if !ok {
		over = new(OverCap)
		w.OverCap[p.Account] = over
	}
	over.Pairs++
	for _, in := range p.Inputs {
		if at, known := slices.BinarySearch(over.Inputs, in); !known {
			over.Inputs = slices.Insert(over.Inputs, at, in)
		}
	}
}

// Tasks visits the accounts with their pairs, best class first; one account can come again in another class. What
// visit is given it may keep. The worklist is empty afterwards.
func (w *Worklist) Tasks(visit func(pair.Task) error) error {
	defer w.spool.Close()
	var kept pair.Keeper
	for class := range classes + 1 {
		next := pair.Task{Class: class, Beyond: class == beyond}
		t := next
		var read pair.Pair
		err := w.spool.Read(class, func(entry []byte) error {
			read.Decode(entry)
			if len(t.Pairs) > 0 && t.Account != read.Account {
				if err := visit(t); err != nil {
					return err
				}
				t = next
			}
			t.Account = read.Account
			t.Pairs = append(t.Pairs, kept.Keep(&read))
			return nil
		})
		if err == nil && len(t.Pairs) > 0 {
			err = visit(t)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Close gives everything free. It may be called more than once.
func (w *Worklist) Close() { w.spool.Close() }
