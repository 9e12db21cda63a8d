package rardir_test

import (
	"bytes"
	"encoding/binary"
	"slices"
	"testing"

	"github.com/credsieve/credsieve/datasets/dump/internal/rardir"
)

// block4 is a block of version 4, with its data.
func block4(kind byte, flags uint16, more, data []byte) []byte {
	out := []byte{0, 0, kind}
	out = binary.LittleEndian.AppendUint16(out, flags)
	out = binary.LittleEndian.AppendUint16(out, uint16(7+len(more)))
	return slices.Concat(out, more, data)
}

// block5 is a block of version 5 that says how much data it has.
func block5(kind byte, data []byte) []byte {
	body := append([]byte{kind, 2}, binary.AppendUvarint(nil, uint64(len(data)))...)
	return slices.Concat([]byte("sum."), []byte{byte(len(body))}, body, data)
}

func size4(n int) []byte { return binary.LittleEndian.AppendUint32(nil, uint32(n)) }

func TestOf(t *testing.T) {
	t.Parallel()
	v5, v4 := []byte("Rar!\x1a\x07\x01\x00"), []byte("Rar!\x1a\x07\x00")
	plain5, end5 := []byte("sum.\x02\x01\x00"), []byte("sum.\x02\x05\x00")
	main4, end4 := block4(0x73, 0, make([]byte, 6), nil), block4(0x7b, 0, nil, nil)
	large := append(size4(2), make([]byte, 21)...)
	large = append(large, size4(0)...)
	for name, test := range map[string]struct {
		data  []byte
		end   int // before its last five bytes
		notes []string
	}{
		"5":                    {slices.Concat(v5, plain5, block5(2, []byte("file")), end5), 0, nil},
		"5 with a comment":     {slices.Concat(v5, plain5, block5(3, []byte("note")), block5(9, []byte("else")), end5), 0, []string{"note", "else"}},
		"5 without an end":     {slices.Concat(v5, plain5, block5(2, []byte("file"))), -1, nil},
		"5 with locked names":  {slices.Concat(v5, []byte("sum.\x02\x04\x00"), end5), -1, nil},
		"5 that lies on sizes": {slices.Concat(v5, plain5, []byte("sum.\x04\x03\x02\xff\x7f"), end5), -1, nil},
		"4":                    {slices.Concat(v4, main4, block4(0x74, 0x8000, size4(4), []byte("file")), end4), 0, nil},
		"4 with a comment":     {slices.Concat(v4, main4, block4(0x7a, 0x8000, size4(4), []byte("note")), end4), 0, []string{"note"}},
		"4 with a large file":  {slices.Concat(v4, main4, block4(0x74, 0x8100, append(large, 0, 0, 0, 0), []byte("ab")), end4), 0, nil},
		"4 with locked names":  {slices.Concat(v4, block4(0x73, 0x80, make([]byte, 6), nil), end4), -1, nil},
		"text":                 {[]byte("alice@example.com:pw\n"), -1, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data := slices.Concat([]byte("before"), test.data, []byte("after"))
			got := rardir.Of(bytes.NewReader(data), 6, int64(len(data)))
			want := int64(0)
			if test.end == 0 {
				want = int64(len(data) - len("after"))
			}
			if got.End != want {
				t.Errorf("it ends at %d, want %d", got.End, want)
			}
			var notes []string
			for _, s := range got.Notes {
				notes = append(notes, string(data[s.From:s.To]))
			}
			if want >= 0 && test.end == 0 && !slices.Equal(notes, test.notes) {
				t.Errorf("got notes %q", notes)
			}
		})
	}
}

func FuzzOf(f *testing.F) {
	f.Add([]byte("Rar!\x1a\x07\x01\x00sum.\x02\x01\x00sum.\x03\x03\x02\x01xsum.\x02\x05\x00"))
	f.Add(append([]byte("Rar!\x1a\x07\x00"), block4(0x7b, 0, nil, nil)...))
	f.Fuzz(func(t *testing.T, data []byte) {
		got := rardir.Of(bytes.NewReader(data), 0, int64(len(data)))
		last := int64(0)
		for _, s := range append(got.Notes, rardir.Span{From: got.End, To: got.End}) {
			if s.From < last && s.From != 0 || s.To < s.From || s.To > int64(len(data)) {
				t.Fatalf("a span from %d to %d of %d bytes", s.From, s.To, len(data))
			}
			last = s.To
		}
	})
}
