package formattest

import (
	"fmt"
	"testing"

	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
	"github.com/credsieve/credsieve/datasets/dump/internal/dumptest"
	"github.com/credsieve/credsieve/datasets/dump/leak"
)

// WantBalance checks that each byte of a member that is not blank is in one record or reject, its header
// and psql's end of data apart.
func WantBalance(t *testing.T, text, header string, got dumptest.Outcome) {
	t.Helper()
	covered := coverage(t, len(text), got)
	for i := range len(header) {
		covered[i]++
	}
	isEnd := func(i int) bool {
		return text[i] == '\\' && i+1 < len(text) && text[i+1] == '.' ||
			text[i] == '.' && i > 0 && text[i-1] == '\\'
	}
	for i, n := range covered {
		if n > 1 || n == 0 && !cut.IsSpace(text[i]) && !isEnd(i) {
			t.Fatalf("byte %d is in %d records and rejects", i, n)
		}
	}
}

// coverage counts in how many records and rejects each of n bytes is.
func coverage(t *testing.T, n int, got dumptest.Outcome) []int {
	t.Helper()
	covered := make([]int, n)
	cover := func(p leak.Position) {
		if p.Offset < 0 || p.Length < 0 || p.Offset+p.Length > int64(n) || p.Line < 1 {
			t.Fatalf("position out of range: %+v", p)
		}
		for i := range p.Length {
			covered[p.Offset+i]++
		}
	}
	for i, r := range got.Records {
		if i == 0 || r.Position != got.Records[i-1].Position { // an object may hold several users
			cover(r.Position)
		}
	}
	for _, r := range got.Rejects {
		cover(r.Position)
	}
	return covered
}

// Places are all records and rejects with where they are, a line each.
func Places(got dumptest.Outcome) []string {
	var out []string
	for _, r := range got.Records {
		out = append(out, fmt.Sprint(r.Position, r.Cuts))
	}
	for _, r := range got.Rejects {
		out = append(out, fmt.Sprint(r.Reject))
	}
	return out
}

// AllCuts returns the cuts of all records.
func AllCuts(got dumptest.Outcome) []string {
	var out []string
	for _, r := range got.Records {
		out = append(out, r.Cuts...)
	}
	return out
}
