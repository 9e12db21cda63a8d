package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// rounds is how often a test does what it could do for long: few times; all with CREDSIEVE_ROUNDS=full, as "make rounds" has it, and
// with -short, for which tests have measures of their own.
func rounds(few, all int) int {
	if os.Getenv("CREDSIEVE_ROUNDS") == "full" || testing.Short() {
		return all
	}
	return few
}

// TestRounds: each test that does less than it could is one of "make rounds", which "make check" runs, and so are no others.
func TestRounds(t *testing.T) {
	t.Parallel()
	var tests, packages []string
	err := fs.WalkDir(os.DirFS("../.."), ".", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		names := testsWithRounds(t, path)
		if tests = append(tests, names...); len(names) > 0 {
			packages = append(packages, "./"+filepath.Dir(path))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(tests)
	slices.Sort(packages)
	makefile, check := readFile(t, "../../Makefile"), readFile(t, "../../.ci/check")
	for variable, want := range map[string][]string{"ROUNDS": tests, "ROUNDSIN": slices.Compact(packages)} {
		match := regexp.MustCompile(`(?m)^` + variable + ` +:= (.*)$`).FindStringSubmatch(makefile)
		if match == nil || !slices.Equal(strings.Fields(match[1]), want) {
			t.Errorf("Makefile has %q, and not %s := %s", match, variable, strings.Join(want, " "))
		}
	}
	if !regexp.MustCompile(`(?m)^tests "[^"]+" rounds `).MatchString(check) {
		t.Error(".ci/check does not run them in full")
	}
}

// testsWithRounds are the functions of a file that call rounds. One that is not a test cannot be named in the Makefile.
func testsWithRounds(t *testing.T, path string) (names []string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join("../..", path), nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, decl := range file.Decls {
		calls := false
		ast.Inspect(decl, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if ok {
				name, ok := call.Fun.(*ast.Ident)
				calls = calls || ok && name.Name == "rounds"
			}
			return true
		})
		if f, ok := decl.(*ast.FuncDecl); calls && ok {
			names = append(names, f.Name.Name)
			if !strings.HasPrefix(f.Name.Name, "Test") {
				t.Errorf("%s: %s is not a test, and calls rounds", path, f.Name.Name)
			}
		}
	}
	return names
}
