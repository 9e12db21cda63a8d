package sql

import (
	"bytes"

	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
	"github.com/credsieve/credsieve/datasets/dump/internal/json"
	"github.com/credsieve/credsieve/datasets/dump/leak"
	"github.com/credsieve/credsieve/hashing"
)

// tupleReadings are the values of a tuple by one or two readings of its backslashes.
type tupleReadings struct {
	values  [][]value
	escapes bool // of the first
}

// escapesOf reports whether a backslash begins an escape by reading i.
func (r tupleReadings) escapesOf(i int) bool { return r.escapes == (i == 0) }

// only returns reading i alone.
func (r tupleReadings) only(i int) tupleReadings {
	return tupleReadings{r.values[i : i+1], r.escapesOf(i)}
}

// cutter makes the cuts of one tuple after the other.
type cutter struct {
	decoder
	x *lexer // which holds the tuple
	t *table
}

// cut makes a cut for each identifier of a tuple with each of its passwords.
func (k *cutter) cut(t *table, from tupleReadings) leak.Reason {
	k.c.Reset()
	k.t, k.dialect = t, k.x.dialect
	switch {
	case t.content:
		for i, values := range from.values {
			k.escapes = from.escapesOf(i)
			k.content(values)
		}
	case !t.reports():
		for i, values := range from.values {
			k.escapes = from.escapesOf(i)
			k.cells(values)
		}
	case !t.fits(len(from.values[0])):
		return leak.ReasonFieldCount
	default:
		for _, column := range t.ids {
			k.identifiers(column, from)
		}
	}
	if k.c.Count() == 0 {
		return leak.ReasonNoIdentifier
	}
	return ""
}

// identifiers makes the cuts of one identifier column. Where the readings of a backslash yield two
// identifiers, each goes with the passwords of its own reading.
func (k *cutter) identifiers(column cut.IdentifierColumn, from tupleReadings) {
	var ids [2][]byte
	for i, values := range from.values {
		k.escapes = from.escapesOf(i)
		id, _ := k.value(k.x, values[column.Index])
		ids[i] = cut.Identifier(id)
	}
	if len(from.values) == 1 || bytes.Equal(ids[0], ids[1]) {
		k.secrets(column.Kind, ids[0], from)
		return
	}
	for i := range from.values {
		k.secrets(column.Kind, ids[i], from.only(i))
	}
}

// secrets adds each password of a tuple as one of id.
func (k *cutter) secrets(kind hashing.Kind, id []byte, from tupleReadings) {
	if elements := arrayOf(id); elements != nil {
		for i, n := 0, bytes.Count(elements, []byte(",")); i <= n && i < mostElements; i++ {
			first, rest, _ := bytes.Cut(elements, []byte(","))
			k.secrets(kind, cut.Identifier(first), from)
			elements = rest
		}
		return
	}
	if !cut.CouldName(id) {
		return
	}
	if kind == hashing.KindEmail && !cut.IsEmail(id) {
		kind = hashing.KindUnspecified // users type names into fields for addresses
	}
	k.secretsOf(kind, id, from)
	if account := cut.AccountName(id); account != nil {
		k.secretsOf(hashing.KindUnspecified, account, from)
	}
}

// mostElements bounds the names of one row.
const mostElements = 4

// arrayOf returns the elements of an array of PostgreSQL, {a,"b"}, nil when a value is something else.
func arrayOf(value []byte) []byte {
	n := len(value) - 1
	if n < 2 || value[0] != '{' || value[n] != '}' || bytes.ContainsAny(value[1:n], "{}:") {
		return nil
	}
	return value[1:n]
}

func (k *cutter) secretsOf(kind hashing.Kind, id []byte, from tupleReadings) {
	k.c.Kind = kind
	had := k.c.Count()
	for _, column := range k.t.secrets {
		var first []byte
		for i, values := range from.values {
			k.escapes = from.escapesOf(i)
			secret, ok := k.value(k.x, values[column])
			if !ok || i > 0 && bytes.Equal(secret, first) {
				continue
			}
			first = secret
			k.secret(id, secret, column)
		}
	}
	if k.c.Count() == had {
		k.c.Untestable(id, nil)
	}
}

