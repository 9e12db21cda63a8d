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
