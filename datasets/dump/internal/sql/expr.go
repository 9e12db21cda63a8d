package sql

import (
	"bytes"
	"strconv"
	"unicode/utf8"
)

// expressionReader reads an expression that is held as a whole.
type expressionReader struct {
	*decoder
	x   lexer
	tok token // the next one
}

func (e *expressionReader) advance() { e.tok = e.x.next() }

func (e *expressionReader) at(punct byte) bool {
	return e.tok.kind == sqlPunct && e.tok.style == punct
}

func (e *expressionReader) atWord(word string) bool {
	return e.tok.kind == sqlWord && string(e.x.text) == word
}

// concatenation reads a || b || c.
func (e *expressionReader) concatenation(depth int) ([]byte, bool) {
	value, ok := e.term(depth)
	for ok && e.at('|') {
		if e.advance(); !e.at('|') {
			return nil, false
		}
		e.advance()
		var more []byte
		if more, ok = e.term(depth); ok {
			value = append(value[:len(value):len(value)], more...)
		}
	}
	return value, ok
}

// term reads a literal, a call or a parenthesis, with the casts after it.
func (e *expressionReader) term(depth int) (value []byte, ok bool) {
	if depth > maxParens {
		return nil, false
	}
	switch {
	case isOperand(e.tok), e.tok.kind == sqlName && e.tok.quote == '"':
		if value = e.x.held(e.tok.Span); e.tok.kind != sqlNumber {
			if value, ok = e.literal(e.tok, value); !ok {
				return nil, false
			}
		}
		e.advance()
	case e.at('('):
		e.advance()
		if value, ok = e.concatenation(depth + 1); !ok || !e.at(')') {
			return nil, false
		}
		e.advance()
	case e.tok.kind == sqlWord:
		if value, ok = e.call(string(e.x.text), depth); !ok {
			return nil, false
		}
	default:
		return nil, false
	}
	return value, e.casts()
}

// casts skips ::type and COLLATE name.
func (e *expressionReader) casts() bool {
	for {
		switch {
		case e.at(':'):
			if e.advance(); !e.at(':') {
				return false
			}
			e.advance()
			e.skipType()
		case e.atWord("collate"):
			e.advance()
			e.advance()
		default:
			return true
		}
	}
}

// skipType skips a name such as pg_catalog.varchar(20)[] or character varying.
func (e *expressionReader) skipType() {
	for depth := 0; e.tok.kind != sqlEnd; e.advance() {
		switch {
		case e.at('('):
			depth++
		case e.at(')') && depth > 0:
			depth--
		case depth == 0 && (e.at(')') || e.at(',') || e.at('|') || e.at(':')):
			return
		}
	}
}

// call reads the arguments of a function and applies it, when it is one of those that dumps use.
func (e *expressionReader) call(name string, depth int) ([]byte, bool) {
	if e.advance(); !e.at('(') {
		return nil, false
	}
	if name == "convert" {
		return e.conversion(depth)
	}
	var args [][]byte
	for e.advance(); ; e.advance() {
		arg, ok := e.concatenation(depth + 1)
		if !ok || len(args) == 64 {
			return nil, false
		}
		args = append(args, arg)
		if e.atWord("as") && name == "cast" {
			e.advance()
			e.skipType()
		}
		if !e.at(',') {
			break
		}
	}
	if !e.at(')') {
		return nil, false
	}
	e.advance()
	return e.apply(name, args)
}

// conversion reads what follows CONVERT from its parenthesis on. MySQL writes (value, type) and (value
// USING encoding), SQL Server (type, value, style).
func (e *expressionReader) conversion(depth int) (value []byte, ok bool) {
	if e.advance(); e.atType() {
		if e.skipType(); !e.at(',') {
			return nil, false
		}
		e.advance()
	}
	value, ok = e.concatenation(depth + 1)
	if e.at(',') || e.atWord("using") {
		e.advance()
		e.skipType()
	}
	if !ok || !e.at(')') {
		return nil, false
	}
	e.advance()
	return value, true
}

// atType reports whether the next token names a type of text, as SQL Server does first.
func (e *expressionReader) atType() bool {
	if e.tok.kind != sqlWord && e.tok.kind != sqlName || e.dialect == dialectMySQL {
		return false
	}
	switch string(e.x.text) {
	case "char", "nchar", "varchar", "nvarchar", "text", "ntext", "binary", "varbinary", "sysname":
		return true
	}
	return false
}

func (e *expressionReader) apply(name string, args [][]byte) ([]byte, bool) {
	switch {
	case name == "replace" && len(args) == 3:
		if len(args[1]) == 0 {
			return args[0], true
		}
		const longest = 4 << 20 // nested calls could make a gigabyte of a line
		if bytes.Count(args[0], args[1])*len(args[2]) > longest {
			return nil, false
		}
		return bytes.ReplaceAll(args[0], args[1], args[2]), true
	case name == "char", name == "chr", name == "nchar":
		return characters(args)
	case name == "unistr" && len(args) == 1:
		return e.literal(token{style: sqlUnicode}, args[0])
	case len(args) == 1 && (name == "cast" || name == "stringdecode" || name == "to_clob" || name == "to_nclob" ||
		name == "to_char" || name == "trim"):
		return args[0], true
	case name == "concat":
		return bytes.Join(args, nil), true
	case (name == "unhex" || name == "hextoraw") && len(args) == 1:
		return e.unhex(args[0])
	case name == "from_base64" && len(args) == 1:
		value := e.c.Base64(args[0])
		return value, value != nil
	}
	return nil, false
}

// characters returns the characters of the numbers that are the arguments of char or chr.
func characters(args [][]byte) ([]byte, bool) {
	var out []byte
	for _, arg := range args {
		n, err := strconv.ParseUint(string(arg), 10, 21)
		if err != nil {
			return nil, false
		}
		out = utf8.AppendRune(out, rune(n))
	}
	return out, true
}
