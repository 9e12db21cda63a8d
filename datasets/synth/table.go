package synth

import (
	"bytes"
	"io"
	"strconv"
)

func openCSV(w io.Writer, _ int) (encoder, error) {
	e := newLineEncoder(w, csvRow)
	return e, e.junk("id,email,username,phone,password,registered_on")
}

func openTSV(w io.Writer, _ int) (encoder, error) {
	e := newLineEncoder(w, tsvRow)
	return e, e.junk("mail\tlogin\tmobile\tpasswd")
}

// columns puts the identifier where its kind belongs.
func columns(id []byte) (email, username, phone []byte) {
	switch {
	case bytes.IndexByte(id, '@') >= 0:
		return id, nil, nil
	case isPhone(id):
		return nil, nil, id
	}
	return nil, id, nil
}

func isPhone(id []byte) bool {
	digits := bytes.TrimPrefix(id, []byte("+"))
	for _, c := range digits {
		if c < '0' || c > '9' {
			return false
		}
	}
	return len(digits) >= 7
}

func csvRow(dst []byte, n int, id, password []byte) []byte {
	email, username, phone := columns(id)
	dst = strconv.AppendInt(dst, int64(n+1), 10)
	for _, field := range [][]byte{email, username, phone, password} {
		dst = appendQuoted(append(dst, ','), field)
	}
	dst = append(dst, ",20"...)
	dst = strconv.AppendInt(dst, int64(10+n%14), 10)
	return append(dst, "-01-01"...)
}

func tsvRow(dst []byte, _ int, id, password []byte) []byte {
	email, username, phone := columns(id)
	for _, field := range [][]byte{email, username, phone} {
		dst = append(append(dst, field...), '\t')
	}
	// A space at an end would survive without quotes too, but not in every reader.
	if bytes.ContainsAny(password, "\"\t ") {
		return appendQuoted(dst, password)
	}
	return append(dst, password...)
}

// appendQuoted quotes as RFC 4180 says.
func appendQuoted(dst, field []byte) []byte {
	dst = append(dst, '"')
	for {
		i := bytes.IndexByte(field, '"')
		if i < 0 {
			return append(append(dst, field...), '"')
		}
		dst = append(append(dst, field[:i+1]...), '"')
		field = field[i+1:]
	}
}
