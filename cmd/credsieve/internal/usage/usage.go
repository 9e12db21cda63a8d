// Package usage says how a command line has to look: help within the width of the page, and of one that is wrong what was
// meant.
package usage

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

// NoSuchCommand refuses what is not a command below cmd, and names the one that was meant.
func NoSuchCommand(cmd *cobra.Command, args []string) error {
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

// FlagNames are those of the flags that a command takes.
func FlagNames(cmd *cobra.Command) (names []string) {
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if !f.Hidden {
			names = append(names, f.Name)
		}
	})
	return names
}

var unknownFlag = regexp.MustCompile(`^unknown flag: --(\S+)$`)

// FlagError names the flag that was meant.
func FlagError(cmd *cobra.Command, err error) error {
	if match := unknownFlag.FindStringSubmatch(err.Error()); match != nil {
		if name := config.Closest(match[1], FlagNames(cmd)); name != "" {
			return fmt.Errorf("%w; did you mean --%s?", err, name)
		}
	}
	return err
}

// Hint is how a command is called.
func Hint(cmd *cobra.Command) string {
	if !cmd.HasParent() {
		return `see "credsieve --help"`
	}
	return fmt.Sprintf("usage: %s %s; %q explains each flag", cmd.Parent().CommandPath(), cmd.Use, cmd.CommandPath()+" --help")
}

// PrintHelp prints the help of a command within the width of the page.
func PrintHelp(cmd *cobra.Command, _ []string) {
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

// Count puts what the commands from cmd on say of too few or too many arguments into words of ours.
func Count(cmd *cobra.Command) {
	if check := cmd.Args; check != nil && cmd.HasParent() && !cmd.HasSubCommands() {
		cmd.Args = func(cmd *cobra.Command, args []string) error {
			err := check(cmd, args)
			if err == nil {
				return nil
			}
			return wrongCount(cmd, check, args)
		}
	}
	for _, child := range cmd.Commands() {
		Count(child)
	}
}

// wrongCount says whether there are too many arguments or too few: with some more of them the command would do.
func wrongCount(cmd *cobra.Command, check cobra.PositionalArgs, args []string) error {
	name := strings.TrimPrefix(cmd.CommandPath(), cmd.Root().Name()+" ")
	for more := 1; more <= mostArguments; more++ {
		if check(cmd, make([]string, len(args)+more)) == nil {
			return fmt.Errorf("%s was given too few arguments: %d", name, len(args))
		}
	}
	return fmt.Errorf("%s was given too many arguments: %d", name, len(args))
}

// mostArguments is how many a command wants at least, of those that want most.
const mostArguments = 2
