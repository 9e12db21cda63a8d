package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// helpers is the file that woven changes need; before it stands the name of the package, and NOW is the file with the number of the
// change that is made: tests begin programs with an environment of their own.
const helpers = `
import (
	"cmp"
	"os"
	"strconv"
)

type zzNumber interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~uintptr | ~float32 | ~float64
}

var zzNow = func() int {
	text, _ := os.ReadFile("NOW")
	n, _ := strconv.Atoi(string(text))
	return n
}()

func zzMutant(n int) bool { return n == zzNow }

func zzErr(n int, err error) error {
	if n == zzNow {
		return nil
	}
	return err
}

func zzAnd(n int, a bool, b func() bool) bool {
	if n == zzNow {
		return a || b()
	}
	return a && b()
}

func zzOr(n int, a bool, b func() bool) bool {
	if n == zzNow {
		return a && b()
	}
	return a || b()
}

func zzLess[T cmp.Ordered](n int, a, b T) bool { return a < b || n == zzNow && a == b }
func zzLessEq[T cmp.Ordered](n int, a, b T) bool { return a < b || n != zzNow && a == b }
func zzMore[T cmp.Ordered](n int, a, b T) bool { return a > b || n == zzNow && a == b }
func zzMoreEq[T cmp.Ordered](n int, a, b T) bool { return a > b || n != zzNow && a == b }

func zzAdd[T zzNumber](n int, a, b T) T {
	if n == zzNow {
		return a - b
	}
	return a + b
}

func zzSub[T zzNumber](n int, a, b T) T {
	if n == zzNow {
		return a + b
	}
	return a - b
}

func zzMul[T zzNumber](n int, a, b T) T {
	if n == zzNow {
		return a / b
	}
	return a * b
}

func zzQuo[T zzNumber](n int, a, b T) T {
	if n == zzNow {
		return a * b
	}
	return a / b
}
`

var calls = map[token.Token]string{
	token.LSS: "zzLess", token.LEQ: "zzLessEq", token.GTR: "zzMore", token.GEQ: "zzMoreEq", token.ADD: "zzAdd", token.SUB: "zzSub",
	token.MUL: "zzMul", token.QUO: "zzQuo", token.LAND: "zzAnd", token.LOR: "zzOr",
}

// weaveOne returns the edits that make the change of a node when its number is asked for, or nothing where only the change
// itself can tell whether it compiles. Impossible is an operator that its operands do not have.
func weaveOne(node, parent ast.Node, number int, info *types.Info, offset func(token.Pos) int) (edits []edit, impossible bool) {
	around := func(from, to token.Pos, before, after string) []edit {
		return []edit{{at: offset(from), text: before}, {at: offset(to), text: after, suffix: true}}
	}
	switch n := node.(type) {
	case *ast.BinaryExpr:
		return weaveBinary(n, number, info, offset)
	case *ast.IfStmt:
		if isBool(info.Types[n.Cond]) {
			return around(n.Cond.Pos(), n.Cond.End(), "((", fmt.Sprintf(") != zzMutant(%d))", number)), false
		}
	case *ast.ExprStmt, *ast.IncDecStmt, *ast.AssignStmt:
		if isInBlock(node, parent) && !isPanic(node) {
			return around(node.Pos(), node.End(), fmt.Sprintf("if !zzMutant(%d) { ", number), " }"), false
		}
	case *ast.ReturnStmt:
		last := n.Results[len(n.Results)-1]
		if id, ok := last.(*ast.Ident); ok && info.Uses[id] != nil && types.Identical(info.Uses[id].Type(), types.Universe.Lookup("error").Type()) {
			return around(last.Pos(), last.End(), fmt.Sprintf("zzErr(%d, ", number), ")"), false
		}
	}
	return nil, false
}

