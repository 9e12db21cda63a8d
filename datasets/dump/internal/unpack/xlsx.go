package unpack

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"github.com/credsieve/credsieve/datasets/dump/internal/sheet"
	"github.com/credsieve/credsieve/datasets/dump/internal/zipdir"
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
	case zipdir.UnpackedSize(z) > w.limits.Workbook || at.size > w.limits.Workbook:
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
	text := &sheet.Reader{Rows: rows}
	if sheet.ShowsZeros(book) {
		if err := guarded(func() (err error) {
			text.Shown, err = book.Rows(name)
			return err
		}); err == nil {
			defer text.Shown.Close()
		}
	}
	// The first text of a sheet has the library read all texts of the workbook.
	inner.from = &unpacked{w: w, from: &awaited{ctx: w.ctx, from: text, into: make([]byte, HeadSize)}}
	return w.open(inner)
}

// damagedSheets says which sheets end in broken XML: the library takes that for their end.
func (w *walker) damagedSheets(m *Member, book *excelize.File) {
	book.Pkg.Range(func(name, part any) bool {
		path, isName := name.(string)
		text, isBytes := part.([]byte)
		if isName && isBytes && strings.HasPrefix(path, "xl/worksheets/") &&
			strings.HasSuffix(path, ".xml") && !sheet.IsWhole(book, text) {
			w.lose(m, fmt.Sprintf("%q is damaged, and its rows after the damage were not read",
				joinName("", path)))
		}
		return w.ctx.Err() == nil
	})
}
