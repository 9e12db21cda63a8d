package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/credsieve/credsieve/cmd/credsieve/internal/manual"
	"github.com/credsieve/credsieve/cmd/credsieve/internal/terminal"
	"github.com/credsieve/credsieve/cmd/credsieve/internal/usage"
	"github.com/credsieve/credsieve/datasets/fault"
	"github.com/credsieve/credsieve/datasets/rundir"
)

// env is everything that a command touches beside its arguments.
type env struct {
	in     io.Reader
	out    io.Writer
	err    io.Writer
	getenv func(string) string
	scan   runner // nil: pipeline.Run
}

// Exit codes that scripts rely on.
const (
	exitComplete    = 0
	exitFailed      = 1
	exitUsage       = 2
	exitPartial     = 3
	exitHeld        = 4
	exitInterrupted = 130
)

// exitStatus is the help text of every command that ends with one of the common codes.
const exitStatus = `

EXIT STATUS
  0    success
  1    failed; nothing was written where a reader would look
  2    wrong usage
  130  interrupted`

// failure is an error with an exit code of its own and, where there is one, a way out.
type failure struct {
	code int
	also []error // said before err, a line each
	err  error
	hint string
}

func (f *failure) Error() string { return f.err.Error() }
func (f *failure) Unwrap() error { return f.err }
func (f *failure) Hint() string  { return f.hint }

// usagef is what a command returns for options that make no sense together.
func usagef(format string, args ...any) error {
	return &failure{code: exitUsage, err: fmt.Errorf(format, args...)}
}

// withHint adds a way out to an error.
func withHint(err error, hint string) error {
	if err == nil {
		return nil
	}
	return &failure{code: exitFailed, err: err, hint: hint}
}

// run executes one command line and returns its exit code.
func run(ctx context.Context, args []string, e env) int {
	started := false
	e.out, e.err = terminal.NewPage(e.out, e.getenv), terminal.NewJournal(e.err, e.getenv)
	root := newRootCommand(e, &started)
	if manual.Completes(args) {
		manual.Complete(root)
	}
	root.SetArgs(args)
	root.SetIn(e.in)
	root.SetOut(e.out)
	root.SetErr(e.err)
	cmd := root
	err := fault.Catch(func() (err error) {
		cmd, err = root.ExecuteContextC(ctx)
		return err
	})
	if err == nil {
		return exitComplete
	}
	code := exitFailed
	if !started { // cobra refused the command line before any command ran
		code = exitUsage
	}
	hint := ""
	var f *failure
	var h interface{ Hint() string } // of a package that knows the way out
	switch {
	case errors.As(err, &f):
		code, hint = f.code, f.hint
	case errors.As(err, &h):
		hint = h.Hint()
	}
	if errors.Is(err, context.Canceled) && code != exitInterrupted {
		code, err = exitInterrupted, errors.New("interrupted; nothing is published")
	}
	if f != nil {
		for _, also := range f.also {
			fmt.Fprintf(e.err, "credsieve: %s\n", sentence(also.Error()))
		}
	}
	fmt.Fprintf(e.err, "credsieve: %s\n", sentence(err.Error()))
	if code == exitUsage && hint == "" {
		hint = usage.Hint(cmd)
	}
	if hint != "" {
		fmt.Fprintf(e.err, "hint: %s\n", sentence(hint))
	}
	return code
}

func newRootCommand(e env, started *bool) *cobra.Command {
	configFile := ""
	root := &cobra.Command{
		Use:   "credsieve",
		Short: "Find which of our own accounts still use a leaked password",
		Long: `credsieve screens third-party breach dumps against an index of an organisation's own
accounts, confirms every hit against the account's own stored password hash, and writes a ranked,
bounded list of the accounts that are at risk for a separate reset step.

It never cracks a hash and never prints or keeps a password.` + exitStatus,
		Version:       version().Version + " " + version().Go,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          usage.NoSuchCommand,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			return applyConfig(cmd, configFile)
		},
		RunE: func(cmd *cobra.Command, _ []string) error {
			// A cron job that lost its arguments must not look like a night without findings.
			cmd.SetOut(e.err)
			return errors.Join(cmd.Help(), usagef("no command was named"))
		},
	}
	root.PersistentFlags().StringVar(&configFile, "config", "",
		"read flags from this YAML `file`; a flag on the command line beats it")
	root.SetFlagErrorFunc(usage.FlagError)
	root.SetHelpFunc(usage.PrintHelp)
	root.CompletionOptions.HiddenDefaultCmd = true
	root.AddCommand(
		newKeygenCommand(e), newIndexCommand(e), newPresetsCommand(e), newScanCommand(e), newVerifyCommand(e),
		newExplainCommand(e), newDiffCommand(e), newReportCommand(e), newReleaseCommand(e), newRecheckCommand(e),
		newInspectCommand(e), newRunsCommand(e), newStateCommand(e), newDoctorCommand(e), newConfigCommand(e), newPlanCommand(e), newTaskCommand(e), newPublishCommand(e), newEstimateCommand(e), newSynthCommand(e), newDemoCommand(e), newVersionCommand(e), newChildCommand(e),
		manual.Command(e.out, exitStatus),
	)
	usage.Count(root)
	markStarted(root, started)
	return root
}

// markStarted notes when a command begins to run: an error before that is one of usage.
func markStarted(cmd *cobra.Command, started *bool) {
	if runE := cmd.RunE; runE != nil {
		cmd.RunE = func(cmd *cobra.Command, args []string) error {
			*started = true
			return runE(cmd, args)
		}
	}
	for _, child := range cmd.Commands() {
		markStarted(child, started)
	}
}

// warn tells of something that does not change the outcome.
func warn(e env, err error) {
	fmt.Fprintf(e.err, "credsieve: warning: failed to print the result: %s\n", sentence(err.Error()))
}

// version is what this binary was built from.
func version() rundir.Tool {
	tool := rundir.Tool{Version: "(devel)", Go: runtime.Version()}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		tool.Version = info.Main.Version
	}
	return tool
}
