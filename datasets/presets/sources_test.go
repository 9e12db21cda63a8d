package presets

import (
	"flag"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write docs/sources.md")

const (
	sourcesPath = "../../docs/sources.md"
	sourcesMark = "<!-- below: go test ./datasets/presets -update -->\n"
)

// TestSources holds docs/sources.md against the presets, so that neither says what the other does not.
func TestSources(t *testing.T) {
	text, err := os.ReadFile(sourcesPath)
	if err != nil {
		t.Fatal(err)
	}
	head, _, found := strings.Cut(string(text), sourcesMark)
	if !found {
		t.Fatalf("%s has no line %q", sourcesPath, sourcesMark)
	}
	var b strings.Builder
	b.WriteString(head + sourcesMark)
	for _, p := range all(t) {
		b.WriteString("\n## " + p.Title + "\n\n`--preset " + p.Name + "`\n")
		if p.NoHashes != "" {
			b.WriteString("\n**" + p.NoHashes + ".**\n")
		}
		b.WriteString("\n```sh\n" + p.Export + "```\n")
		if p.Config != "" {
			b.WriteString("\nNeeds `--preset-config FILE`, mode 0600: " + p.Config + ".\n")
		}
		if p.Steps != nil {
			b.WriteString("\nNeeds `--known-answers`. Hash steps of the preset:\n\n```yaml\n" + string(p.Steps) + "```\n")
		}
		if p.Notes != "" {
			b.WriteString("\n" + p.Notes)
		}
	}
	want := b.String()
	if *update {
		if err := os.WriteFile(sourcesPath, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if want != string(text) {
		t.Errorf("%s is not what the presets say; write it with -update", sourcesPath)
	}
}
