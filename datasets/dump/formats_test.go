package dump_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"testing"
)

// TestFormats_all_are_examined reads the sources: each entry of the list of formats must have an exam in
// the tests of its family.
func TestFormats_all_are_examined(t *testing.T) {
	t.Parallel()
	listed := entries(t, "formats.go", func(n ast.Node) []ast.Expr {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || spec.Names[0].Name != "formats" {
			return nil
		}
		return spec.Values[0].(*ast.CompositeLit).Elts
	})
	var examined []string
	files, err := filepath.Glob("internal/*/*_test.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("there are no tests of families (%v)", err)
	}
	for _, file := range files {
		examined = append(examined, entries(t, file, examinedBy)...)
	}
	if len(listed) == 0 {
		t.Error("formats.go lists no formats")
	}
	for _, entry := range listed {
		if !slices.Contains(examined, entry) {
			t.Errorf("%s is not examined: its family must call formattest.Exam", entry)
		}
	}
}

// examinedBy returns what the field Format of an exam names.
func examinedBy(n ast.Node) []ast.Expr {
	if pair, ok := n.(*ast.KeyValueExpr); ok {
		if key, ok := pair.Key.(*ast.Ident); ok && key.Name == "Format" {
			return []ast.Expr{pair.Value}
		}
	}
	return nil
}

// entries returns the formats among the expressions that in finds in a file, as folder.Name.
func entries(t *testing.T, file string, in func(ast.Node) []ast.Expr) (out []string) {
	t.Helper()
	tree, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	folders := map[string]string{} // of the names that packages have in the file
	for _, imported := range tree.Imports {
		folder := filepath.Base(imported.Path.Value[1 : len(imported.Path.Value)-1])
		folders[folder] = folder
		if imported.Name != nil {
			folders[imported.Name.Name] = folder
		}
	}
	ast.Inspect(tree, func(n ast.Node) bool {
		for _, e := range in(n) {
			if made, ok := e.(*ast.CompositeLit); ok {
				e = made.Type
			} else if made, ok := e.(*ast.CallExpr); ok {
				e = made.Fun
			}
			if of, ok := e.(*ast.SelectorExpr); ok {
				if pkg, ok := of.X.(*ast.Ident); ok {
					out = append(out, folders[pkg.Name]+"."+of.Sel.Name)
				}
			}
		}
		return true
	})
	return out
}