// secret adds a value of a password column. What a column of bytes holds is written in hex.
func (k *cutter) secret(id, secret []byte, column int) {
	switch mayBeBytea := k.dialect == dialectPostgres && !k.t.typed; {
	case k.t.bytea[column]:
		if decoded, ok := k.unbytea(secret); ok {
			secret = decoded
		}
	case mayBeBytea && bytes.HasPrefix(secret, []byte(`\x`)):
		if decoded, ok := k.unbytea(secret); ok {
			k.password(id, secret)
			secret = decoded
		}
	}
	k.password(id, secret)
}

// password adds a secret. A bare digest in a password column is what the database stores, and not
// what the user typed. Columns of fixed width are filled up with spaces.
func (k *cutter) password(id, secret []byte) {
	trimmed := cut.TrimSpace(secret)
	if isStoredDigest(trimmed) {
		k.c.Untestable(id, secret)
		return
	}
	k.c.Add(id, secret)
	if len(trimmed) < len(secret) {
		k.c.Add(id, trimmed)
	}
}

// cells makes the cuts of JSON in a tuple: of the users that it names, else of the user that the tuple names. It
// reports whether there were any.
func (k *cutter) cells(values []value) bool {
	for _, v := range values {
		if v.kind != sqlString && v.kind != sqlExpression { // '…'::jsonb
			continue
		}
		text, ok := k.value(k.x, v)
		if !ok || !json.IsCell(text) {
			continue
		}
		ids := 0
		for _, column := range k.t.ids {
			if column.Index >= len(values) {
				continue
			}
			if id, _ := k.value(k.x, values[column.Index]); cut.CouldName(cut.Identifier(id)) {
				k.c.Kind = column.Kind
				json.CutCell(k.c, cut.Identifier(id), text)
				ids++
			}
		}
		if ids == 0 {
			json.CutCell(k.c, nil, text)
		}
	}
	return k.c.Count() > 0
}

// content makes the cuts of a tuple of which no column is known: the first address with each other
// string.
func (k *cutter) content(values []value) {
	if k.cells(values) {
		return
	}
	var id []byte
	at := -1
	for i, v := range values {
		if v.kind == sqlString {
			text, _ := k.value(k.x, v)
			if id = cut.Identifier(text); cut.IsEmail(id) {
				at = i
				break
			}
		}
	}
	if at < 0 {
		if k.t.people {
			k.names(values)
		}
		return
	}
	k.c.Kind = hashing.KindEmail
	for i, v := range values {
		if i != at && (v.kind == sqlString || v.kind == sqlExpression) {
			if text, ok := k.value(k.x, v); ok && len(text) > 0 {
				k.password(id, text)
			}
		}
	}
}

// names makes the cuts of a tuple without an address in a table of users: one of the first strings may be the name,
// and each later one the password.
func (k *cutter) names(values []value) {
	const most = 3
	k.c.Kind = hashing.KindUnspecified
	named := 0
	for i, v := range values {
		if v.kind != sqlString || named == most {
			continue
		}
		text, _ := k.value(k.x, v)
		id := cut.Identifier(text)
		if !cut.CouldName(id) || isStoredDigest(id) {
			continue
		}
		named++
		for _, other := range values[i+1:] {
			if other.kind != sqlString && other.kind != sqlExpression {
				continue
			}
			if secret, ok := k.value(k.x, other); ok && len(secret) > 0 && k.c.Count() < 3*named {
				k.password(id, secret)
			}
		}
	}
}

// isStoredDigest reports whether text is nothing but a digest in hex: of MD5, SHA-1, SHA-224,
// SHA-256, SHA-384 or SHA-512.
func isStoredDigest(text []byte) bool {
	switch len(text) {
	case 32, 40, 56, 64, 96, 128:
		return digitsAhead(text, len(text), 16) == len(text)
	}
	return false
}
