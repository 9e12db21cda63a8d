package json

import (
	"bytes"

	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
)

// members are what is known of the objects among the values of one object, while it is scanned. It may be
// a map of users: keyed by numbers of their database, by push ids or by their addresses.
type members struct {
	key   cut.Span // of the member under way, with its quotes
	brace int      // where its value begins

	first      cut.Span // the key of the first that may be a user
	firstValue cut.Span // until it is looked at
	some       bool     // there is a first

	looks, users, named, secret int // of the values that were looked at; named and secret: one half only
}

// Most objects are no maps of users: what two looks do not show is not looked for much longer.
const (
	mostLooks  = 8
	emptyLooks = 3
)

// begin notes that the value after a key is an object.
func (m *members) begin(data []byte, key cut.Span, brace int) {
	m.key, m.brace = key, brace
	between := data[min(key.End, brace):brace]
	if key.End == 0 || len(between) == 0 || len(cut.TrimSpace(between)) != 1 {
		m.key = cut.Span{Start: brace, End: brace} // a key without quotes, or none
	}
}

// wrapsMap is told where the value of a member ends. It returns where the first user of a map begins once
// two values show that it is one, 0 before. What is said before them must name nobody.
func (o *objects) wrapsMap(data []byte, start int, m *members, end int) int {
	value := cut.Span{Start: m.brace, End: end}
	switch {
	case m.key.Start == m.key.End, m.looks >= mostLooks, m.looks >= emptyLooks && m.users+m.secret == 0:
		return 0
	case bytes.IndexByte(data[value.Start:end], ',') < 0 && bytes.IndexByte(data[m.key.Start:m.key.End], '@') < 0:
		return 0 // one value is not both a name and a password
	case !m.some:
		m.some, m.first, m.firstValue = true, m.key, value
		return 0
	}
	if m.looks == 0 {
		o.look(m, data[m.first.Start:m.first.End], data[m.firstValue.Start:m.firstValue.End])
	}
	o.look(m, data[m.key.Start:m.key.End], data[value.Start:end])
	if m.users < 2 && (m.secret < 2 || m.named+m.users > 0) {
		return 0
	}
	before := data[start:m.first.Start]
	if len(before) > wrapperBefore || o.read(before) != 0 {
		m.looks = mostLooks
		return 0
	}
	return m.first.Start
}

// look counts what a member of a map is.
func (o *objects) look(m *members, key, value []byte) {
	m.looks++
	has := o.read(value)
	if cut.IsEmail(key[1 : len(key)-1]) {
		has |= hasIdentifier
	}
	switch has {
	case hasIdentifier | hasSecret:
		m.users++
	case hasIdentifier:
		m.named++
	case hasSecret:
		m.secret++
	}
}

// keyBefore returns the key that stands before an object, nil when something else does.
func keyBefore(text []byte) []byte {
	text = cut.TrimSpace(text)
	if len(text) < 4 || text[len(text)-1] != ':' {
		return nil
	}
	text = cut.TrimSpace(text[:len(text)-1])
	n := len(text)
	if n < 3 || text[0] != text[n-1] || text[0] != '"' && text[0] != '\'' {
		return nil
	}
	if key := text[1 : n-1]; bytes.IndexByte(key, text[0]) < 0 {
		return key
	}
	return nil
}
