package stored

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// schemesOfCode are the constants of type Scheme, by their values.
func schemesOfCode(t *testing.T) (names []string) {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok {
				return true
			}
			if kind, ok := spec.Type.(*ast.Ident); !ok || kind.Name != "Scheme" {
				return true
			}
			for _, value := range spec.Values {
				if text, ok := value.(*ast.BasicLit); ok {
					name, err := strconv.Unquote(text.Value)
					if err != nil {
						t.Fatal(err)
					}
					names = append(names, name)
				}
			}
			return true
		})
	}
	if len(names) < 80 {
		t.Fatalf("the code has %d schemes: %v", len(names), names)
	}
	return names
}

func documentation(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "hashes.md"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestDocumentation_has_each_scheme compares docs/hashes.md with the code: each scheme, cause, form, step and column is
// there in the letters of the code.
func TestDocumentation_has_each_scheme(t *testing.T) {
	t.Parallel()
	text := documentation(t)
	words := schemesOfCode(t)
	for _, schemes := range [][]Scheme{DeclaredSchemes(), LikelySchemes()} {
		for _, scheme := range schemes {
			name := strings.TrimSuffix(string(scheme), utf16Suffix)
			for _, place := range []string{saltBefore, saltAfter, saltAsSecret} {
				name = strings.TrimSuffix(name, place)
			}
			words = append(words, name)
		}
	}
	words = append(words, utf16Suffix, saltBefore, saltAfter, saltAsSecret)
	for _, v := range variants {
		words = append(words, string(v.name))
	}
	for _, step := range []StepKind{StepTrim, StepLower, StepUpper, StepUTF16LE} {
		words = append(words, string(step))
	}
	for _, cause := range []Cause{CauseUnknownScheme, CauseMalformed, CauseOverLimit, CauseUnsupportedVersion,
		CauseKeyed, CauseNULInPassword, CausePanicked, CausePasswordNotText, CauseNoUsablePassword, CausePlaintext,
		CauseAmbiguous, CauseNeedsUsername, CauseNeedsColumn} {
		words = append(words, string(cause))
	}
	for _, word := range words {
		if !strings.Contains(text, "`"+word+"`") {
			t.Errorf("docs/hashes.md does not have `%s`", word)
		}
	}
	for _, step := range []StepKind{StepDigest, StepHMAC, StepAppend, StepPrepend, StepBcrypt} {
		if !strings.Contains(text, "{"+string(step)+": ") {
			t.Errorf("docs/hashes.md does not have the step {%s: …}", step)
		}
	}
	for _, column := range []string{ColumnID, ColumnUsername, ColumnEmail, ColumnSalt} {
		if !strings.Contains(text, "`{"+column+"}`") {
			t.Errorf("docs/hashes.md does not have the column {%s}", column)
		}
	}
	for _, page := range codePages {
		if name := string(page.name); !strings.Contains(text, "`"+name+"`") && !strings.HasPrefix(name, "windows-125") &&
			!strings.HasPrefix(name, "iso-8859-") {
			t.Errorf("docs/hashes.md does not have the code page %s", name)
		}
	}
}

// TestDocumentation_names_no_other_scheme reads the second column of each table whose head says that it is a scheme.
func TestDocumentation_names_no_other_scheme(t *testing.T) {
	t.Parallel()
	known, in, met := schemesOfCode(t), false, 0
	for _, line := range strings.Split(documentation(t), "\n") {
		cells := strings.Split(strings.ReplaceAll(line, `\|`, "/"), "|")
		switch {
		case len(cells) < 4:
			in = false
			continue
		case strings.TrimSpace(cells[2]) == "scheme":
			in = true
			continue
		}
		for i, word := range strings.Split(cells[2], "`") {
			family := strings.HasPrefix(word, ldapScheme) || strings.HasPrefix(word, webDigestScheme)
			if in && i%2 == 1 && !family {
				met++
				if !slices.Contains(known, word) {
					t.Errorf("docs/hashes.md has the scheme `%s`, and the code has not", word)
				}
			}
		}
	}
	if met < 70 {
		t.Errorf("only %d schemes were found in the tables", met)
	}
}

// TestEachSchemeHasAVector: a scheme that no other program has written a string of is only as right as its author.
func TestEachSchemeHasAVector(t *testing.T) {
	t.Parallel()
	met := map[string]bool{string(SchemeSeveral): true} // a list of strings of the others, held to theirs by TestSeveral
	for _, file := range append(vectorFiles(t), declaredFile, declaredProducts) {
		for _, v := range readVectors(t, file) {
			if hash, err := parseAs(file, v.Scheme, v.Encoded, DefaultLimits()); err == nil {
				met[string(hash.Scheme())] = true
			}
		}
	}
	for _, scheme := range schemesOfCode(t) {
		if !met[scheme] {
			t.Errorf("scheme %s has no vector", scheme)
		}
	}
}
