package pipeline

import (
	"fmt"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/pipeline/pair"
	"github.com/credsieve/credsieve/pipeline/screen"
)

// named is what the dumps say of accounts beside the records that a reader is sure of. An account that is named
// is never cleared by what was not tried.
type named struct {
	sweep  rundir.Sweep
	read   *pair.RowSet // a record that its reader is sure of holds something that can be tried
	hashed *pair.RowSet // a hash is in a dump that cannot be tested
	cut    *pair.RowSet // a limit kept back what stands beside the address
	lost   *pair.RowSet // an input names it, and the layout of that was not understood

	texts map[uint32]int // that were taken in, of each account
}

func newNamed() named {
	return named{
		read: pair.NewRowSet(), hashed: pair.NewRowSet(), cut: pair.NewRowSet(), lost: pair.NewRowSet(),
		texts: make(map[uint32]int),
	}
}

// inputNames is what the input under way says.
type inputNames struct {
	read, guessed *pair.RowSet
	texts         uint64
}

func newInputNames() inputNames { return inputNames{pair.NewRowSet(), pair.NewRowSet(), 0} }

// record notes the accounts of a record.
func (c *collector) record(h *screen.Hit) {
	for _, account := range h.Untried {
		c.out.named.cut.Add(account)
	}
	for _, account := range h.Accounts {
		switch {
		case h.Loose, len(h.Pairs) == 0 && !h.Hash && !h.Discarded: // or nothing stands in the place of the password
			c.names.guessed.Add(account)
		default:
			c.names.read.Add(account)
			if len(h.Pairs) > 0 {
				c.out.named.read.Add(account)
			}
		}
		if h.Hash {
			c.out.named.hashed.Add(account)
		}
	}
}

// mostTexts bounds, as a multiple of what is tried, how many texts are kept of one account: a dump can name one a
// million times.
const mostTexts = 16

// takes reports whether one more text of an account is taken in, and notes it when none is.
func (n *named) takes(account uint32, most int) bool {
	if n.texts[account] >= most {
		n.cut.Add(account)
		n.sweep.OverCap++
		return false
	}
	n.texts[account]++
	return true
}

// swept takes in what the sweep of a block has found.
func (c *collector) swept(input uint32, s *screen.Swept) error {
	n := &c.out.named
	n.sweep.Add(rundir.Sweep{
		Addresses: s.Addresses, Claimed: s.Claimed, ScreenedOut: s.ScreenedOut, Named: s.Named,
		Tried: s.Tried, HashOnly: s.HashOnly, Untried: s.Untried, Cut: s.Cut,
	})
	for _, m := range s.Mentions {
		c.meet(m.Account)
		c.names.guessed.Add(m.Account)
		if m.Hash {
			n.hashed.Add(m.Account)
		}
		if m.Equal {
			c.out.equal.Add(m.Account)
		}
		if m.Cut {
			n.cut.Add(m.Account)
		}
	}
	for _, f := range s.Texts {
		if !n.takes(f.Account, c.mostTexts) {
			continue
		}
		unit := pair.SweptUnit(input, c.names.texts)
		c.names.texts++
		if err := c.out.intake.AddSwept(unit, c.out.inputs.IsEvidence(input), f); err != nil {
			return err
		}
	}
	return nil
}

// meet notes that the input under way names an account.
func (c *collector) meet(account uint32) {
	c.met.Add(account)
	if c.index.IsCanary(account) {
		c.out.canaries.Add(account)
	}
}

// endNames decides whether the layout of the input under way was understood: an input that mentions as many
// accounts of ours as its reader has read is one that nobody understood.
func (c *collector) endNames(in *pair.Input) {
	names := &c.names
	var mentioned int64
	names.guessed.Each(func(row uint32) {
		if !names.read.Has(row) {
			mentioned++
		}
	})
	if mentioned > 0 && mentioned >= names.read.Count() && c.out.inputs.IsEvidence(uint32(c.input)) {
		names.guessed.Each(func(row uint32) {
			if !names.read.Has(row) {
				c.out.named.lost.Add(row)
			}
		})
		if in.Report.Status == dump.StatusRead {
			in.Report.Status = dump.StatusPartial
			in.Report.Err = notUnderstood(mentioned, names.read.Count(), in.Report.Format)
		}
	}
	c.names = newInputNames()
}

// causeNotUnderstood is the cause of accounts that an input names whose layout was not understood.
const causeNotUnderstood = "not_understood"

// stateOf is what is said of an account that is not confirmed, from what became of the passwords that were found
// for it.
func (n *named) stateOf(row uint32, e pair.Ends) rundir.State {
	switch {
	case e.Open > 0 || n.lost.Has(row):
		return rundir.StateUndecided
	case n.hashed.Has(row):
		return rundir.StateHashOnly
	case e.Candidates > 0 && e.Pruned == e.Candidates:
		return rundir.StatePruned
	case n.read.Has(row) && e.Refuted+e.Remembered > 0 && !n.cut.Has(row):
		return rundir.StateRefuted
	default:
		return rundir.StateMentioned
	}
}

// count counts an account by what came of it.
func (n *named) count(row uint32, state rundir.State) {
	switch {
	case state == rundir.StateHashOnly:
		n.sweep.AccountsHashOnly++
	case state == rundir.StateMentioned:
		n.sweep.Mentioned++
	case state == rundir.StateUndecided && n.lost.Has(row):
		n.sweep.NotUnderstood++
	}
}

func notUnderstood(mentioned, read int64, format string) error {
	return fmt.Errorf("its layout was not understood: it names %d of our accounts beside the %d that were read as %s; "+
		"look at it with \"credsieve inspect\", and name its format with --format, --columns or --separator", mentioned, read, format)
}
