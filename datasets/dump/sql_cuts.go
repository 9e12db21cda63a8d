package dump

import (
	"bytes"

	"github.com/credsieve/credsieve/hashing"
)

// sqlReadings are the values of a tuple by one or two readings of its backslashes.
type sqlReadings struct {
	values  [][]sqlValue
	escapes bool // of the first
}

// escapesOf reports whether a backslash begins an escape by reading i.
func (r sqlReadings) escapesOf(i int) bool { return r.escapes == (i == 0) }

// only returns reading i alone.
func (r sqlReadings) only(i int) sqlReadings {
	return sqlReadings{r.values[i : i+1], r.escapesOf(i)}
}

// sqlCutter makes the cuts of one tuple after the other.
type sqlCutter struct {
	sqlDecoder
	x *sqlLexer // which holds the tuple
	t *sqlTable
}

// cut makes a cut for each identifier of a tuple with each of its passwords.
func (k *sqlCutter) cut(t *sqlTable, from sqlReadings) Reason {
	k.c.reset()
	k.t, k.dialect = t, k.x.dialect
	switch {
	case t.content:
		for i, values := range from.values {
			k.escapes = from.escapesOf(i)
			k.content(values)
		}
	case !t.fits(len(from.values[0])):
		return ReasonFieldCount
	default:
		for _, column := range t.ids {
			k.identifiers(column, from)
		}
	}
	if k.c.count() == 0 {
		return ReasonNoIdentifier
	}
	return ""
}

// identifiers makes the cuts of one identifier column. Where the readings of a backslash yield two
// identifiers, each goes with the passwords of its own reading.
func (k *sqlCutter) identifiers(column idColumn, from sqlReadings) {
	var ids [2][]byte
	for i, values := range from.values {
		k.escapes = from.escapesOf(i)
		id, _ := k.value(k.x, values[column.index])
		ids[i] = identifier(id)
	}
	if len(from.values) == 1 || bytes.Equal(ids[0], ids[1]) {
		k.secrets(column.kind, ids[0], from)
		return
	}
	for i := range from.values {
		k.secrets(column.kind, ids[i], from.only(i))
	}
}

// secrets adds each password of a tuple as one of id.
func (k *sqlCutter) secrets(kind hashing.Kind, id []byte, from sqlReadings) {
	if !couldName(id) {
		return
	}
	if kind == hashing.KindEmail && !isEmail(id) {
		kind = hashing.KindUnspecified // users type names into fields for addresses
	}
	k.c.kind = kind
	had := k.c.count()
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
	if k.c.count() == had {
		k.c.untestable(id, nil)
	}
}

// secret adds a value of a password column. What a column of bytes holds is written in hex.
func (k *sqlCutter) secret(id, secret []byte, column int) {
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
func (k *sqlCutter) password(id, secret []byte) {
	trimmed := trimSpace(secret)
	if isStoredDigest(trimmed) {
		k.c.untestable(id, secret)
		return
	}
	k.c.add(id, secret)
	if len(trimmed) < len(secret) {
		k.c.add(id, trimmed)
	}
}

// content makes the cuts of a tuple of which no column is known: the first address with each other
// string.
func (k *sqlCutter) content(values []sqlValue) {
	var id []byte
	at := -1
	for i, v := range values {
		if v.kind == sqlString {
			text, _ := k.value(k.x, v)
			if id = identifier(text); isEmail(id) {
				at = i
				break
			}
		}
	}
	if at < 0 {
		return
	}
	k.c.kind = hashing.KindEmail
	for i, v := range values {
		if i != at && (v.kind == sqlString || v.kind == sqlExpression) {
			if text, ok := k.value(k.x, v); ok && len(text) > 0 {
				k.password(id, text)
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
