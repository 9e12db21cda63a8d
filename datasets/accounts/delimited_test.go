package accounts

import (
	"encoding/csv"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

// FuzzDelimited compares our splitting with that of encoding/csv alone: the same rows, and an error
// at the same place.
func FuzzDelimited(f *testing.F) {
	for _, text := range []string{
		"a,b\n1,2\n", "a,b\r\n1,2\r\n\r\n3,4", "a,b\n\"1,1\",2\n\"x\"\"y\",\"\"\n", "a\n\"two\nlines\"\n",
		"a,b\n1\n", "a,b\n1,2,3\n", "a,b\nx\"y,2\n", "a,b\n\"x\"y,2\n", "a,b\n\"open,2\n", "a,b\n,\n\n\n,\n",
		"a,b\n\"1\",\"2\"\r\n\r,\r\n", "a\n\n1\n",
	} {
		f.Add(text, true)
		f.Add(strings.ReplaceAll(text, ",", "\t"), false)
	}
	f.Fuzz(func(t *testing.T, text string, comma bool) {
		separator := '\t'
		if comma {
			separator = ','
		}
		s, err := newStream(iotest.OneByteReader(strings.NewReader(text)))
		if err != nil {
			return // compressed, empty, or of another encoding
		}
		plain, err := io.ReadAll(s)
		if err != nil {
			return
		}
		s, err = newStream(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		want := csv.NewReader(strings.NewReader(string(plain)))
		want.Comma = separator
		header, err := want.Read()
		d, ours := newDelimited(s, separator)
		if (err == nil) != (ours == nil) {
			t.Fatalf("header: %v, encoding/csv: %v", ours, err)
		}
		if err != nil {
			return
		}
		for i := range d.(*delimited).indexes {
			d.(*delimited).indexes[i] = i
			if i >= len(header) {
				d.(*delimited).indexes[i] = -1
			}
		}
		for row := 1; ; row++ {
			record, err := want.Read()
			var got [roleCount]field
			ours := d.next(&got)
			if (err == nil) != (ours == nil) || (err == io.EOF) != (ours == io.EOF) {
				t.Fatalf("row %d: %v, encoding/csv: %v", row, ours, err)
			}
			if err != nil {
				return
			}
			var values []string
			for i := range min(len(record), len(got)) {
				values = append(values, got[i].text)
			}
			if !slices.Equal(values, record[:len(values)]) {
				t.Fatalf("row %d: %q, encoding/csv: %q", row, values, record)
			}
		}
	})
}
