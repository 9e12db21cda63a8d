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

	databases "github.com/credsieve/credsieve/datasets/accounts/internal/database"
	"github.com/credsieve/credsieve/datasets/accounts/internal/values"
)

var (
	errNotMoment  = errors.New("is not a date and time that can be read")
	errBinaryData = errors.New("holds binary data, not text; convert it in a query")
	errReal       = errors.New("is a floating-point number; convert it in a query")
	errNotJSON    = errors.New("is not valid JSON")
	errNested     = errors.New("is a list of lists")
)

func valueField(v *databases.Value, r role) (field, error) {
	if v.Null {
		return field{}, nil
	}
	text := v.Text
	switch v.Kind {
	case databases.KindReal:
		return field{}, errReal
	case databases.KindJSON:
		return jsonDocument(text)
	case databases.KindArray:
		return arrayField(text)
	case databases.KindTime:
		return moment(v)
	case databases.KindPadded:
		text = bytes.TrimRight(text, " ")
	case databases.KindBinary, databases.KindFilled:
		if v.Kind == databases.KindFilled {
			text = bytes.TrimRight(text, "\x00")
		}
		if !utf8.Valid(text) || bytes.IndexByte(text, 0) >= 0 {
			return field{}, errBinaryData
		}
	case databases.KindDynamic:
		if r == rolePasswordChangedAt || r == roleLastActiveAt {
			if f, err := moment(v); err == nil {
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

// moment reads a date or time. The first second of 1970 and MySQL's zero date are unknown, as in
// the other formats.
func moment(v *databases.Value) (field, error) {
	at, wall := v.At, false
	if v.Text != nil {
		text := strings.TrimSpace(string(v.Text))
		if text == "" || strings.HasPrefix(text, "0000-00-00") {
			return field{}, nil
		}
		var err error
		if at, wall, err = values.ParseDate(text, time.UTC); err != nil {
			return field{}, errNotMoment
		}
	}
	if at.Unix() == 0 {
		return field{}, nil
	}
	return field{at: at.UTC(), wall: wall}, nil
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
