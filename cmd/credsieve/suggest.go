package main

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/credsieve/credsieve/cmd/credsieve/internal/config"
	"github.com/credsieve/credsieve/cmd/credsieve/internal/terminal"
)

// didYouMean ends a sentence about a name that there is not.
func didYouMean(written string, names []string) string {
	if name := config.Closest(written, names); name != "" {
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
		if name := config.Closest(match[1], flagNames(cmd)); name != "" {
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
