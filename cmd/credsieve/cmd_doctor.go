package main

import (
	"errors"
	"fmt"
	"sync"

	"github.com/spf13/cobra"

	"github.com/credsieve/credsieve/cmd/credsieve/internal/answers"
	"github.com/credsieve/credsieve/datasets/counted"
	"github.com/credsieve/credsieve/hashing"
	"github.com/credsieve/credsieve/pipeline/review/nights"
)

func newDoctorCommand(e env) *cobra.Command {
	var cfg nights.CheckConfig
	keyFile, now, asJSON := "", timeFlag{}, false
	cmd := &cobra.Command{
		Use:   "doctor --index DIR --key-file K --state DIR --out-root DIR",
		Short: "Say whether a nightly job can rely on key, index, state, disk and clock",
		Long: `Look at what a nightly job relies on, and change nothing: may others read the key; does the index open with it, and
how old is it; are there canaries and known answers; does the state open; what became of the last run; is there room
on the disks; does the clock agree with what has happened. Each line is ok, warn or fail, with the way out. What is not
named is not looked at.

Warnings are for a person to know. After a fail the exit code is 1: the next night would fail, or could not be believed.
A state that a run is using cannot be opened: ask before the night, not within it.` + exitStatus,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			cfg.Key = sync.OnceValues(func() (*hashing.Key, error) { return loadKey(e, keyFile) }) // a descriptor is read once
			cfg.Now = now.Clock()()
			return runDoctor(e, cfg, asJSON)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&cfg.Index, "index", "", "`directory` of the index")
	addKeyFlag(cmd, &keyFile)
	flags.StringVar(&cfg.State, "state", "", "`directory` of what scans decided")
	flags.StringVar(&cfg.Root, "out-root", "", "`directory` that the runs lie in")
	flags.Var(&now, "now", "the `time` to take for now (default the clock)")
	flags.BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func runDoctor(e env, cfg nights.CheckConfig, asJSON bool) error {
	lines := nights.Check(cfg)
	failed := 0
	for _, line := range lines {
		if line.Verdict == nights.Fail {
			failed++
		}
	}
	var err error
	if asJSON {
		err = printJSON(e.out, map[string]any{"ok": failed == 0, "lines": lines})
	} else {
		answers.Checked(e.out, lines)
	}
	if failed > 0 {
		err = errors.Join(err, fmt.Errorf("a night cannot be relied on: %d of %s failed", failed, counted.Of(len(lines), "check")))
	}
	return err
}
