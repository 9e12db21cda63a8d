package answers

import (
	"io"

	"github.com/credsieve/credsieve/cmd/credsieve/internal/config"
	"github.com/credsieve/credsieve/cmd/credsieve/internal/terminal"
	"github.com/credsieve/credsieve/datasets/shown"
)

// Settings shows on w what a command would run with.
func Settings(w io.Writer, command string, all []config.Setting) error {
	t := terminal.NewTable(command, "flag", "value", "from")
	for _, s := range all {
		t.AppendRow(terminal.Row{"--" + s.Name, terminal.Sentence(s.Value), shown.Text(s.From)})
	}
	t.Soft(1, 2)
	return t.Print(w)
}
