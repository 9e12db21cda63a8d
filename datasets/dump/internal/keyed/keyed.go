// Package keyed reads tables of which each row is one value of a user: an id, the name of what is said, and the value, as
// WordPress keeps them in usermeta and shops in attributes.
//
// [Looks] tells such a table by its beginning: one column holds names of a password and of an identity, in every second
// row or more one that is repeated, another the values, and a third, repeated too, says whose they are. [NewReader] joins
// the rows of one id, wherever they stand, and writes an object of JSON for each id, a line each. Positions count the bytes
// of what is written.
//
// Memory: the values of at most 65,536 ids and 32 MiB. When either is reached, those that have a password and an identity
// are written, and where that makes no room all of them: a value that comes later is then an object by itself.
package keyed

import (
	"bytes"

	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
	"github.com/credsieve/credsieve/datasets/dump/internal/delimited"
	"github.com/credsieve/credsieve/datasets/dump/internal/format"
)

// columns are where a row has its parts.
type columns struct {
	scanner        delimited.Scanner
	id, key, value int
}

const (
	leastColumns = 3
	mostColumns  = 6
	leastRows    = 4
	mostRows     = 400 // of the sample that are looked at
)

// Looks reports whether a sample is of such a table.
func Looks(s *format.Sample) bool {
	_, ok := columnsOf(s)
	return ok
}

func columnsOf(s *format.Sample) (columns, bool) {
	for _, scan := range []delimited.Scanner{
		{Delimiter: ','}, {Delimiter: '\t'}, {Delimiter: '\t', Dialect: delimited.Escaped}, {Delimiter: ';'}, {Delimiter: '|'},
	} {
		if rows := rowsOf(s, scan); len(rows) >= leastRows {
			if c, ok := assign(rows); ok {
				c.scanner = scan
				return c, true
			}
		}
	}
	return columns{}, false
}

// rowsOf returns the fields of the first rows, nil when they are not of as many each.
func rowsOf(s *format.Sample, scan delimited.Scanner) (rows [][]string) {
	var r delimited.Row
	var c cut.Cutter
	for pos := 0; pos < len(s.Data) && len(rows) < mostRows; {
		data := s.Data[pos:]
		next := scan.Next(data, s.Whole(), &r)
		if next == 0 {
			break
		}
		pos += next
		if cut.IsBlank(data[:r.End]) {
			continue
		}
		n := len(r.Fields)
		if n < leastColumns || n > mostColumns || len(rows) > 0 && n != len(rows[0]) {
			return nil
		}
		row := make([]string, n)
		c.Reset()
		for i := range row {
			row[i] = string(scan.Value(&c, data, &r, i))
		}
		rows = append(rows, row)
	}
	return rows
}

// assign tells the columns by what they hold.
func assign(rows [][]string) (c columns, ok bool) {
	c = columns{id: -1, key: -1, value: -1}
	for i := range rows[0] {
		if isKeys(rows, i) {
			if c.key >= 0 {
				return c, false
			}
			c.key = i
		}
	}
	if c.key < 0 {
		return c, false
	}
	best := 0
	for i := range rows[0] {
		if i == c.key {
			continue
		}
		if ids := shared(rows, i, c.key); ids > best {
			c.id, best = i, ids
		}
	}
	if c.id < 0 || 3*best < len(rows) {
		return c, false
	}
	most := 0
	for i := range rows[0] {
		if i == c.key || i == c.id {
			continue
		}
		if n := addresses(rows, i, c.key); n > most {
			c.value, most = i, n
		}
	}
	return c, c.value >= 0
}

// isKeys reports whether a column holds names of passwords and of identities, and little else but words.
func isKeys(rows [][]string, column int) bool {
	identities, secrets, words := 0, 0, 0
	have := map[string]int{}
	for _, row := range rows {
		key := []byte(row[column])
		have[row[column]]++
		if len(key) > 0 && len(key) <= 64 && cut.IsWord(key[0]) && !cut.IsDigit(key[0]) && bytes.IndexByte(key, '@') < 0 {
			words++
		}
		switch role, _ := cut.RoleOf(key); role {
		case cut.RoleIdentifier:
			identities++
		case cut.RoleSecret, cut.RoleHash:
			secrets++
		}
	}
	return identities > 1 && secrets > 1 && 10*words >= 9*len(rows) && 2*len(have) <= len(rows)+2
}

// shared returns how many rows of a column have an id that another row has as well, with another key.
func shared(rows [][]string, column, key int) (n int) {
	keys := map[string]map[string]bool{}
	for _, row := range rows {
		if row[column] == "" {
			continue
		}
		if keys[row[column]] == nil {
			keys[row[column]] = map[string]bool{}
		}
		keys[row[column]][row[key]] = true
	}
	const most = 64 // more keys than this are of one type of row, not of one user
	for _, of := range keys {
		if len(of) > 1 && len(of) <= most {
			n += len(of)
		}
	}
	if len(keys) < 2 {
		return 0
	}
	return n
}

// addresses returns how many values of a column are addresses under the name of an identity, or passwords.
func addresses(rows [][]string, column, key int) (n int) {
	for _, row := range rows {
		if role, _ := cut.RoleOf([]byte(row[key])); role == cut.RoleIdentifier && cut.IsEmail([]byte(row[column])) {
			n++
		}
	}
	return n
}