func weaveBinary(n *ast.BinaryExpr, number int, info *types.Info, offset func(token.Pos) int) (edits []edit, impossible bool) {
	kind := info.Types[n]
	if kind.Value != nil || shiftsConstant(n.X, info) || shiftsConstant(n.Y, info) { // its type is that of what it is used for
		return nil, false
	}
	begin, end := offset(n.X.Pos()), offset(n.Y.End())
	operator := edit{at: offset(n.OpPos), length: len(n.Op.String()), text: ","}
	after := ")"
	switch n.Op {
	case token.EQL, token.NEQ:
		if !isBool(kind) {
			return nil, false
		}
		return []edit{{at: begin, text: "(("}, {at: end, text: fmt.Sprintf(") != zzMutant(%d))", number), suffix: true}}, false
	case token.LAND, token.LOR:
		operator.text, after = ", func() bool { return (", ") })"
		if !isBool(kind) {
			return nil, false
		}
	case token.LSS, token.LEQ, token.GTR, token.GEQ:
		if !isBool(kind) {
			return nil, false
		}
	default:
		if basic, ok := kind.Type.Underlying().(*types.Basic); !ok || basic.Info()&(types.IsInteger|types.IsFloat) == 0 {
			return nil, ok
		}
	}
	before := fmt.Sprintf("%s(%d, ", calls[n.Op], number)
	return []edit{{at: begin, text: before}, operator, {at: end, text: after, suffix: true}}, false
}

// shiftsConstant reports whether an operand is 1<<n or the like.
func shiftsConstant(operand ast.Expr, info *types.Info) bool {
	n, ok := ast.Unparen(operand).(*ast.BinaryExpr)
	return ok && (n.Op == token.SHL && info.Types[n].Value == nil && info.Types[n.X].Value != nil ||
		n.Op != token.SHL && (shiftsConstant(n.X, info) || shiftsConstant(n.Y, info)))
}

// isBool reports whether an expression is bool itself, not a type of its own.
func isBool(kind types.TypeAndValue) bool {
	basic, ok := kind.Type.(*types.Basic)
	return ok && basic.Info()&types.IsBoolean != 0
}

// isInBlock reports whether a statement stands where a block may stand.
func isInBlock(node, parent ast.Node) bool {
	switch p := parent.(type) {
	case *ast.BlockStmt, *ast.CaseClause:
		return true
	case *ast.CommClause:
		return p.Comm != node
	}
	return false
}

// isPanic reports whether a statement may be what ends a function.
func isPanic(node ast.Node) bool {
	s, ok := node.(*ast.ExprStmt)
	if !ok {
		return false
	}
	call, ok := s.X.(*ast.CallExpr)
	if !ok {
		return false
	}
	id, ok := call.Fun.(*ast.Ident)
	return ok && id.Name == "panic"
}

// overlay writes changed files into a folder and returns the file that tells the Go tool of them.
func overlay(dir string, changed map[string][]byte) string {
	replace := make(map[string]string)
	for path, text := range changed {
		whole, err := filepath.Abs(path)
		if err != nil {
			fail(err)
		}
		replace[whole] = filepath.Join(dir, fmt.Sprintf("changed%d.go", len(replace)))
		if err := os.WriteFile(replace[whole], text, 0o600); err != nil {
			fail(err)
		}
	}
	text, err := json.Marshal(map[string]any{"Replace": replace})
	name := filepath.Join(dir, "overlay.json")
	if err := errors.Join(err, os.WriteFile(name, text, 0o600)); err != nil {
		fail(err)
	}
	return name
}

// wovenFiles are the files of the package with all changes that can be woven.
func (p *pkg) wovenFiles(now string) map[string][]byte {
	edits := make(map[string][]edit)
	for _, m := range p.mutants {
		edits[m.file] = append(edits[m.file], m.woven...)
	}
	out := map[string][]byte{filepath.Join(p.dir, "zz_mutants.go"): []byte("package " + p.ident + strings.Replace(helpers, "NOW", now, 1))}
	for _, path := range p.files {
		text, err := os.ReadFile(path)
		if err != nil {
			fail(err)
		}
		out[path] = apply(text, edits[path])
	}
	return out
}

// apply makes edits, which come from the outside to the inside.
func apply(text []byte, edits []edit) []byte {
	var ends, begins []edit
	for _, e := range edits {
		if e.suffix {
			ends = append(ends, e)
		} else {
			begins = append(begins, e)
		}
	}
	slices.Reverse(ends)
	sorted := append(ends, begins...)
	slices.SortStableFunc(sorted, func(a, b edit) int { return a.at - b.at })
	var out bytes.Buffer
	at := 0
	for _, e := range sorted {
		out.Write(text[at:e.at])
		out.WriteString(e.text)
		at = e.at + e.length
	}
	out.Write(text[at:])
	return out.Bytes()
}

// withOne is the file of a change that is compiled alone.
func (m mutant) withOne() []byte {
	text, err := os.ReadFile(m.file)
	if err != nil {
		fail(err)
	}
	return []byte(strings.Join([]string{string(text[:m.start]), string(text[m.end:])}, m.with))
}
