package main

import (
	"github.com/spf13/cobra"

	"github.com/credsieve/credsieve/datasets/dump"
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
	flags.IntVar(&l.entries, "max-entries", dump.DefaultEntries, "entries of all archives of one input, at most `N`")
	flags.IntVar(&l.depth, "max-depth", dump.DefaultDepth, "containers within containers, at most `N`")
	flags.Var(&l.held, "max-held", "`size` of an archive that is held in memory when it is not a file")
}

// limits returns what the flags say.
func (l *limitFlags) limits() dump.Limits {
	return dump.Limits{
		Output: int64(l.output), Member: int64(l.member), Ratio: l.ratio, Entries: l.entries,
		Depth: l.depth, Held: int64(l.held),
	}
}

func (l *limitFlags) validate() error {
	for _, limit := range []struct {
		name string
		n    int
	}{{"ratio", l.ratio}, {"entries", l.entries}, {"depth", l.depth}} {
		if limit.n < 1 {
			return usagef("--max-%s %d: at least 1 is needed", limit.name, limit.n)
		}
	}
	return nil
}
