package main

import (
	"fmt"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// build is what a binary knows of itself.
type build struct {
	Version  string `json:"version"`
	Go       string `json:"go"`
	Commit   string `json:"commit"`   // empty: not built in a checkout
	Date     string `json:"date"`     // of the commit, RFC 3339
	Modified bool   `json:"modified"` // the checkout had changes that are in no commit
}

func newVersionCommand(e env) *cobra.Command {
	asJSON := false
	cmd := &cobra.Command{
		Use:   "version",
		Short: "Say which version this is, of which commit and date",
		Long:  "Say which version this is, of which commit and of which date, and with which Go it was built." + exitStatus,
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			b := thisBuild()
			if asJSON {
				return printJSON(e.out, b)
			}
			_, err := fmt.Fprintln(e.out, b)
			return err
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the same as JSON")
	return cmd
}

func thisBuild() build {
	tool := version()
	b := build{Version: tool.Version, Go: tool.Go}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	for _, setting := range info.Settings {
		switch setting.Key {
		case "vcs.revision":
			b.Commit = setting.Value
		case "vcs.time":
			b.Date = setting.Value
		case "vcs.modified":
			b.Modified = setting.Value == "true"
		}
	}
	return b
}

// String is the line that people quote in a report of a bug.
func (b build) String() string {
	commit := "commit unknown"
	if b.Commit != "" {
		commit = fmt.Sprintf("commit %s of %s", b.Commit, b.Date)
	}
	if b.Modified {
		commit += ", with changes"
	}
	return fmt.Sprintf("credsieve %s, %s, %s", b.Version, commit, b.Go)
}
