// Package manual makes manual pages and shell completions out of the commands themselves, so that neither can say
// what the program does not.
//
// A page is one command: its help, its flags, the commands below it. What differs from machine to machine, such as a
// default that is half of the memory, is said in words: the same program writes the same bytes everywhere. Completions
// are cobra's scripts, which ask the program; Complete adds what only this program knows: which folders are runs and
// which are indexes. What an approval wants is never completed: it shows that somebody looked at the list.
package manual

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/credsieve/credsieve/datasets/counted"
)

// Command is the command that writes them. status is the end of its help.
func Command(out io.Writer, status string) *cobra.Command {
	dir := ""
	cmd := &cobra.Command{
		Use:   "manual --out DIR",
		Short: "Write manual pages and shell completions",
		Long: `Write a manual page for each command and completions for bash, zsh and fish below a folder, where
the system looks for them if it is /usr/local/share:

  man/man1/credsieve.1, credsieve-scan.1 and so on
  bash-completion/completions/credsieve
  zsh/site-functions/_credsieve
  fish/vendor_completions.d/credsieve.fish

Completions know the fixed words of flags, folders that are runs and folders that are indexes.` + status,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			files, err := Files(cmd.Root())
			if err != nil {
				return err
			}
			for _, file := range files {
				if err := write(filepath.Join(dir, file.Name), file.Content); err != nil {
					return err
				}
			}
			_, err = fmt.Fprintf(out, "%s written below %s\n", counted.Of(len(files), "file"), dir)
			return err
		},
	}
	cmd.Flags().StringVar(&dir, "out", "", "`directory` to write below (required)")
	if err := cmd.MarkFlagRequired("out"); err != nil {
		panic(err) // the flag is two lines above
	}
	return cmd
}

// File is one file below the folder, named with slashes.
type File struct {
	Name    string
	Content []byte
}

// Files returns all files of a program: pages in the order of their commands, then completions.
func Files(root *cobra.Command) ([]File, error) {
	files := pages(root)
	for _, shell := range []struct {
		name  string
		write func(io.Writer) error
	}{
		{"bash-completion/completions/" + root.Name(), func(w io.Writer) error { return root.GenBashCompletionV2(w, true) }},
		{"zsh/site-functions/_" + root.Name(), root.GenZshCompletion},
		{"fish/vendor_completions.d/" + root.Name() + ".fish", func(w io.Writer) error { return root.GenFishCompletion(w, true) }},
	} {
		var script bytes.Buffer
		if err := shell.write(&script); err != nil {
			return nil, fmt.Errorf("failed to make %s: %w", shell.name, err)
		}
		files = append(files, File{shell.name, script.Bytes()})
	}
	return files, nil
}

// write makes a file that everybody may read, and the folders above it.
func write(path string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("failed to make a folder for %q: %w", path, err)
	}
	if err := os.WriteFile(path, content, 0o644); err != nil {
		return fmt.Errorf("failed to write %q: %w", path, err)
	}
	return nil
}
