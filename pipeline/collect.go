package pipeline

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/pipeline/spool"
)

// collector takes the results of the blocks in the order in which they were read.
type collector struct {
	run   *run
	out   *screened
	names map[string]*dumpFacts
	met   *rowSet // accounts met in the input under way
	part  member
}

// member is what one member of the input under way held so far.
type member struct {
	name              string
	records, rejected int64
	mostlyRejected    int64 // earlier members of the input of which most was rejected
}

func newCollector(inputs []dump.Input, r *run) *collector {
	c := &collector{
		run:   r,
		names: make(map[string]*dumpFacts),
		met:   newRowSet(),
		out: &screened{
			inputs: make([]inputFacts, len(inputs)), balance: new(balance),
			canaries: make(map[uint32]struct{}),
			equal:    make(map[uint32]struct{}),
		},
	}
	c.out.intake = newIntake(r.spoolDir(), r.cfg.spoolLimit(), c.out.balance)
	r.spools = append(r.spools, c.out.intake.spool)
	if !r.cfg.DryRun {
		b := c.out.balance
		b.events, b.partOf = spool.New(r.spoolDir(), partitions, r.cfg.spoolLimit()), r.partOf
		r.spools = append(r.spools, b.events)
	}
	for i, in := range inputs {
		in.Meta.Name = cleanName(in.Meta.Name)
		facts, ok := c.names[in.Meta.Name]
		if !ok {
			facts = &dumpFacts{name: in.Meta.Name, met: newRowSet()}
			c.names[in.Meta.Name] = facts
			c.out.dumps = append(c.out.dumps, facts)
		}
		c.out.inputs[i] = inputFacts{Input: in, dump: facts}
	}
	return c
}

func (c *collector) collect(ctx context.Context, ordered <-chan *job) error {
	for j := range ordered {
		if j.report != nil {
			c.endInput(j)
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

func (c *collector) block(input uint32, b *blockResult) error {
	in := &c.out.inputs[input]
	if b.member != c.part.name {
		c.part = member{name: b.member, mostlyRejected: c.part.failed()}
	}
	c.part.records += b.records
	c.part.rejected += int64(len(b.rejects))
	in.records += b.records
	in.rejected += int64(len(b.rejects))
	counts := &c.out.counts
	counts.RecordsParsed += b.records
	counts.RecordsRejected += int64(len(b.rejects))
	counts.ScreenedOut += b.screenedOut
	counts.FilterFalseHits += b.falseHits
	counts.ScreenHits += b.falseHits + int64(len(b.hits))
	for i := range b.hits {
		if err := c.hit(input, &b.hits[i]); err != nil {
			return err
		}
	}
	return c.reject(in, b)
}

func (c *collector) hit(input uint32, h *hit) error {
	for _, account := range h.accounts {
		c.met.add(account)
		if c.run.index.IsCanary(account) {
			c.out.canaries[account] = struct{}{}
		}
	}
	for _, account := range h.equal {
		c.out.equal[account] = struct{}{}
	}
	if len(h.pairs) == 0 {
		if h.discarded { // no candidate ever, as if the filter had held the tags
			c.out.counts.ScreenHits--
			c.out.counts.ScreenedOut++
		} else {
			c.out.counts.Untestable++
		}
		return nil
	}
	c.out.counts.CandidatesRaw++
	evidence := c.out.inputs[input].Meta.Trust != dump.TrustFabricated
	return c.out.intake.add(input, evidence, h.pairs)
}

func (c *collector) reject(in *inputFacts, b *blockResult) error {
	if c.run.rejects == nil {
		return nil
	}
	for _, r := range b.rejects {
		err := c.run.rejects.Add(rundir.Reject{
			Input: strings.ToValidUTF8(in.Path, "?"), Member: b.member, Offset: r.Offset, Length: r.Length, Line: r.Line,
			Reason: string(r.Reason),
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// endInput closes the books of one input.
func (c *collector) endInput(j *job) {
	in := &c.out.inputs[j.input]
	in.report = *j.report
	// A format guessed wrong must not read as "nobody affected".
	if in.report.Status == dump.StatusRead && c.part.failed() > 0 {
		in.report.Status = dump.StatusPartial
		in.report.Err = fmt.Errorf("%d of its %d records could not be parsed as %s; is it another format?",
			in.rejected, in.rejected+in.records, in.report.Format)
	}
	c.part = member{}
	in.met = c.met.count
	in.dump.met.addAll(c.met)
	c.met.clear()
}

// failed counts the members up to this one of which more was rejected than parsed.
func (m member) failed() int64 {
	if m.rejected > m.records {
		return m.mostlyRejected + 1
	}
	return m.mostlyRejected
}

// cleanName makes a name from outside fit for lists: UTF-8 without control characters, and without the
// semicolon that parts the names of a list.
func cleanName(name string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == ';':
			return ','
		case unicode.IsControl(r):
			return '?'
		}
		return r
	}, strings.ToValidUTF8(name, "?"))
}

func (c *collector) finish() (*screened, error) {
	counts := &c.out.counts
	counts.RecordsRead = counts.RecordsParsed + counts.RecordsRejected
	if c.run.rejects == nil {
		return c.out, nil
	}
	return c.out, errors.Join(c.run.rejects.Finish())
}
