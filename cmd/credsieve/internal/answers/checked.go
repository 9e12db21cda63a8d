package answers

import (
	"fmt"
	"io"

	"github.com/credsieve/credsieve/cmd/credsieve/internal/terminal"
	"github.com/credsieve/credsieve/pipeline/review/nights"
)

// Checked shows on w what a check of a nightly job said, a line each, with the way out below it.
func Checked(w io.Writer, lines []nights.Line) {
	for _, line := range lines {
		terminal.Wrapped(w, fmt.Sprintf("%-4s  ", line.Verdict), line.Name+": "+terminal.Sentence(line.Text))
		if line.Hint != "" {
			terminal.Wrapped(w, "      ", "hint: "+terminal.Sentence(line.Hint))
		}
	}
}
