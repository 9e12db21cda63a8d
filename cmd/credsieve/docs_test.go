package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// namedPath is a path that a page names in backquotes: `pipeline/guard/guard.go`, `hashing/stored/`.
var namedPath = regexp.MustCompile("`((?:cmd|datasets|docs|hashing|pipeline|testdata|\\.ci)/[A-Za-z0-9_./-]*)`")

// namedThing is a name that developing.md puts after the file in which it stands: `hashing/stored/hash.go` (`Limits`).
var namedThing = regexp.MustCompile("`((?:cmd|datasets|hashing|pipeline)/[A-Za-z0-9_./-]*\\.go)` \\(`([A-Za-z]+)`\\)")

// linkedPath is a link to another page or file of the repository.
var linkedPath = regexp.MustCompile(`\]\(([^):#]+)(?:#[^)]*)?\)`)

// TestDocsNameWhatIsThere: each file and folder that a page names or links to exists.
func TestDocsNameWhatIsThere(t *testing.T) {
	t.Parallel()
	top := filepath.Join("..", "..")
	var pages []string
	for _, pattern := range []string{"*.md", "docs/*.md", "docs/decisions/*.md", "testdata/*/*.md"} {
		found, err := filepath.Glob(filepath.Join(top, pattern))
		if err != nil || len(found) == 0 {
			t.Fatalf("no pages match %s (%v)", pattern, err)
		}
		pages = append(pages, found...)
	}
	named := make(map[string]int)
	for _, page := range pages {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Base(page)
		for _, match := range namedPath.FindAllStringSubmatch(string(text), -1) {
			named[name]++
			wantFile(t, name, match[1], filepath.Join(top, match[1]))
		}
		for _, match := range linkedPath.FindAllStringSubmatch(string(text), -1) {
			named[name]++
			wantFile(t, name, match[1], filepath.Join(filepath.Dir(page), match[1]))
		}
	}
	if named["developing.md"] < 60 || named["README.md"] < 10 {
		t.Errorf("found only %d paths in developing.md and %d in README.md", named["developing.md"], named["README.md"])
	}
}

// TestDocsNameThingsWhereTheyAre: what developing.md says to look for in a file is declared there.
func TestDocsNameThingsWhereTheyAre(t *testing.T) {
	t.Parallel()
	top := filepath.Join("..", "..")
	page, err := os.ReadFile(filepath.Join(top, "docs", "developing.md"))
	if err != nil {
		t.Fatal(err)
	}
	named := namedThing.FindAllStringSubmatch(string(page), -1)
	if len(named) < 3 {
		t.Errorf("found only %d names", len(named))
	}
	for _, match := range named {
		text, err := os.ReadFile(filepath.Join(top, match[1]))
		if err != nil {
			t.Error(err)
		} else if declared := regexp.MustCompile(`(?m)^(?:func|type|var|const|\t)[ (]?.*\b` + match[2] + `\b`); !declared.Match(text) {
			t.Errorf("developing.md looks for %s in %s, which does not have it", match[2], match[1])
		}
	}
}

// wantFile checks a path as a page names it; one that ends with a slash is a folder.
func wantFile(t *testing.T, page, named, path string) {
	t.Helper()
	info, err := os.Stat(path)
	switch {
	case err != nil:
		t.Errorf("%s names %s, which is not there", page, named)
	case strings.HasSuffix(named, "/") && !info.IsDir():
		t.Errorf("%s names the folder %s, which is a file", page, named)
	}
}

// namedTest is a test or a story that the threat model names as what shows a guarantee.
var namedTest = regexp.MustCompile("`(Test[A-Z][A-Za-z0-9_]*|[a-z_]+\\.txtar)`")

// TestThreatModel_names_tests_that_there_are: a guarantee is shown by what is run.
func TestThreatModel_names_tests_that_there_are(t *testing.T) {
	t.Parallel()
	top := filepath.Join("..", "..")
	page, err := os.ReadFile(filepath.Join(top, "docs", "threat-model.md"))
	if err != nil {
		t.Fatal(err)
	}
	declared := make(map[string]bool)
	function := regexp.MustCompile(`(?m)^func (Test[A-Za-z0-9_]+)\(`)
	err = filepath.WalkDir(top, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			if entry != nil && (entry.Name() == "bin" || entry.Name() == ".git") {
				return filepath.SkipDir
			}
			return err
		}
		declared[entry.Name()] = strings.HasSuffix(path, ".txtar")
		if strings.HasSuffix(path, "_test.go") {
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			for _, match := range function.FindAllSubmatch(text, -1) {
				declared[string(match[1])] = true
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	named := namedTest.FindAllStringSubmatch(string(page), -1)
	if len(named) < 40 {
		t.Errorf("found only %d tests", len(named))
	}
	for _, match := range named {
		if !declared[match[1]] {
			t.Errorf("the threat model names %s, which is not there", match[1])
		}
	}
}

// namedCommand is a command line that a page shows or names.
var namedCommand = regexp.MustCompile("(?:^|[ `'])credsieve(?:-cloud)? ((?:[a-z][a-z-]*|--?[a-z])[^`|>#;)\\n]*)")

// inlineCode is a stretch in backquotes.
var inlineCode = regexp.MustCompile("`[^`\\n]+`")

// TestDocsNameCommandsThatThereAre: each command line of a page has a command and flags that the program knows.
func TestDocsNameCommandsThatThereAre(t *testing.T) {
	t.Parallel()
	var pages []string
	for _, pattern := range []string{"../../README.md", "../../docs/*.md", "../../docs/decisions/*.md"} {
		found, err := filepath.Glob(pattern)
		if err != nil || len(found) == 0 {
			t.Fatalf("no pages match %s (%v)", pattern, err)
		}
		pages = append(pages, found...)
	}
	looked := 0
	for _, page := range pages {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		var lines []string
		for _, block := range shellBlock.FindAllStringSubmatch(string(text), -1) {
			lines = append(lines, strings.Split(strings.ReplaceAll(block[1], "\\\n", " "), "\n")...)
		}
		for _, line := range append(lines, inlineCode.FindAllString(string(text), -1)...) {
			looked += wantCommands(t, filepath.Base(page), line)
		}
	}
	if looked < 80 {
		t.Errorf("found only %d commands", looked)
	}
}

// wantCommands looks for the commands of a line and their flags, and returns how many commands there are.
func wantCommands(t *testing.T, page, line string) (looked int) {
	t.Helper()
	for _, match := range namedCommand.FindAllStringSubmatch(line, -1) {
		looked++
		started := false
		cmd, _, err := newRootCommand(env{}, &started).Find(strings.Fields(match[1]))
		if err != nil || !cmd.HasParent() && !strings.HasPrefix(match[1], "-") {
			t.Errorf("%s: %q: there is no such command (%v)", page, match[1], err)
			continue
		}
		cmd.InitDefaultHelpFlag()
		for _, word := range strings.Fields(match[1]) {
			name, isFlag := strings.CutPrefix(word, "--")
			name, _, _ = strings.Cut(name, "=")
			name = strings.TrimRight(name, ".,]\"'")
			if isFlag && name != "" && cmd.Flag(name) == nil && cmd.Root().Flag(name) == nil {
				t.Errorf("%s: %q has no flag --%s", page, cmd.CommandPath(), name)
			}
		}
	}
	return looked
}
