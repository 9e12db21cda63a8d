package keyed

import (
	"bytes"
	"io"

	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
	"github.com/credsieve/credsieve/datasets/dump/internal/delimited"
	"github.com/credsieve/credsieve/datasets/dump/internal/format"
	"github.com/credsieve/credsieve/datasets/dump/internal/rowtext"
)

const (
	mostIDs   = 65_536
	mostBytes = 32 << 20
	mostKeys  = 64 // of one id; what comes after is an object by itself
	mostRow   = 1 << 20
)

// user is what is known of an id.
type user struct {
	members         []byte // `"email":"…",`
	keys            int
	named, password bool
}

// reader joins the rows of a table.
type reader struct {
	from io.Reader
	columns
	in    [64 << 10]byte
	text  []byte // read, and not yet cut into rows
	users map[string]*user
	order []string // the ids, as they came
	bytes int
	row   delimited.Row
	cuts  cut.Cutter
	rest  []byte // of what was written
	out   []byte
	err   error
}

// NewReader returns the objects that a table holds of which a sample is the beginning. It returns nil for any other.
func NewReader(from io.Reader, s *format.Sample) io.Reader {
	c, ok := columnsOf(s)
	if !ok {
		return nil
	}
	return &reader{from: from, columns: c, users: make(map[string]*user)}
}

func (r *reader) Read(p []byte) (int, error) {
	for len(r.rest) == 0 {
		if r.err != nil {
			return 0, r.err
		}
		n, err := r.from.Read(r.in[:])
		r.out = r.out[:0]
		r.text = append(r.text, r.in[:n]...)
		r.rows(err != nil)
		if err != nil {
			r.err = err
			r.flush(false)
		}
		r.rest = r.out
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

// rows takes in the rows that are whole.
func (r *reader) rows(ended bool) {
	pos := 0
	for pos < len(r.text) {
		data := r.text[pos:]
		next := r.scanner.Next(data, ended || len(data) > mostRow, &r.row)
		if next == 0 {
			break
		}
		if !cut.IsBlank(data[:r.row.End]) {
			r.take(data)
		}
		pos += next
	}
	r.text = append(r.text[:0], r.text[pos:]...)
}

// take takes in a row.
func (r *reader) take(data []byte) {
	if n := len(r.row.Fields); n <= max(r.id, r.key, r.value) {
		r.stray(data[:r.row.End])
		return
	}
	r.cuts.Reset()
	field := func(i int) []byte { return bytes.Clone(r.scanner.Value(&r.cuts, data, &r.row, i)) }
	id, key, value := field(r.id), field(r.key), field(r.value)
	role, _ := cut.RoleOf(key)
	if role == cut.RoleNone && bytes.IndexByte(value, '@') < 0 {
		return // neither names a user nor opens anything
	}
	u := r.users[string(id)]
	if u != nil && u.keys == mostKeys {
		r.write(u)
		*u = user{}
	}
	if u == nil {
		u = &user{}
		r.users[string(id)] = u
		r.order = append(r.order, string(id))
	}
	had := len(u.members)
	u.members = member(u.members, key, value)
	u.keys++
	u.named = u.named || role == cut.RoleIdentifier
	u.password = u.password || role == cut.RoleSecret || role == cut.RoleHash
	if r.bytes += len(u.members) - had; r.bytes > mostBytes || len(r.order) > mostIDs {
		r.flush(true)
		if 2*r.bytes > mostBytes || 2*len(r.order) > mostIDs {
			r.flush(false)
		}
	}
}

// stray writes a row that is none, for whoever looks at every address.
func (r *reader) stray(text []byte) {
	if bytes.IndexByte(text, '@') >= 0 {
		r.out = append(append(append(r.out, '{'), bytes.TrimSuffix(member(nil, []byte("line"), text), []byte(","))...), "}\n"...)
	}
}

// flush writes what is known of the ids, of all or only of those that have both.
func (r *reader) flush(only bool) {
	kept := r.order[:0]
	for _, id := range r.order {
		u := r.users[id]
		switch {
		case u == nil: // written already, under the same id
		case only && !(u.named && u.password):
			kept = append(kept, id)
		default:
			delete(r.users, id)
			r.write(u)
		}
	}
	r.order = kept
}

// write writes what is known of an id.
func (r *reader) write(u *user) {
	r.bytes -= len(u.members)
	r.out = append(append(append(r.out, '{'), bytes.TrimSuffix(u.members, []byte(","))...), "}\n"...)
}

// member appends a member of an object.
func member(to, key, value []byte) []byte {
	to = rowtext.AppendText(append(to, '"'), key)
	to = rowtext.AppendText(append(to, `":"`...), value)
	return append(to, `",`...)
}
