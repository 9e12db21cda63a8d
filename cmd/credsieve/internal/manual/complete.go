package manual

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/credsieve/credsieve/datasets/rundir"
)

// indexName is the file that makes a folder an index.
const indexName = "index.json"

// Completes says whether a shell asks with these arguments what can stand next. Only then Complete is of use: the library keeps
// what it is taught for as long as the process lives, which would grow where commands run one after the other in one process.
func Completes(args []string) bool {
	return len(args) > 0 && (args[0] == cobra.ShellCompRequestCmd || args[0] == cobra.ShellCompNoDescRequestCmd)
}

// Complete teaches a command, and all below it, what can stand where.
func Complete(cmd *cobra.Command) {
	for _, child := range cmd.Commands() {
		Complete(child)
	}
	cmd.LocalFlags().VisitAll(func(flag *pflag.Flag) {
		if complete := valuesOf(flag); complete != nil {
			if err := cmd.RegisterFlagCompletionFunc(flag.Name, complete); err != nil {
				panic(err) // a command completes one flag twice
			}
		}
	})
	operands := strings.Fields(cmd.Use)[1:]
	switch {
	case len(operands) == 0 || cmd.HasSubCommands():
	case strings.HasPrefix(operands[0], "RUN"):
		most := strings.Count(cmd.Use, " RUN")
		if strings.HasSuffix(operands[0], "...") {
			most = 1 << 10 // as many as there are
		}
		cmd.ValidArgsFunction = folders(rundir.ManifestName, most)
	case operands[0] == "DIR" && cmd.Parent().Name() == "index":
		cmd.ValidArgsFunction = folders(indexName, 1)
	case operands[0] == "DIR":
		cmd.ValidArgsFunction = anyFolder
	}
}

// valuesOf says how the value of a flag is completed; nil leaves it to the shell, which completes files.
func valuesOf(flag *pflag.Flag) cobra.CompletionFunc {
	switch name, _ := pflag.UnquoteUsage(flag); {
	case name == "":
		return nil
	case flag.Name == "index":
		return folders(indexName, 1<<10) // the operands of the command do not count
	case name == "directory":
		return anyFolder
	case name == "file" || name == "source":
		return nil
	}
	if choice, ok := flag.Value.(interface{ Choices() []string }); ok {
		return cobra.FixedCompletions(choice.Choices(), cobra.ShellCompDirectiveNoFileComp)
	}
	return cobra.NoFileCompletions
}

// folders completes the first operands of a command with folders that hold a file of that name.
func folders(name string, most int) cobra.CompletionFunc {
	return func(_ *cobra.Command, before []string, written string) ([]string, cobra.ShellCompDirective) {
		if len(before) >= most {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return foldersWith(name, written)
	}
}

func anyFolder(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveFilterDirs
}

// foldersWith returns the folders that begin as written: those that hold a file of that name, and with a slash at
// their end those that may lead to one.
func foldersWith(name, written string) ([]string, cobra.ShellCompDirective) {
	above, begins := filepath.Split(written)
	entries, err := os.ReadDir(filepath.Clean("./" + above))
	if filepath.IsAbs(above) {
		entries, err = os.ReadDir(above)
	}
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var found []string
	directive := cobra.ShellCompDirectiveNoFileComp
	for _, entry := range entries {
		path := above + entry.Name()
		hidden := strings.HasPrefix(entry.Name(), ".") && begins == ""
		info, err := os.Stat(path) // a link to a run, such as latest, is one
		if err != nil || !info.IsDir() || !strings.HasPrefix(entry.Name(), begins) || hidden {
			continue
		}
		if _, err := os.Stat(filepath.Join(path, name)); err == nil {
			found = append(found, path)
		} else {
			found = append(found, path+"/")
			directive |= cobra.ShellCompDirectiveNoSpace
		}
	}
	return found, directive
}
