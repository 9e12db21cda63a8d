package main

import (
	"io"

	"github.com/spf13/cobra"

	"github.com/credsieve/credsieve/cmd/credsieve/internal/flags"
	"github.com/credsieve/credsieve/cmd/credsieve/internal/terminal"
	"github.com/credsieve/credsieve/pipeline/progress"
)

// The types of values, under the names that commands have for them.
type (
	shareFlag    = flags.Share
	sizeFlag     = flags.Size
	ageFlag      = flags.Age
	timeFlag     = flags.Time
	choiceFlag   = flags.Choice
	approvalFlag = flags.Approval
	spendFlag    = flags.Budget
)

// requireFlags marks flags without which the command does not begin. A name that the command does not have is
// our own mistake.
func requireFlags(cmd *cobra.Command, names ...string) {
	for _, name := range names {
		if err := cmd.MarkFlagRequired(name); err != nil {
			panic(err)
		}
	}
}

func formatBytes(n int64) string { return terminal.Bytes(n) }

func addProgressFlag(cmd *cobra.Command, choice *choiceFlag) {
	*choice = choiceFlag{Value: "auto", Of: []string{"auto", "plain", "none"}}
	cmd.Flags().Var(choice, "progress",
		"`how` to show progress on stderr: auto (bars on a terminal, else plain lines), plain, none")
}

// newProgress shows progress as it was asked for.
func newProgress(choice choiceFlag, w io.Writer) progress.Progress {
	return terminal.NewProgress(choice.Value, w)
}

// halfOfMemory is the default of --memory.
func halfOfMemory() sizeFlag { return flags.HalfOfMemory() }
