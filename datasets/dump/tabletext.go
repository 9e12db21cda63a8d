package dump

import "bytes"

// tableText writes rows of cells as text, so that tables that were no text are read as any other:
// TAB between cells, RFC 4180's quotes where a cell needs them, LF behind each row.
type tableText struct {
	width int // of the widest row so far
}

// row appends a row. What the rows before it had more is empty: spreadsheets leave it out. A null
// cell and an empty one look alike.
func (t *tableText) row(to []byte, cells [][]byte) []byte {
	t.width = max(t.width, len(cells))
	for i := range t.width {
		if i > 0 {
			to = append(to, '\t')
		}
		if i < len(cells) {
			to = t.cell(to, cells[i])
		}
	}
	return append(to, '\n')
}

// cell quotes what would not mean itself. In a table of one column, which is a list of lines, nothing
// is quoted.
func (t *tableText) cell(to, cell []byte) []byte {
	if t.width < 2 || !bytes.ContainsAny(cell, "\t\r\n\"") && string(cell) != `\N` &&
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

// formatOfTable tells a table with columns to read from a list in one column.
func formatOfTable(s *sample) format {
	if f := (writtenTable()); f.score(s) > 0 {
		return f
	}
	f, _ := formatOf(&sample{data: s.data, lines: s.lines, cr: s.cr})
	return f
}

// reported is the format that the report names.
func (m member) reported(f format) string {
	if m.label != "" {
		return m.label
	}
	return f.name()
}
