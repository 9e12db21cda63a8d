package extsort

import (
	"encoding/binary"

	"github.com/credsieve/credsieve/hashing"
)

// Entry is a row of a table while it is built. A token is held as two big-endian numbers, which sort as its
// bytes do, only faster.
type Entry struct {
	High, Low   uint64
	Account     uint32
	Kind        hashing.Kind
	Attribution hashing.Attribution
}

// NewEntry is the entry of a token that an account is found by.
func NewEntry(t hashing.Token, account uint32, f hashing.Form) Entry {
	return Entry{
		High:        binary.BigEndian.Uint64(t[:8]),
		Low:         binary.BigEndian.Uint64(t[8:]),
		Account:     account,
		Kind:        f.Kind,
		Attribution: f.Attribution,
	}
}

// Token is the one that the entry was made of.
func (e *Entry) Token() (t hashing.Token) {
	binary.BigEndian.PutUint64(t[:8], e.High)
	binary.BigEndian.PutUint64(t[8:], e.Low)
	return t
}

// SameToken says whether two entries are of one token.
func (e *Entry) SameToken(o *Entry) bool { return e.High == o.High && e.Low == o.Low }

// append and entryOf are the form of an entry in a temporary file, 24 bytes.
func (e *Entry) append(b []byte) []byte {
	b = binary.LittleEndian.AppendUint64(b, e.High)
	b = binary.LittleEndian.AppendUint64(b, e.Low)
	b = binary.LittleEndian.AppendUint32(b, e.Account)
	return append(b, byte(e.Kind), byte(e.Attribution), 0, 0)
}

func entryOf(b []byte) Entry {
	return Entry{
		High: binary.LittleEndian.Uint64(b), Low: binary.LittleEndian.Uint64(b[8:]),
		Account: binary.LittleEndian.Uint32(b[16:]),
		Kind:    hashing.Kind(b[20]), Attribution: hashing.Attribution(b[21]),
	}
}
