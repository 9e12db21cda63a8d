package pipeline

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/index"
	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/pipeline/budgets"
	"github.com/credsieve/credsieve/pipeline/pair"
	"github.com/credsieve/credsieve/pipeline/screen"
)

// collector takes the results of the blocks in the order in which they were read.
type collector struct {
	index   *index.Index
	rejects *rundir.Rejects             // nil in a dry run
	note    func(r rundir.Reject) error // takes the rejects, nil: nobody does
	budgets *budgets.Spending
	out     *screened
	met     *pair.RowSet // accounts met in the input under way
	names   inputNames   // of the input under way
	input   int
	part    member
	first   uint64     // number of the first record that is collected of an input
	end     func(*job) // closes the books of an input

	mostTexts int // of one account
}

// member is what one member of the input under way held so far.
type member struct {
	name              string
	records, rejected int64
	mostlyRejected    int64 // earlier members of the input of which most was rejected
}

func (r *run) newCollector(inputs []dump.Input) *collector {
	c := &collector{
		index: r.index, rejects: r.rejects, budgets: r.budgets, out: r.newScreened(inputs), met: pair.NewRowSet(), names: newInputNames(),
		mostTexts: mostTexts * r.cfg.MaxCandidatesPerAccount,
	}
	if c.end = c.endInput; r.rejects != nil {
		c.note = r.rejects.Add
	}
	return c
}

// newScreened knows the inputs, and nothing of what they hold.
func (r *run) newScreened(inputs []dump.Input) *screened {
	dir, limit := r.spoolDir(), r.cfg.spoolLimit()
	out := &screened{
		inputs:   pair.NewInputs(withCleanNames(inputs)),
		canaries: pair.NewRowSet(), equal: pair.NewRowSet(), named: newNamed(),
	}
	if !r.cfg.DryRun {
		out.log = pair.NewEndLog(dir, limit, r.parts)
		r.spools = append(r.spools, out.log)
	}
	out.balance = pair.NewBalance(out.log)
	out.intake = pair.NewIntake(dir, limit, out.balance)
	r.spools = append(r.spools, out.intake)
	return out
}

func (c *collector) collect(ctx context.Context, ordered <-chan *job) error {
	for j := range ordered {
		if j.report != nil {
			c.end(j)
			continue
		}
		select {
		case result := <-j.result:
			if err := c.block(j.input, result); err != nil {
				return err
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return ctx.Err()
}

func (c *collector) block(input uint32, b *screen.Result) error {
	in := &c.out.inputs.List[input]
	if b.Member != c.part.name {
		c.part = member{name: b.Member, mostlyRejected: c.part.failed()}
	}
	c.part.records += b.Records
	c.part.rejected += int64(len(b.Rejects))
	first := c.first + uint64(in.Records)
	in.Records += b.Records
	in.Rejected += int64(len(b.Rejects))
	counts := &c.out.counts
	counts.RecordsParsed += b.Records
	counts.RecordsRejected += int64(len(b.Rejects))
	counts.ScreenedOut += b.ScreenedOut
	counts.FilterFalseHits += b.FalseHits
	counts.ScreenHits += b.FalseHits + int64(len(b.Hits))
	for i := range b.Hits {
		if err := c.hit(input, first, &b.Hits[i]); err != nil {
			return err
		}
	}
	if err := c.swept(input, &b.Swept); err != nil {
		return err
	}
	c.budgets.Spooled(c.out.intake.OnDisk())
	return c.reject(in, b)
}

// hit takes in a record of a block whose first record has this number in the input.
func (c *collector) hit(input uint32, first uint64, h *screen.Hit) error {
	for _, account := range h.Accounts {
		c.meet(account)
	}
	c.record(h)
	for _, account := range h.Equal {
		c.out.equal.Add(account)
	}
	if len(h.Pairs) == 0 {
		if h.Discarded { // no candidate ever, as if the filter had held the tags
			c.out.counts.ScreenHits--
			c.out.counts.ScreenedOut++
		} else {
			c.out.counts.Untestable++
		}
		return nil
	}
	c.out.counts.CandidatesRaw++
	unit := pair.Unit{Input: input, Record: first + uint64(h.Record)}
	return c.out.intake.Add(unit, c.out.inputs.IsEvidence(input), h.Pairs)
}

func (c *collector) reject(in *pair.Input, b *screen.Result) error {
	if c.note == nil {
		return nil
	}
	for _, r := range b.Rejects {
		err := c.note(rundir.Reject{
			Input: rejectPath(in), Member: b.Member, Offset: r.Offset, Length: r.Length, Line: r.Line,
			Reason: string(r.Reason),
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// rejectPath names an input in rejects.csv.
func rejectPath(in *pair.Input) string { return strings.ToValidUTF8(in.Path, "?") }

// endInput closes the books of one input.
func (c *collector) endInput(j *job) {
	in := &c.out.inputs.List[j.input]
	in.Report = *j.report
	// A format guessed wrong must not read as "nobody affected".
	if in.Report.Status == dump.StatusRead && c.part.failed() > 0 {
		in.Report.Status = dump.StatusPartial
		in.Report.Err = fmt.Errorf("%d of its %d records could not be parsed as %s; is it another format?",
			in.Rejected, in.Rejected+in.Records, in.Report.Format)
	}
	c.part = member{}
	c.input = int(j.input)
	c.endNames(in)
	in.Met = c.met.Count()
	in.Dump.Met.AddAll(c.met)
	c.met.Clear()
}

// failed counts the members up to this one of which more was rejected than parsed.
func (m member) failed() int64 {
	if m.rejected > m.records {
		return m.mostlyRejected + 1
	}
	return m.mostlyRejected
}

// withCleanNames makes the names of inputs fit for lists. Shards of one compilation have one name.
func withCleanNames(inputs []dump.Input) []dump.Input {
	inputs = slices.Clone(inputs)
	for i := range inputs {
		inputs[i].Meta.Name = pair.CleanName(inputs[i].Meta.Name)
	}
	return inputs
}

func (c *collector) finish() (*screened, error) {
	counts := &c.out.counts
	counts.RecordsRead = counts.RecordsParsed + counts.RecordsRejected
	if c.rejects == nil {
		return c.out, nil
	}
	rejects, err := c.rejects.Finish()
	c.out.rejects = &rejects
	return c.out, err
}
