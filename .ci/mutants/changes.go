package main

import (
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// mutant is one change: the bytes from start to end of a file are replaced.
type mutant struct {
	number     int
	file       string // below the current folder
	position   token.Position
	function   string
	start, end int
	with       string
	what       string
	woven      []edit // the same as edits that ask whether this change is made; nil: it cannot be woven
	impossible bool   // it does not compile
}

// name is what known.txt calls it: lines move, functions stay.
func (m mutant) name() string { return fmt.Sprintf("%s %s: %s", m.file, m.function, m.what) }

// line is how a survivor is told of.
func (m mutant) line() string {
	return fmt.Sprintf("%s:%d:%d survives: %s", m.file, m.position.Line, m.position.Column, m.name())
}

// edit puts a text in, or replaces what is there.
type edit struct {
	at     int
	length int
	text   string
	suffix bool // ends something: comes before what begins at the same place, and before the ends of what is around it
}

// pkg is a package with all its changes.
type pkg struct {
	name    string // as the Go tool was asked
	ident   string
	dir     string
	files   []string // below the current folder
	mutants []mutant
}

// load reads a package with its types and finds its changes.
func load(name string) *pkg {
	out, err := exec.Command("go", "list", "-f", `{{.Name}} {{.Dir}}{{range .GoFiles}} {{.}}{{end}}`, name).Output()
	if err != nil {
		fail(fmt.Errorf("failed to list %s: %w", name, err))
	}
	fields := strings.Fields(string(out))
	p := &pkg{name: name, ident: fields[0], dir: fields[1]}
	here, err := os.Getwd()
	if err != nil {
		fail(err)
	}
	files := token.NewFileSet()
	var parsed []*ast.File
	for _, file := range fields[2:] {
		path, err := filepath.Rel(here, filepath.Join(p.dir, file))
		if err != nil {
			fail(err)
		}
		f, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
		if err != nil {
			fail(err)
		}
		p.files, parsed = append(p.files, filepath.ToSlash(path)), append(parsed, f)
	}
	info := &types.Info{Types: make(map[ast.Expr]types.TypeAndValue), Uses: make(map[*ast.Ident]types.Object)}
	config := types.Config{Importer: importer.ForCompiler(files, "gc", exports(name))}
	if _, err := config.Check(name, files, parsed, info); err != nil {
		fail(fmt.Errorf("failed to check %s: %w", name, err))
	}
	for i, f := range parsed {
		p.find(files, p.files[i], f, info)
	}
	return p
}

// exports returns where the compiled packages are that a package needs.
func exports(name string) importer.Lookup {
	out, err := exec.Command("go", "list", "-deps", "-export", "-f", "{{.ImportPath}}\t{{.Export}}", name).Output()
	if err != nil {
		fail(fmt.Errorf("failed to compile what %s needs: %w", name, err))
	}
	where := make(map[string]string)
	for line := range strings.Lines(string(out)) {
		if path, file, ok := strings.Cut(strings.TrimSpace(line), "\t"); ok {
			where[path] = file
		}
	}
	return func(path string) (io.ReadCloser, error) { return os.Open(where[path]) }
}

// find adds the changes of a file. Where a function has the same change in several places, the second is called (2).
func (p *pkg) find(files *token.FileSet, path string, parsed *ast.File, info *types.Info) {
	text, err := os.ReadFile(path)
	if err != nil {
		fail(err)
	}
	times := make(map[string]int)
	offset := func(at token.Pos) int { return files.Position(at).Offset }
	for _, declared := range parsed.Decls {
		f, ok := declared.(*ast.FuncDecl)
		if !ok || f.Body == nil {
			continue
		}
		parents := []ast.Node{f}
		ast.Inspect(f.Body, func(node ast.Node) bool {
			if node == nil {
				parents = parents[:len(parents)-1]
				return true
			}
			for _, c := range changes(node) {
				m := mutant{number: len(p.mutants) + 1, file: path, position: files.Position(c.from), function: receiver(f) + f.Name.Name,
					start: offset(c.from), end: offset(c.to)}
				old := string(text[m.start:m.end])
				m.with = strings.ReplaceAll(c.with, "$", old)
				m.what = fmt.Sprintf("%s => %s", short(old), short(m.with))
				if times[m.name()]++; times[m.name()] > 1 {
					m.what += fmt.Sprintf(" (%d)", times[m.name()])
				}
				m.woven, m.impossible = weaveOne(node, parents[len(parents)-1], m.number, info, offset)
				p.mutants = append(p.mutants, m)
			}
			parents = append(parents, node)
			return true
		})
	}
}

// receiver is the type that a method belongs to, with a dot.
func receiver(f *ast.FuncDecl) string {
	if f.Recv == nil {
		return ""
	}
	kind := f.Recv.List[0].Type
	if star, ok := kind.(*ast.StarExpr); ok {
		kind = star.X
	}
	switch generic := kind.(type) {
	case *ast.IndexExpr:
		kind = generic.X
	case *ast.IndexListExpr:
		kind = generic.X
	}
	if id, ok := kind.(*ast.Ident); ok {
		return id.Name + "."
	}
	return ""
}

// short is a text on one line.
func short(text string) string {
	words := strings.Join(strings.Fields(text), " ")
	if words == "" {
		return "(left out)"
	}
	return words
}

// change replaces a stretch of a file; $ stands for what was there.
type change struct {
	from, to token.Pos
	with     string
}

var others = map[token.Token]string{
	token.LAND: "||", token.LOR: "&&", token.EQL: "!=", token.NEQ: "==", token.LSS: "<=", token.LEQ: "<", token.GTR: ">=",
	token.GEQ: ">", token.ADD: "-", token.SUB: "+", token.MUL: "/", token.QUO: "*",
}

// changes are those of one node, not of what is below it.
func changes(node ast.Node) (out []change) {
	switch n := node.(type) {
	case *ast.BinaryExpr:
		if with, ok := others[n.Op]; ok {
			out = append(out, change{n.OpPos, n.OpPos + token.Pos(len(n.Op.String())), with})
		}
	case *ast.IfStmt:
		out = append(out, change{n.Cond.Pos(), n.Cond.End(), "!($)"})
	case *ast.ExprStmt:
		out = append(out, change{n.Pos(), n.End(), ""})
	case *ast.IncDecStmt:
		out = append(out, change{n.Pos(), n.End(), ""})
	case *ast.AssignStmt:
		if n.Tok != token.DEFINE {
			out = append(out, change{n.Pos(), n.End(), ""})
		}
	case *ast.ReturnStmt:
		if len(n.Results) > 0 {
			last := n.Results[len(n.Results)-1]
			if id, ok := last.(*ast.Ident); ok && strings.HasPrefix(strings.ToLower(id.Name), "err") {
				out = append(out, change{last.Pos(), last.End(), "nil"})
			}
		}
	}
	return out
}
