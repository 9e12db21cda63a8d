package dumptest

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Run starts a program, and skips the test when it is missing.
func Run(t testing.TB, in []byte, name string, args ...string) []byte {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		t.Skipf("the program %s is missing", name)
	}
	var out, problem bytes.Buffer
	command := exec.CommandContext(t.Context(), name, args...)
	command.Stdin, command.Stdout, command.Stderr = bytes.NewReader(in), &out, &problem
	if err := command.Run(); err != nil {
		t.Fatalf("%s %v: %v: %s", name, args, err, problem.String())
	}
	return out.Bytes()
}

// SevenZipped packs names and texts, by turns, with the program 7z.
func SevenZipped(t testing.TB, args []string, namesAndTexts ...string) []byte {
	t.Helper()
	folder := t.TempDir()
	archive := filepath.Join(folder, "out.archive")
	call := append([]string{"a", "-bd", "-y"}, args...)
	call = append(call, archive)
	for i := 0; i < len(namesAndTexts); i += 2 {
		name := filepath.Join(folder, namesAndTexts[i])
		if err := os.WriteFile(name, []byte(namesAndTexts[i+1]), 0o600); err != nil {
			t.Fatal(err)
		}
		call = append(call, name)
	}
	Run(t, nil, "7z", call...)
	data, err := os.ReadFile(archive)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
