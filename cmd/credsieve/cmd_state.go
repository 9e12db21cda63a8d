package main

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/credsieve/credsieve/cmd/credsieve/internal/terminal"
	"github.com/credsieve/credsieve/cmd/credsieve/internal/usage"
	"github.com/credsieve/credsieve/datasets/ledger"
	"github.com/credsieve/credsieve/hashing"
)

func newStateCommand(e env) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "state",
		Short: "Look after the state folder: what earlier runs decided",
		Long:  "Look after the state folder: what earlier runs decided." + exitStatus,
		Args:  usage.NoSuchCommand,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return usagef("no command was named; want one of inspect, compact, verify")
		},
	}
	cmd.AddCommand(newStateInspectCommand(e), newStateCompactCommand(e), newStateVerifyCommand(e))
	return cmd
}

func newStateInspectCommand(e env) *cobra.Command {
	asJSON := false
	cmd := &cobra.Command{
		Use:   "inspect DIR",
		Short: "Show what a state folder holds: counts, ages, size",
		Long: `Count the verdicts, findings and dumps of a state folder, and show how old and how big it is. The key is
not needed. A folder that a run is using is refused.` + exitStatus,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error { return runStateInspect(e, args[0], asJSON) },
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON instead of a table")
	return cmd
}

func runStateInspect(e env, dir string, asJSON bool) error {
	info, err := ledger.Inspect(dir)
	if err != nil {
		return err
	}
	if asJSON {
		data, err := json.MarshalIndent(info, "", "  ")
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(e.out, "%s\n", data)
		return err
	}
	t := terminal.NewTable("state", "what", "value")
	t.AppendRows([]terminal.Row{
		{"created", info.CreatedAt.Format(time.RFC3339)},
		{"key", info.KeyID},
		{"size", formatBytes(info.Bytes)},
		{"passwords refuted", info.Verdicts},
		{"accounts confirmed", info.Findings},
		{"of these never published", info.FindingsNew},
		{"oldest verdict", info.Oldest},
		{"newest verdict", info.Newest},
		{"dumps read", info.Dumps},
		{"of these left open by a budget", info.DumpsOpen},
	})
	err = t.Print(e.out)
	return err
}

func newStateCompactCommand(e env) *cobra.Command {
	return &cobra.Command{
		Use:   "compact DIR",
		Short: "Give the unused space of a state folder back",
		Long: `Write the state again without its unused pages and put it in the place of the old one in one step. Nothing
is forgotten. A folder that a run is using is refused.` + exitStatus,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			before, after, err := ledger.Compact(args[0])
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(e.out, "state %s: %s before, %s after\n",
				args[0], formatBytes(before), formatBytes(after))
			return err
		},
	}
}

func newStateVerifyCommand(e env) *cobra.Command {
	keyFile := ""
	cmd := &cobra.Command{
		Use:   "verify DIR",
		Short: "Check that a state folder is whole",
		Long: `Check every page and every record of a state folder. With a key, which may be the one that
CREDSIEVE_KEY_FILE names, it is also checked that every sealed record opens.` + exitStatus,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error { return runStateVerify(e, args[0], keyFile) },
	}
	addKeyFlag(cmd, &keyFile)
	return cmd
}

func runStateVerify(e env, dir, keyFile string) error {
	var key *hashing.Key
	if keyFile != "" || e.getenv(keyFileVariable) != "" {
		var err error
		if key, err = loadKey(e, keyFile); err != nil {
			return err
		}
	}
	if err := ledger.Verify(dir, key); err != nil {
		return err
	}
	how := "without a key: what is sealed was not opened"
	if key != nil {
		how = "with the key"
	}
	_, err := fmt.Fprintf(e.out, "state %s is whole (%s)\n", dir, how)
	return err
}
