package terminal

import (
	"fmt"
	"strings"

	"github.com/credsieve/credsieve/datasets/shown"
)

// RowsShown is how much of a list a person reads; files have all of it.
const RowsShown = 25

// Sentence is an error on one line of the log: what it quotes may be a name that begins another.
func Sentence(text string) string { return shown.Text(strings.ReplaceAll(text, "\n", "; ")) }

// Clip keeps a table readable; the files have the whole text.
func Clip(text string) string {
	const widest = 48
	if runes := []rune(text); len(runes) > widest {
		return string(runes[:widest-1]) + "…"
	}
	return text
}

// ClipLines writes a line each, the first of them.
func ClipLines(texts []string) string {
	const most = 6
	lines := make([]string, 0, most+1)
	for i, text := range texts {
		if i == most {
			lines = append(lines, fmt.Sprintf("and %d more", len(texts)-most))
			break
		}
		lines = append(lines, Clip(shown.Text(text)))
	}
	return strings.Join(lines, "\n")
}
