package accounts

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5/pgtype"
)

// kind says how the bytes of a value are to be understood.
type kind int

const (
	kindOther   kind = iota // cannot be read
	kindText                // also numbers, booleans, enums and UUIDs, as they are printed
	kindDynamic             // text of a database without types for times
	kindPadded              // text of a fixed width; blanks at its end mean nothing
	kindBinary              // bytes that must be text
	kindFilled              // the same of a fixed width, filled up with NULs
	kindTime                // date or time; without a zone it is UTC
	kindJSON
	kindArray // PostgreSQL's text form of an array of text
	kindReal  // a floating-point number, whose text would not be exact
)

// dbValue is one value of a row.
type dbValue struct {
	kind kind
	text []byte
	at   time.Time // may stand in place of the text of a kindTime
	null bool
}

var (
	errNotMoment  = errors.New("is not a date and time that can be read")
	errBinaryData = errors.New("holds binary data, not text; convert it in a query")
	errReal       = errors.New("is a floating-point number; convert it in a query")
	errNotJSON    = errors.New("is not valid JSON")
	errNested     = errors.New("is a list of lists")
)

func (v *dbValue) field(r role) (field, error) {
	if v.null {
		return field{}, nil
	}
	text := v.text
	switch v.kind {
	case kindReal:
		return field{}, errReal
	case kindJSON:
		return jsonDocument(text)
	case kindArray:
		return arrayField(text)
	case kindTime:
		return v.moment()
	case kindPadded:
		text = bytes.TrimRight(text, " ")
	case kindBinary, kindFilled:
		if v.kind == kindFilled {
			text = bytes.TrimRight(text, "\x00")
		}
		if !utf8.Valid(text) || bytes.IndexByte(text, 0) >= 0 {
			return field{}, errBinaryData
		}
	case kindDynamic:
		if r == rolePasswordChangedAt || r == roleLastActiveAt {
			if f, err := v.moment(); err == nil {
				return f, nil
			}
		}
	}
	// MariaDB and SQLite keep JSON in columns of text, and no identifier begins like a list.
	if r == roleIdentifiers && bytes.HasPrefix(bytes.TrimSpace(text), []byte("[")) {
		return jsonDocument(text)
	}
	return field{text: string(text)}, nil
}

// momentLayouts are those of a database, which a file must not use: in a file nobody knows the zone
// of a time that has none.
var momentLayouts = append(timeLayouts[:len(timeLayouts):len(timeLayouts)],
	"2006-01-02 15:04:05", "2006-01-02T15:04:05", "2006-01-02")

// moment reads a date or time. The first second of 1970 and MySQL's zero date are unknown, as in
// the other formats.
func (v *dbValue) moment() (field, error) {
	at := v.at
	if v.text != nil {
		text := strings.TrimSpace(string(v.text))
		if text == "" || strings.HasPrefix(text, "0000-00-00") {
			return field{}, nil
		}
		var err error
		for _, layout := range momentLayouts {
			if at, err = time.Parse(layout, text); err == nil {
				break
			}
		}
		if err != nil {
			return field{}, errNotMoment
		}
	}
	if at.Unix() == 0 {
		return field{}, nil
	}
	return field{at: at.UTC()}, nil
}

// jsonDocument reads a JSON value: a list, or a single one.
func jsonDocument(text []byte) (field, error) {
	if !utf8.Valid(text) {
		return field{}, errNotJSON // the decoder would replace what is not UTF-8
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var value any
	// The decoder's own words quote the text.
	if decoder.Decode(&value) != nil {
		return field{}, errNotJSON
	}
	if _, err := decoder.Token(); err != io.EOF {
		return field{}, errNotJSON
	}
	return jsonField(value)
}

func arrayField(text []byte) (field, error) {
	var array pgtype.Array[pgtype.Text]
	err := pgtype.NewMap().Scan(pgtype.TextArrayOID, pgtype.TextFormatCode, text, &array)
	switch {
	case err != nil:
		return field{}, errors.New("is an array that cannot be read")
	case len(array.Dims) > 1:
		return field{}, errNested
	}
	f := field{isList: true}
	for _, item := range array.Elements {
		if item.Valid {
			f.list = append(f.list, item.String)
		}
	}
	return f, nil
}
