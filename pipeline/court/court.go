// Package court asks the guard about the list of a run, and parts it as the guard says.
//
//  1. A Case is what is known of a run: its findings, the dumps that they rest on, and what earlier nights saw.
//  2. Judge makes of it the counts that the guard decides by, and a Judgement of its answer: which rows are published, which
//     wait, and whose accounts are held because they rest on refused dumps alone.
//  3. Rates is what the night tells the guard of later ones.
//
// A Judgement moves rows, and neither makes nor loses one.
package court

import (
	"maps"
	"slices"

	"github.com/credsieve/credsieve/datasets/ledger"
	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/pipeline/finding"
	"github.com/credsieve/credsieve/pipeline/guard"
	"github.com/credsieve/credsieve/pipeline/pair"
)

// Judgement is a list that the guard has looked at.
type Judgement struct {
	Published, Waiting []rundir.Row // one of them is empty unless it is held in part
	Held               *pair.RowSet // accounts that refused dumps hold
	refused            guard.Set
	court              *court
}

// List is all of it: what is published first.
func (j *Judgement) List() []rundir.Row { return slices.Concat(j.Published, j.Waiting) }

// Case is what is judged.
type Case struct {
	Inputs   *pair.Inputs
	Past     []*ledger.Dump // what earlier nights noted of each input, nil: nothing
	Findings []finding.Finding
	List     []rundir.Row         // of them
	Nights   []*ledger.NightRates // that were before, the last first
	Limits   guard.Limits         // without what the nights teach
}

// court knows, of the findings of a run, which dumps they rest on.
type court struct {
	Case
	restOn [][]*pair.Dump      // of each finding: the dumps that it rests on
	fresh  map[*pair.Dump]bool // have an input that no earlier night has read, or newly confirm an account
	kinds  map[string]string   // of dumps by name
}

// Judge asks the guard about a run of so many counts, says what it said in the manifest, and parts the list.
func Judge(of Case, m *rundir.Manifest) (*Judgement, error) {
	c := &court{Case: of}
	c.Limits.Kinds = c.Limits.Kinds.Learn(usualRates(c.Nights))
	c.kinds = strictest(c.Inputs, c.Limits)
	c.look()
	j := &Judgement{court: c}
	var err error
	m.Guard, err = guard.Decide(guard.Facts{
		Listed: newRows(c.List), Accounts: m.Index.Accounts, Dumps: m.Dumps, Kinds: c.kinds,
		Together: c.together,
		Rest: func(refused guard.Set) guard.Rest {
			j.refused = refused
			return c.rest(refused)
		},
		CanariesMet: m.Controls.Canaries.Met, EqualHashes: m.Controls.EqualHashes.Met, Counts: m.Counts,
	}, c.Limits)
	if err != nil {
		return nil, err
	}
	j.Held = c.heldBy(j.refused)
	j.part(m.Guard.Verdict)
	return j, nil
}

// look finds out once what is asked of every dump and every finding.
func (c *court) look() {
	in := c.Inputs
	c.restOn, c.fresh = make([][]*pair.Dump, len(c.Findings)), make(map[*pair.Dump]bool)
	for i := range in.List {
		if c.Past[i] == nil {
			c.fresh[in.List[i].Dump] = true
		}
	}
	for i := range c.Findings {
		c.restOn[i] = in.DumpsOf(c.Findings[i].Pair())
		for _, d := range c.restOn[i] {
			c.fresh[d] = c.fresh[d] || !c.Findings[i].Outstanding()
		}
	}
}

// part puts the rows where they belong.
func (j *Judgement) part(verdict string) {
	switch verdict {
	case rundir.VerdictPass:
		j.Published = j.court.List
	case rundir.VerdictHeld:
		j.Waiting = j.court.List
	default:
		held := j.court.ids(j.Held)
		for _, row := range j.court.List {
			if held[row.AccountID] {
				j.Waiting = append(j.Waiting, row)
			} else {
				j.Published = append(j.Published, row)
			}
		}
		rundir.Number(j.Published)
		rundir.Number(j.Waiting)
	}
}

// newRows leaves out the rows that are outstanding: a reset step has had them before, and they must not use
// up what tonight may add.
func newRows(list []rundir.Row) (n int64) {
	for i := range list {
		if list[i].Status != finding.StatusOutstanding {
			n++
		}
	}
	return n
}

// strictest is the kind of each dump, of several the one with the lowest limit.
func strictest(in *pair.Inputs, l guard.Limits) map[string]string {
	kinds := make(map[string]string, len(in.Dumps))
	for i := range in.List {
		name, kind := in.List[i].Dump.Name, string(in.List[i].Meta.Kind)
		if have, ok := kinds[name]; !ok || l.RateFor(kind) < l.RateFor(have) {
			kinds[name] = kind
		}
	}
	return kinds
}

// heldBy are the accounts whose findings rest on refused dumps alone, or that an earlier night held and no dump of this
// one lets go.
func (c *court) heldBy(refused guard.Set) *pair.RowSet {
	held := pair.NewRowSet()
	for i := range c.Findings {
		if c.restsOn(i, refused) {
			held.Add(c.Findings[i].Row())
		}
	}
	return held
}

