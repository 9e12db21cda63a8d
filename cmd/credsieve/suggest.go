package main

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/credsieve/credsieve/cmd/credsieve/internal/terminal"
)

// closest returns the name that somebody meant who wrote another, empty when none is near. A dash is often written as an
// underscore.
func closest(written string, names []string) string {
	written = strings.ToLower(strings.ReplaceAll(written, "_", "-"))
	best, distance := "", 3
	for _, name := range names {
		if d := apart(written, name); d < distance && d < len(name) {
			best, distance = name, d
		}
	}
	return best
}

// apart counts the characters that are to be added, left out, changed or swapped with their neighbour.
func apart(a, b string) int {
	before, last := []int{}, make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row := make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(row[j-1]+1, last[j]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}

// didYouMean ends a sentence about a name that there is not.
func didYouMean(written string, names []string) string {
	if name := closest(written, names); name != "" {
		return fmt.Sprintf("; did you mean %q?", name)
	}
	return ""
}

// noSuchCommand refuses what is no command below cmd, and names the one that was meant.
func noSuchCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	var names []string
	for _, child := range cmd.Commands() {
		if !child.Hidden {
			names = append(names, child.Name())
		}
	}
	return fmt.Errorf("unknown command %q for %q%s", args[0], cmd.CommandPath(), didYouMean(args[0], names))
}

// flagNames are those that a command takes.
func flagNames(cmd *cobra.Command) (names []string) {
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if !f.Hidden {
			names = append(names, f.Name)
		}
	})
	return names
}

var unknownFlag = regexp.MustCompile(`^unknown flag: --(\S+)$`)

// flagError names the flag that was meant.
func flagError(cmd *cobra.Command, err error) error {
	if match := unknownFlag.FindStringSubmatch(err.Error()); match != nil {
		if name := closest(match[1], flagNames(cmd)); name != "" {
			return fmt.Errorf("%w; did you mean --%s?", err, name)
		}
	}
	return err
}

// usageHint is how a command is called.
func usageHint(cmd *cobra.Command) string {
	if !cmd.HasParent() {
		return `see "credsieve --help"`
	}
	return fmt.Sprintf("usage: %s %s; %q explains each flag", cmd.Parent().CommandPath(), cmd.Use, cmd.CommandPath()+" --help")
}

// printHelp prints the help of a command within the width of the page.
func printHelp(cmd *cobra.Command, _ []string) {
	w := cmd.OutOrStdout()
	about := cmd.Long
	if about == "" {
		about = cmd.Short
	}
	terminal.Help(w, strings.TrimRight(about, "\n")+"\n")
	line := cmd.Use
	if cmd.HasParent() {
		line = cmd.Parent().CommandPath() + " " + line
	}
	fmt.Fprintln(w, "Usage:")
	if !cmd.HasAvailableSubCommands() {
		terminal.Help(w, "  "+line)
	} else {
		fmt.Fprintf(w, "  %s COMMAND\n\nCommands:\n", cmd.CommandPath())
		for _, child := range cmd.Commands() {
			if child.IsAvailableCommand() {
				terminal.Help(w, fmt.Sprintf("  %-10s   %s", child.Name(), child.Short))
			}
		}
	}
	for _, flags := range []struct {
		title string
		set   *pflag.FlagSet
	}{{"Flags", cmd.LocalFlags()}, {"Flags of all commands", cmd.InheritedFlags()}} {
		if flags.set.HasAvailableFlags() {
			fmt.Fprintf(w, "\n%s:\n", flags.title)
			for line := range strings.Lines(flags.set.FlagUsagesWrapped(terminal.Width(w))) {
				fmt.Fprintln(w, strings.TrimRight(line, " \n"))
			}
		}
	}
}
