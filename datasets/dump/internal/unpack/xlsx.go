package unpack

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"github.com/credsieve/credsieve/datasets/dump/internal/rowtext"
)

// office reads the workbook that an archive is. Each sheet is a member, written as a table: positions
// count its bytes, and its lines are the rows unless a cell holds a line end.
func (w *walker) office(m *Member, z *zip.Reader, at *countingAt) error {
	isBook := slices.ContainsFunc(z.File, func(f *zip.File) bool {
		return strings.HasPrefix(f.Name, "xl/workbook.")
	})
	switch {
	case !isBook || slices.ContainsFunc(z.File, isBinarySheet):
		w.skip(m, "office", "it is an Office document other than .xlsx: save it as .xlsx or CSV first")
		return nil
	case unpackedSize(z) > w.limits.Workbook || at.size > w.limits.Workbook:
		w.skip(m, "xlsx", fmt.Sprintf("the workbook unpacks to over %s, the limit: save its sheets "+
			"as CSV first", ByteSize(int(w.limits.Workbook))))
		return nil
	}
	over := limitError("")
	if err := w.tooDear(z); errors.As(err, &over) {
		w.skip(m, "xlsx", string(over))
		return nil
	}
	var book *excelize.File
	err := await(w.ctx, func() (err error) {
		book, err = excelize.OpenReader(io.NewSectionReader(at, 0, at.size), excelize.Options{
			RawCellValue: true, // what was typed, not what a number format makes of it
			// One limit for both: beyond the second, parts are written to disk.
			UnzipSizeLimit: w.limits.Workbook, UnzipXMLSizeLimit: w.limits.Workbook,
		})
		return err
	})
	if ctxErr := w.ctx.Err(); ctxErr != nil {
		return ctxErr
	}
	if err != nil {
		w.skip(m, "xlsx", "the workbook is damaged: open it and save it again, or save it as CSV")
		return nil
	}
	defer book.Close() // it holds memory only
	for _, name := range book.GetSheetList() {
		if err := w.sheet(m, book, name); err != nil {
			return err
		}
	}
	w.damagedSheets(m, book)
	return w.strangersInOffice(m, z)
}

// isBinarySheet knows the parts of .xlsb.
func isBinarySheet(f *zip.File) bool {
	return strings.HasPrefix(f.Name, "xl/") && f.Name == "xl/workbook.bin"
}

func unpackedSize(z *zip.Reader) int64 {
	var sum uint64
	for _, f := range z.File {
		sum += min(f.UncompressedSize64, 1<<40)
	}
	return int64(min(sum, 1<<60))
}

func (w *walker) sheet(m *Member, book *excelize.File, name string) error {
	inner := m.inside(name, "xlsx")
	inner.Table = "xlsx"
	var rows *excelize.Rows
	err := await(w.ctx, func() (err error) {
		rows, err = book.Rows(name)
		return err
	})
	if ctxErr := w.ctx.Err(); ctxErr != nil {
		return ctxErr
	}
	if err != nil {
		w.skip(inner, "xlsx", "the sheet cannot be read: save it as CSV first")
		return nil
	}
	defer rows.Close() // as above
	sheet := &sheetReader{rows: rows}
	if showsZeros(book) {
		if err := guarded(func() (err error) {
			sheet.shown, err = book.Rows(name)
			return err
		}); err == nil {
			defer sheet.shown.Close()
		}
	}
	// The first text of a sheet has the library read all texts of the workbook.
	inner.from = &unpacked{w: w, from: &awaited{ctx: w.ctx, from: sheet, into: make([]byte, HeadSize)}}
	return w.open(inner)
}

// showsZeros reports whether a number format of a workbook puts zeros before numbers: 00123456 is kept as
// the number 123456, and the zeros are part of the password.
func showsZeros(book *excelize.File) bool {
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

// damagedSheets says which sheets end in broken XML: the library takes that for their end.
func (w *walker) damagedSheets(m *Member, book *excelize.File) {
	book.Pkg.Range(func(name, part any) bool {
		path, isName := name.(string)
		text, isBytes := part.([]byte)
		if isName && isBytes && strings.HasPrefix(path, "xl/worksheets/") &&
			strings.HasSuffix(path, ".xml") && !isWholeXML(book, text) {
			w.lose(m, fmt.Sprintf("%q is damaged, and its rows after the damage were not read",
				joinName("", path)))
		}
		return w.ctx.Err() == nil
	})
}

func isWholeXML(book *excelize.File, text []byte) bool {
	decoder := xml.NewDecoder(bytes.NewReader(text))
	decoder.CharsetReader = book.CharsetReader
	for {
		if _, err := decoder.Token(); err != nil {
			return errors.Is(err, io.EOF) && bytes.Contains(text, []byte("sheetData"))
		}
	}
}

// sheetReader yields the rows of a sheet as text.
type sheetReader struct {
	rows  *excelize.Rows
	shown *excelize.Rows // the same as number formats show them, nil where they put no zeros before numbers
	table rowtext.Writer
	cells [][]byte
	text  []byte
	rest  []byte // of text
}

func (s *sheetReader) Read(p []byte) (int, error) {
	for len(s.rest) == 0 {
		if !s.rows.Next() {
			if s.rows.Error() != nil {
				return 0, errors.New("a row lies outside of the sheet")
			}
			return 0, io.EOF
		}
		columns, err := s.rows.Columns()
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
func (s *sheetReader) nextShown() []string {
	if s.shown == nil || !s.shown.Next() {
		return nil
	}
	columns, err := s.shown.Columns(excelize.Options{RawCellValue: false})
	if err != nil {
		s.shown = nil
	}
	return columns
}
