package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/credsieve/credsieve/cmd/credsieve/internal/usage"
)

// TestManual_has_every_command: a page for each command, on it each of its flags.
func TestManual_has_every_command(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.run(exitComplete, "manual", "--out", b.path("share"))
	started, looked := false, 0
	var look func(*cobra.Command)
	look = func(cmd *cobra.Command) {
		if cmd.Hidden {
			return
		}
		looked++
		name := strings.ReplaceAll(cmd.CommandPath(), " ", "-") + ".1"
		text, err := os.ReadFile(b.path(filepath.Join("share", "man", "man1", name)))
		if err != nil {
			t.Fatal(err)
		}
		page := strings.ReplaceAll(string(text), `\-`, "-")
		for _, flag := range usage.FlagNames(cmd) {
			if !strings.Contains(page, "--"+flag+`\fR`) {
				t.Errorf("%s does not have --%s", name, flag)
			}
		}
		for _, child := range cmd.Commands() {
			look(child)
		}
	}
	look(newRootCommand(env{}, &started))
	if looked < 25 {
		t.Errorf("only %d commands", looked)
	}
}

// TestManual_passes_mandoc asks a strict reader of manual pages, where it is installed (Debian: mandoc).
func TestManual_passes_mandoc(t *testing.T) {
	t.Parallel()
	mandoc, err := exec.LookPath("mandoc")
	if err != nil {
		t.Skip("mandoc is not installed")
	}
	b := newBench(t)
	b.run(exitComplete, "manual", "--out", b.path("share"))
	pages, err := filepath.Glob(b.path("share/man/man1/*.1"))
	if err != nil || len(pages) == 0 {
		t.Fatal(pages, err)
	}
	// A page that is made at any time has no date.
	out, _ := exec.CommandContext(t.Context(), mandoc, append([]string{"-T", "lint", "-W", "warning"}, pages...)...).CombinedOutput()
	for line := range strings.Lines(string(out)) {
		if !strings.Contains(line, "missing date") {
			t.Error(line)
		}
	}
}
