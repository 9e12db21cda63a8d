// Command mutants asks whether tests notice when the code of a package is wrong: go run .ci/mutants/mutants.go PACKAGE...
//
// It changes one thing at a time (a comparison, an operator, a condition, a call or an assignment that is left out, an error that is
// not returned), runs the tests of the package, and with -also those of others, and names each change that all tests pass. The
// files themselves are not touched: the Go tool gets the changed one as an overlay. A change that does not compile does not count. A
// test that does not end in a minute has noticed. The same changes are tried each time; with -nth each nth of them.
//
// Not every survivor is a hole: some changes change nothing, such as "<" for "<=" where both sides are never equal. Those that
// were looked at stand in known.txt beside this file, a line each with the reason.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

// mutant is one change: the bytes from start to end of a file are replaced.
type mutant struct {
	file       string // below the current folder
	position   token.Position
	function   string
	start, end int
	with       string
	what       string
}

// name is what known.txt calls it: lines move, functions stay.
func (m mutant) name() string { return fmt.Sprintf("%s %s: %s", m.file, m.function, m.what) }

// line is how a survivor is told of.
func (m mutant) line() string {
	return fmt.Sprintf("%s:%d:%d survives: %s", m.file, m.position.Line, m.position.Column, m.name())
}

var (
	also  = flag.String("also", "", "packages whose tests are run as well, separated by spaces, where those of the package pass")
	only  = flag.String("only", "", "try those changes alone whose line, as it is printed, matches this expression")
	nth   = flag.Int("nth", 1, "try each nth of the changes that are left, always the same ones: a sample where a package has many")
	list  = flag.Bool("list", false, "name the changes and try none")
	least = flag.Float64("least", 95, "exit code 1 when less than this share, in per cent, of the changes is noticed")
)

// tally counts what became of the changes.
type tally struct{ noticed, survived, known, broken int }

func (t tally) String() string {
	share := 100 * float64(t.noticed) / float64(max(t.noticed+t.survived, 1))
	return fmt.Sprintf("%d changes noticed, %d survive, %d known to change nothing, %d do not compile: %.1f %%",
		t.noticed, t.survived, t.known, t.broken, share)
}

func main() {
	flag.Parse()
	known, err := os.ReadFile(".ci/mutants/known.txt")
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		fail(err)
	}
	wanted, err := regexp.Compile(*only)
	if err != nil {
		fail(err)
	}
	if *nth < 1 {
		fail(fmt.Errorf("-nth is %d, but must be 1 or more", *nth))
	}
	var all tally
	for _, name := range flag.Args() {
		t := tryPackage(name, wanted, string(known))
		if !*list {
			fmt.Printf("%s: %s\n", name, t)
		}
		all = tally{all.noticed + t.noticed, all.survived + t.survived, all.known + t.known, all.broken + t.broken}
	}
	if !*list && float64(all.noticed)*100 < *least*float64(all.noticed+all.survived) {
		os.Exit(1)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "mutants:", err)
	os.Exit(2)
}

// tryPackage tries the changes of a package that are wanted.
func tryPackage(name string, wanted *regexp.Regexp, known string) (t tally) {
	tested := false
	seen := 0
	for _, m := range mutantsOf(name) {
		if !wanted.MatchString(m.line()) {
			continue
		}
		seen++
		if (seen-1)%*nth != 0 {
			continue
		}
		if *list {
			fmt.Println(m.name())
			continue
		}
		if !tested { // tests that fail anyway would notice everything
			if result := try(mutant{file: m.file}, name); result != "survives" {
				fail(fmt.Errorf("the tests of %s fail without any change: mend them first", name))
			}
			tested = true
		}
		switch result := try(m, name); {
		case result == "noticed":
			t.noticed++
		case result == "does not compile":
			t.broken++
		case strings.Contains(known, m.name()+"\t"):
			t.known++
		default:
			t.survived++
			fmt.Println(m.line())
		}
	}
	return t
}

// mutantsOf returns all changes of a package.
func mutantsOf(name string) (all []mutant) {
	out, err := exec.Command("go", "list", "-f", `{{$d := .Dir}}{{range .GoFiles}}{{$d}}/{{.}}{{"\n"}}{{end}}`, name).Output()
	if err != nil {
		fail(fmt.Errorf("failed to list %s: %w", name, err))
	}
	here, err := os.Getwd()
	if err != nil {
		fail(err)
	}
	for _, path := range strings.Fields(string(out)) {
		relative, err := filepath.Rel(here, path)
		if err != nil {
			fail(err)
		}
		all = append(all, mutantsIn(filepath.ToSlash(relative))...)
	}
	return all
}

// mutantsIn returns the changes of a file. Where a function has the same change in several places, the second is called (2).
func mutantsIn(path string) (all []mutant) {
	text, err := os.ReadFile(path)
	if err != nil {
		fail(err)
	}
	files := token.NewFileSet()
	parsed, err := parser.ParseFile(files, path, text, parser.SkipObjectResolution)
	if err != nil {
		fail(err)
	}
	times := make(map[string]int)
	for _, declared := range parsed.Decls {
		f, ok := declared.(*ast.FuncDecl)
		if !ok || f.Body == nil {
			continue
		}
		ast.Inspect(f.Body, func(node ast.Node) bool {
			for _, c := range changes(node) {
				m := mutant{file: path, position: files.Position(c.from), function: receiver(f) + f.Name.Name,
					start: files.Position(c.from).Offset, end: files.Position(c.to).Offset, with: c.with}
				old := string(text[m.start:m.end])
				m.with = strings.ReplaceAll(m.with, "$", old)
				m.what = fmt.Sprintf("%s => %s", short(old), short(m.with))
				if times[m.name()]++; times[m.name()] > 1 {
					m.what += fmt.Sprintf(" (%d)", times[m.name()])
				}
				all = append(all, m)
			}
			return true
		})
	}
	return all
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

// try runs the tests with one change.
func try(m mutant, name string) string {
	dir, err := os.MkdirTemp("", "mutant")
	if err != nil {
		fail(err)
	}
	defer os.RemoveAll(dir)
	text, err := os.ReadFile(m.file)
	if err != nil {
		fail(err)
	}
	changed := bytes.Join([][]byte{text[:m.start], []byte(m.with), text[m.end:]}, nil)
	path, err := filepath.Abs(m.file)
	if err != nil {
		fail(err)
	}
	overlay, err := json.Marshal(map[string]any{"Replace": map[string]string{path: filepath.Join(dir, "changed.go")}})
	if err != nil {
		fail(err)
	}
	if err := errors.Join(os.WriteFile(filepath.Join(dir, "changed.go"), changed, 0o600),
		os.WriteFile(filepath.Join(dir, "overlay.json"), overlay, 0o600)); err != nil {
		fail(err)
	}
	for _, packages := range [][]string{{name}, strings.Fields(*also)} {
		if len(packages) == 0 {
			continue
		}
		args := append([]string{"test", "-overlay", filepath.Join(dir, "overlay.json"), "-vet=off", "-ldflags=-w", "-short", "-failfast", "-timeout", "60s"}, packages...)
		out, err := exec.Command("go", args...).CombinedOutput()
		switch {
		case err == nil:
		case bytes.Contains(out, []byte("[build failed]")), bytes.Contains(out, []byte("[setup failed]")):
			return "does not compile"
		default:
			return "noticed"
		}
	}
	return "survives"
}
