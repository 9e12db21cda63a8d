package delimited

import (
	"bufio"
	"errors"
	"io"
	"strings"

	"github.com/credsieve/credsieve/datasets/accounts/internal/stream"
)

// Options say what a text does not.
type Options struct {
	Tabs      bool     // the text's name promises TABs
	Header    []string // the names of the columns, where the first line does not have them; nil: it does
	Separator byte     // 0: by the first line
	Wanted    []string // names of columns that a header is known by
}

// Reader reads the rows of a text.
type Reader struct {
	s       *stream.Stream
	dialect dialect
	tabs    bool
	names   []string
	bound   []bool   // by column: it is used
	escapes bool     // a row has shown that a backslash escapes quotes
	ahead   []string // lines that were read to find the end of a quote
	record  []string // scratch
	long    []byte   // scratch
	count   int      // of the fields of the last row; 0: its quotes say that it is not one
	short   int      // of the fields of the rows before it that had too few, were they one
	notes   []string
}

// New reads the header line. The caller closes s.
func New(s *stream.Stream, o Options) (*Reader, error) {
	d := &Reader{s: s, tabs: o.Tabs}
	if err := d.readHeader(o); err != nil {
		return nil, err
	}
	d.bound = make([]bool, len(d.names))
	if s.UTF16 {
		d.notes = append(d.notes, "it is UTF-16, read as UTF-8")
	}
	if note := d.dialect.note(o.Tabs); note != "" && o.Separator == 0 {
		d.notes = append(d.notes, note)
	}
	return d, nil
}

// Names are those of the columns.
func (d *Reader) Names() []string { return d.names }

// Remarks say how the text is read where its name promises otherwise.
func (d *Reader) Remarks() []string { return d.notes }

// Use says that a column is used: no value of it may have a line end.
func (d *Reader) Use(column int) { d.bound[column] = true }

// readHeader finds the names of the columns and, by them, the dialect.
func (d *Reader) readHeader(opts Options) error {
	line, err := d.firstLine()
	if err != nil {
		return err
	}
	separator, named := separatorLine(line)
	if named {
		if line, err = d.firstLine(); err != nil {
			return err
		}
	}
	if d.dialect, d.names, err = dialectOf(line, d.tabs, opts.Wanted); err != nil {
		return err
	}
	if opts.Separator != 0 {
		separator, named = opts.Separator, true
	}
	if named {
		padded := d.dialect.padded
		d.dialect = dialect{separator: separator, plain: d.tabs && separator == '\t' && !strings.Contains(line, `"`)}
		d.names = d.dialect.split(line)
		for i, name := range d.names {
			d.names[i] = strings.TrimSpace(name)
			padded = padded || d.names[i] != name
		}
		d.dialect.padded = padded
	}
	if len(opts.Header) > 0 {
		d.dialect = dialectOfData(line, d.tabs, opts)
		d.names = opts.Header
		d.ahead = append(d.ahead, line) // it is the first row
	} else if err := d.skipRule(); err != nil {
		return err
	}
	if len(d.names) < 2 {
		return errors.New("its first line is not a header: the names of columns, separated by commas, " +
			"semicolons, TABs or vertical bars")
	}
	return nil
}

// skipRule leaves out the line that psql and sqlcmd draw below the names of columns.
func (d *Reader) skipRule() error {
	line, err := d.line()
	if err == io.EOF {
		return nil
	}
	if err == nil && !isRule(line, d.dialect.separator) {
		d.ahead = append(d.ahead, line)
	}
	return err
}

func isRule(line string, separator byte) bool {
	return strings.Contains(line, "---") && strings.Trim(line, "-+ "+string(separator)) == ""
}

func (d *Reader) firstLine() (string, error) {
	for {
		d.s.StartRow()
		line, err := d.line()
		switch {
		case err == io.EOF:
			return "", stream.ErrEmpty
		case err != nil:
			return "", err
		case line != "":
			return line, nil
		}
	}
}

// Row reads the fields of the next row, as many as there are names; a *Rejection when it cannot be one, io.EOF at the
// end. The fields are valid until the next call.
func (d *Reader) Row() ([]string, error) {
	d.count = 0
	record, err := d.anyRow()
	if err == io.EOF {
		return nil, err
	}
	if d.isRest() && err == nil {
		return nil, Rejectf("the row before it has too few fields, and this may be the rest of it")
	}
	return record, err
}

// isRest reports whether the last line may be the rest of a row that a line end within a value has cut: a writer that
// neither quotes nor escapes writes it so. Such a rest may have as many fields as a row, and none of its own.
func (d *Reader) isRest() bool {
	n, whole := d.count, len(d.names)
	switch {
	case n == 0:
		d.short = 0
	case d.short == 0 && n < whole:
		d.short = n
	case d.short == 0:
	case n >= whole:
		d.short = 0
		return true
	case d.short+n-1 == whole: // together they are one row
		d.short = 0
	case d.short+n-1 < whole:
		d.short += n - 1
	default:
		d.short = n
	}
	return false
}

// anyRow reads the next row, whatever came before it.
func (d *Reader) anyRow() ([]string, error) {
	d.s.StartRow()
	line := ""
	for line == "" {
		var err error
		if line, err = d.line(); err != nil {
			return nil, err
		}
	}
	switch {
	case d.dialect.plain:
		return d.plainRow(line)
	case strings.IndexByte(line, '"') < 0:
		return d.counted(d.cutBare(line))
	}
	return d.quotedRow(line)
}

// cutBare splits a row without quotes, as nearly all are.
func (d *Reader) cutBare(line string) []string {
	d.record = d.record[:0]
	for {
		end := strings.IndexByte(line, d.dialect.separator)
		if end < 0 {
			d.record = append(d.record, d.dialect.bare(line))
			return d.record
		}
		d.record = append(d.record, d.dialect.bare(line[:end]))
		line = line[end+1:]
	}
}

// counted is a record of as many fields as there are names. With one more, even an empty one at its end, a
// value may hold the separator, and what follows it would be in the wrong columns.
func (d *Reader) counted(record []string) ([]string, error) {
	d.count = len(record)
	if len(record) != len(d.names) {
		return nil, d.wrongCount(len(record))
	}
	return record, nil
}

func (d *Reader) wrongCount(n int) *Rejection {
	return Rejectf("it has %d fields where the header has %d", n, len(d.names))
}

// line returns the next line without its end.
func (d *Reader) line() (string, error) {
	if len(d.ahead) > 0 {
		line := d.ahead[0]
		d.ahead = d.ahead[1:]
		return line, nil
	}
	part, err := d.s.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		if part, err = d.longLine(part); err != nil {
			return "", err
		}
	}
	if err != nil && (err != io.EOF || len(part) == 0) {
		return "", err
	}
	n := len(part)
	if n > 0 && part[n-1] == '\n' {
		n--
	}
	if n > 0 && part[n-1] == '\r' {
		n--
	}
	return string(part[:n]), nil
}

// longLine is for lines that do not fit into the buffer. The stream ends one that has no end.
func (d *Reader) longLine(part []byte) ([]byte, error) {
	d.long = append(d.long[:0], part...)
	for {
		part, err := d.s.ReadSlice('\n')
		d.long = append(d.long, part...)
		switch {
		case err == nil, err == io.EOF:
			return d.long, nil
		case !errors.Is(err, bufio.ErrBufferFull):
			return nil, err
		}
	}
}
