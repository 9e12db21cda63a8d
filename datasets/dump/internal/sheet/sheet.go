// Package sheet makes text of the sheets of a workbook: a table whose lines are the rows, with what was typed into the cells.
//
// Not guaranteed: that a workbook is what it says; what the library cannot read of a row ends the text with an error.
package sheet

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"

	"github.com/xuri/excelize/v2"

	"github.com/credsieve/credsieve/datasets/dump/internal/rowtext"
)

// ShowsZeros reports whether a number format of a workbook puts zeros before numbers: 00123456 is kept as
// the number 123456, and the zeros are part of the password.
func ShowsZeros(book *excelize.File) bool {
	if book.Styles == nil || book.Styles.NumFmts == nil {
		return false
	}
	for _, f := range book.Styles.NumFmts.NumFmt {
		if f != nil && strings.HasPrefix(f.FormatCode, "00") {
			return true
		}
	}
	return false
}

// withZeros returns a number as it is shown where that has zeros before it and nothing else.
func withZeros(raw, shown string) string {
	if len(shown) > len(raw) && raw != "" && strings.Trim(shown, "0123456789") == "" &&
		strings.TrimLeft(shown, "0") == strings.TrimLeft(raw, "0") {
		return shown
	}
	return raw
}

// Reader yields the rows of a sheet as text.
type Reader struct {
	Rows  *excelize.Rows
	Shown *excelize.Rows // the same as number formats show them, nil where they put no zeros before numbers
	table rowtext.Writer
	cells [][]byte
	text  []byte
	rest  []byte // of text
}

// Read yields the text of further rows.
func (s *Reader) Read(p []byte) (int, error) {
	for len(s.rest) == 0 {
		if !s.Rows.Next() {
			if s.Rows.Error() != nil {
				return 0, errors.New("a row lies outside of the sheet")
			}
			return 0, io.EOF
		}
		columns, err := s.Rows.Columns()
		if err != nil {
			return 0, errors.New("a row of the sheet is malformed")
		}
		shown := s.nextShown()
		s.cells = s.cells[:0]
		for i, text := range columns {
			if i < len(shown) {
				text = withZeros(text, shown[i])
			}
			s.cells = append(s.cells, []byte(text))
		}
		s.text = s.table.Append(s.text[:0], s.cells)
		s.rest = s.text
	}
	n := copy(p, s.rest)
	s.rest = s.rest[n:]
	return n, nil
}

// nextShown returns the next row as it is shown, nil when nothing differs.
func (s *Reader) nextShown() []string {
	if s.Shown == nil || !s.Shown.Next() {
		return nil
	}
	columns, err := s.Shown.Columns(excelize.Options{RawCellValue: false})
	if err != nil {
		s.Shown = nil
	}
	return columns
}

// IsWhole reports whether the part of a sheet is XML to its end: the library takes what breaks off for the end.
func IsWhole(book *excelize.File, text []byte) bool {
	decoder := xml.NewDecoder(bytes.NewReader(text))
	decoder.CharsetReader = book.CharsetReader
	for {
		if _, err := decoder.Token(); err != nil {
			return errors.Is(err, io.EOF) && bytes.Contains(text, []byte("sheetData"))
		}
	}
}
