package dump

import (
	"bytes"
	"fmt"
	"os"
	"testing"
)

func FuzzStealerLog(f *testing.F) { fuzzBlocks(f, "stealer_log") }
func FuzzJSON(f *testing.F)       { fuzzBlocks(f, "json") }
func FuzzLDIF(f *testing.F)       { fuzzBlocks(f, "ldif") }

// fuzzBlocks parses anything as a format whose records have several lines, or less than one. What
// stands between records may be in none, so all that is asked is that nothing is in two, that they
// come in order, and that the size of a block decides nothing.
func fuzzBlocks(f *testing.F, name string) {
	f.Helper()
	for _, file := range samples(f, name) {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data, uint16(16))
		f.Add(data[:len(data)/2], uint16(1))
		f.Add(bytes.ReplaceAll(data, []byte("\n"), []byte("\r")), uint16(100))
	}
	f.Fuzz(func(t *testing.T, data []byte, blockSize uint16) {
		opts := Options{Format: name, BlockSize: int(blockSize)}
		one, many := read(t, data, Options{Format: name}), read(t, data, opts)
		if fmt.Sprint(positions(one)) != fmt.Sprint(positions(many)) || one.Status != many.Status {
			t.Errorf("in blocks of %d bytes: %q\nin one: %q", blockSize, positions(many), positions(one))
		}
		wantOrder(t, data, one)
		opts.MaxRecord = 20
		wantOrder(t, data, read(t, data, opts))
	})
}

// mayStandBetween reports whether a byte of the data may be in no record and no reject.
func mayStandBetween(format string, b byte, data []byte) bool {
	switch format {
	case "stealer_log":
		return isSpace(b) || isRule([]byte{b, b, b})
	case "json": // what wraps a list, or the action lines of a bulk file, are no records either
		return isBetween(b) || bytes.IndexByte(data, '[') >= 0 || isBulk(data)
	}
	return true // version, comments and trailer of LDIF may hold any
}

func isBulk(data []byte) bool {
	for _, action := range []string{`"index"`, `"create"`, `"update"`, `"delete"`} {
		if bytes.Contains(data, []byte(action)) {
			return true
		}
	}
	return false
}

// wantOrder checks that records and rejects do not overlap, and that cuts are whole.
func wantOrder(t *testing.T, data []byte, got outcome) {
	t.Helper()
	if len(got.records)+len(got.rejects) == 0 || !containerless(data) {
		return
	}
	covered := make([]bool, len(data))
	cover := func(p Position) {
		if p.Offset < 0 || p.Length < 0 || p.Offset+p.Length > int64(len(data)) || p.Line < 1 {
			t.Fatalf("position out of range: %+v", p)
		}
		for i := range p.Length {
			if covered[p.Offset+i] {
				t.Fatalf("byte %d is in two records", p.Offset+i)
			}
			covered[p.Offset+i] = true
		}
	}
	for _, r := range got.records {
		cover(r.Position)
		if len(r.cuts) == 0 || len(r.cuts) > maxCuts {
			t.Errorf("a record has %d cuts", len(r.cuts))
		}
	}
	for _, r := range got.rejects {
		cover(r.Position)
	}
	for i, b := range bytes.TrimPrefix(data, []byte(byteOrderMark)) {
		i += len(data) - len(bytes.TrimPrefix(data, []byte(byteOrderMark)))
		if !covered[i] && !mayStandBetween(got.Format, b, data) {
			t.Fatalf("byte %d is in no record and no reject", i)
		}
	}
}
