package dump_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/dump/internal/dumptest"
)

// shapes are texts that name four users of their own each, by names that are no addresses.
var shapes = []struct{ format, text string }{
	{"combo", "ann1:pw-a1\nann2:pw-a2\nann3:pw-a3\nann4:pw-a4\n"},
	{"stealer_log", "\nURL: https://portal.example.org/\nLogin: bea1\nPassword: pw-b1\n\nLogin: bea2\nPassword: pw-b2\n\n" +
		"Login: bea3\nPassword: pw-b3\n\nLogin: bea4\nPassword: pw-b4\n\n"},
	{"json", `{"username":"cid1","password":"pw-c1"}` + "\n" + `{"username":"cid2","password":"pw-c2"}` + "\n" +
		`{"username":"cid3","password":"pw-c3"}` + "\n" + `{"username":"cid4","password":"pw-c4"}` + "\n"},
	{"sql", "INSERT INTO users (username, password) VALUES ('dan1','pw-d1'),('dan2','pw-d2');\n" +
		"INSERT INTO users (username, password) VALUES ('dan3','pw-d3'),('dan4','pw-d4');\n"},
	{"csv", "username,password,city\neve1,pw-e1,X\neve2,pw-e2,Y\neve3,pw-e3,Z\neve4,pw-e4,X\n"},
}

// TestRead_members_of_more_than_one_shape puts the shapes one after the other, in several orders: each user is read with
// their password, wherever blocks end, and the report says where which shape begins.
func TestRead_members_of_more_than_one_shape(t *testing.T) {
	t.Parallel()
	for _, order := range [][]int{{0, 1, 2, 3, 4}, {0, 2, 0, 3, 0}, {2, 0, 3}, {3, 0, 2, 4}, {0, 4, 3, 0}, {2, 3, 2, 0}, {3, 2, 3}, {4, 1, 3}, {4, 2, 0}, {0, 1, 4}, {4, 1, 4}} {
		t.Run(fmt.Sprint(order), func(t *testing.T) {
			t.Parallel()
			var text strings.Builder
			var want []dump.Stretch
			for _, n := range order {
				at := text.Len()
				if shapes[n].text[0] == '\n' {
					at++
				}
				want = append(want, dump.Stretch{
					Format: shapes[n].format, Offset: int64(at), Line: int64(1 + strings.Count((text.String() + shapes[n].text)[:at], "\n")),
				})
				text.WriteString(shapes[n].text)
			}
			var first dumptest.Outcome
			for i, size := range []int{0, 1, 7, 64, 300, 5000} {
				got := dumptest.Read(t, []byte(text.String()), dump.Options{BlockSize: size, Sweep: i%2 == 0})
				if i == 0 {
					first = got
					wantShapes(t, order, got, want)
				}
				if a, b := fmt.Sprint(got.Records, got.Rejects), fmt.Sprint(first.Records, first.Rejects); a != b {
					t.Errorf("with blocks of %d bytes there are\n%s\nwant\n%s", size, a, b)
				}
			}
		})
	}
}

func wantShapes(t *testing.T, order []int, got dumptest.Outcome, want []dump.Stretch) {
	t.Helper()
	cuts := got.FirstCuts()
	for _, n := range order {
		for i := range 4 {
			user := []string{"ann", "bea", "cid", "dan", "eve"}[n] + fmt.Sprint(i+1)
			pair := user + "=pw-" + string(rune('a'+n)) + fmt.Sprint(i+1)
			if !slices.ContainsFunc(cuts, func(c string) bool { return strings.HasPrefix(c, pair) }) {
				t.Errorf("%s is not read: %q", pair, cuts)
			}
		}
	}
	if stretches := got.Report.Members[0].Stretches; !slices.Equal(stretches, want) {
		t.Errorf("stretches %v, want %v", stretches, want)
	}
}

// TestRead_turns_are_bounded alternates between two shapes more often than any dump does: all of it is read, and only so
// many changes are followed.
func TestRead_turns_are_bounded(t *testing.T) {
	t.Parallel()
	const times = 500
	text := strings.Repeat("ann1@example.com:pw-1\nann2@example.com:pw-2\nann3@example.com:pw-3\n"+
		strings.Repeat(`{"email":"bea1@example.org","password":"pw-4"}`+"\n", 4), times)
	got := dumptest.Read(t, []byte(text), dump.Options{Sweep: true})
	if n := len(got.Report.Members[0].Stretches); n != 65 {
		t.Errorf("%d stretches, want the limit", n)
	}
	if n := len(got.Records) + len(got.Rejects); n != 7*times {
		t.Errorf("%d records and %d rejects, want %d together", len(got.Records), len(got.Rejects), 7*times)
	}
}

// TestRead_a_mark_before_rows_in_brackets hides none of them.
func TestRead_a_mark_before_rows_in_brackets(t *testing.T) {
	t.Parallel()
	text := "\ufeff"
	for i := range 5 {
		text += fmt.Sprintf("(7, 'user%d@example.com', 'secret-%d')\n", i, i)
	}
	if got := dumptest.Read(t, []byte(text), dump.Options{}); len(got.Records) != 5 {
		t.Errorf("%d records, want 5", len(got.Records))
	}
}

// TestRead_a_shape_far_down is found where it begins in the first part of a stretch, and within 64 KiB of it later.
func TestRead_a_shape_far_down(t *testing.T) {
	t.Parallel()
	for _, lines := range []int{2_000, 40_000} {
		var text strings.Builder
		for i := range lines {
			fmt.Fprintf(&text, "person%06d@example.com:secret-%06d\n", i, i)
		}
		begins := int64(text.Len())
		for i := range 5_000 {
			fmt.Fprintf(&text, `{"username":"cid%05d","password":"pw-%05d"}`+"\n", i, i)
		}
		got := dumptest.Read(t, []byte(text.String()), dump.Options{})
		stretches := got.Report.Members[0].Stretches
		if len(stretches) != 2 || stretches[1].Format != "json" {
			t.Fatalf("%d lines: stretches %v", lines, stretches)
		}
		if late := stretches[1].Offset - begins; late < 0 || late > 64<<10 || lines == 2_000 && late != 0 {
			t.Errorf("%d lines: it is found %d bytes late", lines, late)
		}
	}
}
