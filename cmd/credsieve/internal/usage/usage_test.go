package usage_test

import (
	"io"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/credsieve/credsieve/cmd/credsieve/internal/usage"
)

// commands are a program with a command that takes arguments, one that takes none, and a group.
func commands(args cobra.PositionalArgs) *cobra.Command {
	run := func(*cobra.Command, []string) error { return nil }
	root := &cobra.Command{Use: "program", SilenceErrors: true, SilenceUsage: true, Args: usage.NoSuchCommand, RunE: run}
	group := &cobra.Command{Use: "group", Args: usage.NoSuchCommand, RunE: run}
	group.AddCommand(&cobra.Command{Use: "first", Args: args, RunE: run}, &cobra.Command{Use: "none", Args: cobra.NoArgs, RunE: run})
	root.AddCommand(group)
	root.SetOut(io.Discard)
	root.SetFlagErrorFunc(usage.FlagError)
	usage.Count(root)
	return root
}

func TestCount_says_whether_too_many_or_too_few(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		args    cobra.PositionalArgs
		line    string
		want    string
		allowed bool
	}{
		{args: cobra.MinimumNArgs(1), line: "first", want: "group first was given too few arguments: 0"},
		{args: cobra.ExactArgs(2), line: "first", want: "too few arguments: 0"},
		{args: cobra.ExactArgs(2), line: "first a", want: "too few arguments: 1"},
		{args: cobra.ExactArgs(2), line: "first a b c", want: "too many arguments: 3"},
		{args: cobra.RangeArgs(1, 2), line: "first a b c", want: "too many arguments: 3"},
		{args: cobra.MaximumNArgs(1), line: "first a b", want: "too many arguments: 2"},
		{args: cobra.NoArgs, line: "none a", want: "group none was given too many arguments: 1"},
		{args: cobra.ExactArgs(2), line: "first a b", allowed: true},
		{args: cobra.MinimumNArgs(1), line: "first a b c d", allowed: true},
		{args: cobra.NoArgs, line: "none", allowed: true},
		{args: cobra.NoArgs, line: "frist", want: `unknown command "frist" for "program group"; did you mean "first"?`},
		{args: cobra.NoArgs, line: "none --hlep", want: "did you mean --help?"},
	} {
		root := commands(test.args)
		root.SetArgs(append([]string{"group"}, strings.Fields(test.line)...))
		switch err := root.Execute(); {
		case test.allowed && err != nil:
			t.Errorf("%s: %v", test.line, err)
		case !test.allowed && (err == nil || !strings.Contains(err.Error(), test.want)):
			t.Errorf("%s: %v, want %q", test.line, err, test.want)
		}
	}
}