func (c *court) restsOn(i int, refused guard.Set) bool {
	f, dumps := &c.Findings[i], c.restOn[i]
	switch {
	case len(dumps) == 0:
		return f.HeldBefore()
	case slices.ContainsFunc(dumps, func(d *pair.Dump) bool { return !refused[d.Name] }):
		return false
	default: // one that was listed before rests on what it was listed for as well
		return !f.Outstanding() || !slices.ContainsFunc(f.Evidence().Sources, func(name string) bool { return !refused[name] })
	}
}

// ids are the account ids of rows.
func (c *court) ids(rows *pair.RowSet) map[string]bool {
	ids := make(map[string]bool)
	for i := range c.Findings {
		if f := &c.Findings[i]; rows.Has(f.Row()) {
			ids[f.Account().ID] = true
		}
	}
	return ids
}

func (c *court) rest(refused guard.Set) guard.Rest {
	held := c.heldBy(refused)
	ids := c.ids(held)
	rest := guard.Rest{Run: c.rate(held, func(d *pair.Dump) bool { return !refused[d.Name] })}
	for i := range c.List {
		if ids[c.List[i].AccountID] {
			continue
		}
		rest.Left++
		if c.List[i].Status != finding.StatusOutstanding {
			rest.Listed++
		}
	}
	for i := range c.Findings {
		if f := &c.Findings[i]; f.Active() && held.Has(f.Row()) && len(c.restOn[i]) == 0 {
			rest.Before++
		}
	}
	return rest
}

// together is what the small dumps that are not refused say, tonight and with those of the nights before.
func (c *court) together(refused guard.Set) (small, nights guard.Rate) {
	isSmall := func(d *pair.Dump) bool { return d.Met.Count() < guard.SmallBase && !refused[d.Name] }
	small = c.rate(pair.NewRowSet(), isSmall)
	// With other nights only what is new counts: the same dumps lie there every night.
	nights = c.rate(pair.NewRowSet(), func(d *pair.Dump) bool { return isSmall(d) && c.fresh[d] })
	if nights.Confirmed == 0 {
		return small, guard.Rate{}
	}
	for _, n := range c.Nights[:min(len(c.Nights), guard.Nights)] {
		if n.Approved {
			continue
		}
		for _, kind := range slices.Sorted(maps.Keys(n.Small)) {
			nights.Add(n.Small[kind].Met, n.Small[kind].Confirmed, c.Limits.RateFor(kind))
		}
	}
	return small, nights
}

// rate says what some dumps met and newly confirmed together, but for the accounts that are held: each account counts
// once.
func (c *court) rate(held *pair.RowSet, of func(*pair.Dump) bool) guard.Rate {
	var rate guard.Rate
	met := pair.NewRowSet()
	for _, d := range c.Inputs.Dumps {
		if of(d) {
			rate.Dumps++
			rate.Weigh(d.Met.Count(), c.Limits.RateFor(c.kinds[d.Name]))
			met.AddAll(d.Met)
		}
	}
	rate.Met = met.Count()
	for i := range c.Findings {
		f := &c.Findings[i]
		if !f.Outstanding() && !held.Has(f.Row()) && slices.ContainsFunc(c.restOn[i], of) {
			rate.Confirmed++
		}
	}
	return rate
}

// usualRates are the rates of large dumps on earlier nights, by kind.
func usualRates(nights []*ledger.NightRates) map[string][]float64 {
	usual := make(map[string][]float64)
	for _, n := range nights {
		for kind, rates := range n.Usual {
			usual[kind] = append(usual[kind], rates...)
		}
	}
	return usual
}

// mostUsual bounds the rates that one night keeps of a kind.
const mostUsual = 100

// Rates is what tonight tells the guard of later nights: of the dumps that are not refused and that are new.
func (j *Judgement) Rates(m *rundir.Manifest) *ledger.NightRates {
	c := j.court
	n := &ledger.NightRates{
		At: m.StartedAt, RunID: m.RunID, Small: make(map[string]ledger.Rate), Usual: make(map[string][]float64),
	}
	for i, d := range c.Inputs.Dumps {
		kind, said := c.kinds[d.Name], m.Dumps[i]
		if j.refused[d.Name] || said.AccountsMet == 0 || !c.fresh[d] {
			continue
		}
		confirmed := said.AccountsConfirmed - said.AccountsOutstanding
		if said.AccountsMet < guard.SmallBase {
			small := n.Small[kind]
			n.Small[kind] = ledger.Rate{Met: small.Met + said.AccountsMet, Confirmed: small.Confirmed + confirmed}
		} else if len(n.Usual[kind]) < mostUsual && m.Guard.Verdict != rundir.VerdictHeld {
			n.Usual[kind] = append(n.Usual[kind], float64(confirmed)/float64(said.AccountsMet))
		}
	}
	return n
}
