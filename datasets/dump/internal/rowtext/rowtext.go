// Package rowtext writes the rows of tables that were not text as text, so that they are read as any
// other table: TAB between cells, RFC 4180's quotes where a cell needs them, LF after each row. In a
// table of one column, which is a list of lines, nothing is quoted.
package rowtext

import "bytes"

// Writer writes the rows of one table.
type Writer struct {
	width int // of the widest row so far
}

// Append appends a row. What the rows before it had more is empty: spreadsheets leave it out. A null
// cell and an empty one look alike.
func (w *Writer) Append(to []byte, cells [][]byte) []byte {
	w.width = max(w.width, len(cells))
	for i := range w.width {
		if i > 0 {
			to = append(to, '\t')
		}
		if i < len(cells) {
			to = w.cell(to, cells[i])
		}
	}
	return append(to, '\n')
}

// cell quotes what would not mean itself.
func (w *Writer) cell(to, cell []byte) []byte {
	if w.width < 2 || !bytes.ContainsAny(cell, "\t\r\n\"") && string(cell) != `\N` &&
		string(cell) != "NULL" {
		return append(to, cell...)
	}
	to = append(to, '"')
	for _, b := range cell {
		if b == '"' {
			to = append(to, '"')
		}
		to = append(to, b)
	}
	return append(to, '"')
}
