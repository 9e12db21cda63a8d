package dump

import (
	"bytes"
	"errors"
	"slices"
	"strings"

	"github.com/credsieve/credsieve/hashing"
)

// csv is a table with a header row.
type csv struct {
	label      string
	delimiters string
}

// columns are what a header row says.
type columns struct {
	count   int
	ids     []idColumn
	secrets []int // of plaintexts
	hashes  []int
}

type idColumn struct {
	index int
	kind  hashing.Kind
}

// idColumns are the names of identifier columns, folded by columnName. What calls itself a login
// may be an address or a phone number as well.
var idColumns = map[string]hashing.Kind{
	"email": hashing.KindEmail, "mail": hashing.KindEmail, "useremail": hashing.KindEmail,
	"emailaddress": hashing.KindEmail, "login": hashing.KindUnspecified,
	"user": hashing.KindUnspecified, "username": hashing.KindUnspecified,
	"usr": hashing.KindUnspecified, "uname": hashing.KindUnspecified,
	"phone": hashing.KindPhone, "phonenumber": hashing.KindPhone, "mobile": hashing.KindPhone,
	"tel": hashing.KindPhone, "telephone": hashing.KindPhone,
}

var (
	secretColumns = []string{"password", "passwd", "pass", "pwd", "plain", "plaintext",
		"cleartext", "decrypted"}
	hashColumns = []string{"hash", "passwordhash", "userpass", "passhash", "pwhash"}
)

// columnName folds the ways in which a column's name is written into one.
func columnName(field []byte) string {
	return strings.ToLower(string(bytes.Map(func(r rune) rune {
		if strings.ContainsRune("_-. ", r) {
			return -1
		}
		return r
	}, identifier(field))))
}

func (f csv) name() string { return f.label }

func (f csv) score(s *sample) int {
	if _, _, ok := f.header(s); ok {
		return certain // no other text begins with such a row
	}
	return -1
}

func (f csv) open(s *sample) (session, error) {
	t, skip, ok := f.header(s)
	if !ok {
		return nil, errors.New("its first row is no header that names an identifier column and a " +
			"password or hash column")
	}
	t.first = skip
	return t, nil
}

// header reads the first row that is not blank with each delimiter, and takes the one that yields a
// header with the most columns.
func (f csv) header(s *sample) (best *table, skip int, ok bool) {
	start := 0
	for start < len(s.data) && isSpace(s.data[start]) && s.data[start] != '\t' {
		start++
	}
	for _, delimiter := range []byte(f.delimiters) {
		t := &table{rows: rows{delimiter: delimiter}, lines: lines{s.lineEnd()}}
		var row row
		next := t.rows.next(s.data[start:], true, &row)
		if t.read(s.data[start:], &row); t.usable() && (best == nil || t.count > best.count) {
			best, skip = t, start+next
		}
	}
	return best, skip, best != nil
}

// table is the session of a member with a header.
type table struct {
	lines
	rows
	columns
	first int // byte after the header row
}

func (t *table) skip() int { return t.first }

func (t *table) read(data []byte, header *row) {
	t.count = len(header.fields)
	for i, f := range header.fields {
		name := columnName(data[f.start:f.end])
		if kind, ok := idColumns[name]; ok {
			t.ids = append(t.ids, idColumn{i, kind})
		}
		if slices.Contains(secretColumns, name) {
			t.secrets = append(t.secrets, i)
		}
		if slices.Contains(hashColumns, name) {
			t.hashes = append(t.hashes, i)
		}
	}
}

func (t *table) usable() bool { return len(t.ids) > 0 && len(t.secrets)+len(t.hashes) > 0 }

// last runs through the rows only where quotes may hide line ends.
func (t *table) last(data []byte) int {
	quote := bytes.IndexByte(data, '"')
	if quote < 0 {
		return t.lines.last(data)
	}
	var r row
	pos := t.lines.last(data[:quote])
	for {
		n := t.rows.next(data[pos:], false, &r)
		if n == 0 {
			return pos
		}
		pos += n
	}
}

func (t *table) parse(b *Block, record func(*Record), reject func(Reject)) {
	c := collector{block: b, record: record, reject: reject}
	var r row
	for pos, line := 0, b.line; pos < len(b.data); {
		data := b.data[pos:]
		next := t.rows.next(data, true, &r)
		if text := data[:r.end]; !isBlank(text) {
			c.done(pos, len(text), line, t.cut(&c.cuts, data, &r))
		}
		line += int64(bytes.Count(data[:next], []byte{t.end}))
		pos += next
	}
}

// cut makes a cut for each identifier of a row and each of its passwords.
func (t *table) cut(c *cutter, data []byte, r *row) Reason {
	c.reset()
	if len(r.fields) != t.count {
		return ReasonFieldCount
	}
	for _, column := range t.ids {
		id := identifier(r.value(c, data, column.index))
		if !couldName(id) {
			continue
		}
		c.kind = column.kind
		if c.kind == hashing.KindEmail && !isEmail(id) {
			c.kind = hashing.KindUnspecified // users type names into fields for addresses
		}
		had := c.n
		for _, i := range t.secrets {
			c.secrets(id, r.value(c, data, i))
		}
		if c.n == had {
			c.untestable(id, t.hash(c, data, r))
		}
	}
	if c.n == 0 {
		return ReasonNoIdentifier
	}
	return ""
}

// hash returns the row's first hash, nil without one.
func (t *table) hash(c *cutter, data []byte, r *row) []byte {
	for _, i := range t.hashes {
		if hash := r.value(c, data, i); len(hash) > 0 {
			return hash
		}
	}
	return nil
}
