package main

import (
	"time"

	"github.com/spf13/cobra"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/pipeline/budgets"
)

// limitFlags bound what unpacking one input may cost.
type limitFlags struct {
	output, member, held  sizeFlag
	ratio, entries, depth int
}

func (l *limitFlags) addFlags(cmd *cobra.Command) {
	l.output, l.member, l.held = dump.DefaultOutput, dump.DefaultMember, dump.DefaultHeld
	flags := cmd.Flags()
	flags.Var(&l.output, "max-output", "`size` that all archives of one input may unpack to")
	flags.Var(&l.member, "max-member", "`size` that one member of an archive may unpack to")
	flags.IntVar(&l.ratio, "max-ratio", dump.DefaultRatio,
		"an input may unpack to `N` times its size, after the first 100 MiB")
	flags.IntVar(&l.entries, "max-entries", 0,
		"entries of all archives of one input, at most `N` (default 100,000)")
	flags.IntVar(&l.depth, "max-depth", dump.DefaultDepth, "containers within containers, at most `N`")
	flags.Var(&l.held, "max-held", "`size` of an archive that is held in memory when it is not a file")
}

// limits returns what the flags say of each input.
func (l *limitFlags) limits() dump.Limits {
	return dump.Limits{
		Output: int64(l.output), Member: int64(l.member), Ratio: l.ratio, Entries: l.entries,
		Depth: l.depth, Held: int64(l.held),
	}
}

func (l *limitFlags) validate() error {
	for _, limit := range []struct {
		name     string
		n, least int
	}{{"ratio", l.ratio, 1}, {"entries", l.entries, 0}, {"depth", l.depth, 1}} {
		if limit.n < limit.least {
			return usagef("--max-%s %d: at least 1 is needed", limit.name, limit.n)
		}
	}
	return nil
}

// budgetFlags bound what a whole run may cost.
type budgetFlags struct {
	spool, unpacked sizeFlag
	rejects         int64
	inputTimeout    time.Duration
}

func (b *budgetFlags) addFlags(cmd *cobra.Command) {
	b.unpacked = dump.DefaultRunOutput
	flags := cmd.Flags()
	flags.Var(&b.spool, "max-spool", "`size` that candidates may take on disk (default half of what is free there)")
	flags.Var(&b.unpacked, "max-unpacked", "`size` that the archives of all inputs may unpack to")
	flags.Lookup("max-spool").DefValue = "" // the words say it
	flags.Lookup("max-entries").Usage = "entries of the archives of all inputs, at most `N` (default 1,000,000, of one input 100,000)"
	flags.Int64Var(&b.rejects, "max-rejects", budgets.DefaultRejects, "rows of rejects.csv, at most `N`")
	flags.DurationVar(&b.inputTimeout, "input-timeout", budgets.DefaultInputTime, "read one input for this `duration` at most")
}

// budgets returns what the flags say; entries are bounded by a flag of inspect as well.
func (b *budgetFlags) budgets(entries int) budgets.Limits {
	return budgets.Limits{
		Spool: int64(b.spool), Unpacked: int64(b.unpacked), Entries: int64(entries), Rejects: b.rejects,
		InputTime: b.inputTimeout,
	}
}

func (b *budgetFlags) validate() error {
	switch {
	case b.rejects < 1:
		return usagef("--max-rejects %d: at least 1 is needed", b.rejects)
	case b.inputTimeout <= 0:
		return usagef("--input-timeout %s: a duration above 0 is needed", b.inputTimeout)
	}
	return nil
}
