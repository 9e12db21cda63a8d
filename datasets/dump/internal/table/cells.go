package table

import (
	"bytes"

	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
	"github.com/credsieve/credsieve/datasets/dump/internal/delimited"
	"github.com/credsieve/credsieve/datasets/dump/internal/format"
	"github.com/credsieve/credsieve/datasets/dump/internal/json"
)

// withCells returns the table of a sample that keeps passwords in JSON in one of its columns, where its header or
// that JSON names the users. It returns where the header ends.
func (f Format) withCells(s *format.Sample) (best *table, start, end int) {
	if bytes.IndexByte(s.Data, '{') < 0 {
		return nil, 0, 0
	}
	for start < len(s.Data) && cut.IsSpace(s.Data[start]) && s.Data[start] != '\t' {
		start++
	}
	for _, delimiter := range []byte(f.delimiters) {
		t := &table{Scanner: delimited.Scanner{Delimiter: delimiter}, Lines: format.Lines{End: s.LineEnd()}}
		var row delimited.Row
		next := t.Scanner.Next(s.Data[start:], true, &row)
		if len(row.Fields) < 2 {
			continue
		}
		if t.read(s.Data[start:], &row); len(t.secrets)+len(t.hashes) > 0 {
			continue
		}
		t.Dialect = tableDialectOf(s, start+next, delimiter, t.Count)
		if t.findCells(s, start+next); len(t.cells) > 0 {
			return t, start, start + next
		}
	}
	return nil, 0, 0
}

// findCells looks for the columns whose JSON holds passwords, in the first rows after the header.
func (t *table) findCells(s *format.Sample, from int) {
	const looked = 32
	holds := make([]int, t.Count)
	rows := 0
	var c cut.Cutter
	eachRow(&format.Sample{Data: s.Data[from:], Lines: s.Lines, CR: s.CR}, t.Scanner,
		func(data []byte, r *delimited.Row) {
			if rows == looked || len(r.Fields) != t.Count {
				return
			}
			rows++
			c.Reset()
			for i := range holds {
				named, secret := json.CellHolds(t.Value(&c, data, r, i))
				if secret && (named || len(t.ids) > 0) {
					holds[i]++
				}
			}
		})
	for i, n := range holds {
		if n > 0 && 2*n >= rows {
			t.cells = append(t.cells, i)
		}
	}
}

// cellCuts adds the cuts of the JSON in a row, of id where nothing in it names a user.
func (t *table) cellCuts(c *cut.Cutter, id, data []byte, r *delimited.Row) {
	for _, i := range t.cells {
		if i < len(r.Fields) {
			json.CutCell(c, id, t.Value(c, data, r, i))
		}
	}
}
