package main

import (
	"bytes"
	"io"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/credsieve/credsieve/cmd/credsieve/internal/terminal"
)

// TestHelp_fits_the_page: nothing that a person reads about a command is wider than the page.
func TestHelp_fits_the_page(t *testing.T) {
	t.Parallel()
	for _, width := range []int{60, 80, 140} {
		for _, args := range [][]string{{"--help"}, {"scan", "--help"}, {"index", "--help"}, {"recheck", "--help"}, {"release", "--help"}} {
			var out bytes.Buffer
			code := run(t.Context(), args, env{
				out: &terminal.Page{Writer: &out, Width: width}, err: io.Discard, getenv: func(string) string { return "" },
			})
			if code != exitComplete || !strings.Contains(out.String(), "Usage:\n  credsieve") {
				t.Fatalf("%q: exit code %d\n%s", args, code, out.String())
			}
			for line := range strings.Lines(out.String()) {
				if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > width {
					t.Errorf("%q at %d columns: %s", args, width, line)
				}
			}
		}
	}
}

func TestHelp_of_every_command(t *testing.T) {
	t.Parallel()
	started := false
	root := newRootCommand(env{}, &started)
	kebab := regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)
	var look func(*cobra.Command)
	look = func(cmd *cobra.Command) {
		if cmd.Hidden {
			return
		}
		name := cmd.CommandPath()
		_, status, ok := strings.Cut(cmd.Long, "\n\nEXIT STATUS\n")
		if !ok || strings.Contains(status, "\n\n") {
			t.Errorf("%s: the help does not end with EXIT STATUS", name)
		}
		cmd.LocalNonPersistentFlags().VisitAll(func(flag *pflag.Flag) {
			metavar, _ := pflag.UnquoteUsage(flag)
			if !kebab.MatchString(flag.Name) || metavar == "" && flag.Value.Type() != "bool" {
				t.Errorf("%s: --%s %s", name, flag.Name, metavar)
			}
		})
		for _, nothing := range []string{"(default [])", "(default )", "(default 0B)", "(default 0s)"} {
			if strings.Contains(cmd.UsageString(), nothing) {
				t.Errorf("%s: a default of nothing is shown: %s", name, nothing)
			}
		}
		for _, child := range cmd.Commands() {
			look(child)
		}
	}
	look(root)
}
