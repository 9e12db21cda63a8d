package main

import (
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

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
		if strings.Contains(cmd.UsageString(), "(default [])") {
			t.Errorf("%s: a default of nothing is shown", name)
		}
		for _, child := range cmd.Commands() {
			look(child)
		}
	}
	look(root)
}
