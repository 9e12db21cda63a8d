package rundir

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// writeRejects writes rejects.csv, and returns its rows and how it accounts for the rejects.
func writeRejects(t *testing.T, limit int64, rejects []Reject) ([]string, RejectCounts) {
	t.Helper()
	staging, err := Create(filepath.Join(t.TempDir(), "run"))
	if err != nil {
		t.Fatal(err)
	}
	defer staging.Abort()
	out, err := staging.CreateRejects(limit)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rejects {
		if err := out.Add(r); err != nil {
			t.Fatal(err)
		}
	}
	counts, err := out.Finish()
	if err != nil {
		t.Fatal(err)
	}
	if err := counts.Check(int64(len(rejects))); err != nil {
		t.Error(err)
	}
	text, err := os.ReadFile(filepath.Join(staging.Dir(), "rejects.csv"))
	if err != nil {
		t.Fatal(err)
	}
	rows := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")[1:]
	if int64(len(rows)) != counts.Rows || staging.Outputs()[0].Rows != counts.Rows {
		t.Errorf("%d rows, the counts say %d, the outputs %d", len(rows), counts.Rows, staging.Outputs()[0].Rows)
	}
	return rows, counts
}

// lines makes rejects of lines of one byte, each reason for as many lines as it stands there, over and over.
func linesOf(member string, n int, reasons ...string) (list []Reject) {
	for i := range n {
		list = append(list, Reject{
			Input: "in", Member: member, Offset: int64(2 * i), Length: 1, Line: int64(i + 1), Reason: reasons[i%len(reasons)],
		})
	}
	return list
}

func TestRejects_few_have_a_row_each(t *testing.T) {
	t.Parallel()
	rows, counts := writeRejects(t, 5000, linesOf("m", 1000, "syntax"))
	if len(rows) != 1000 || counts.Merged != 0 || rows[999] != "in,m,1998,1,1000,syntax" {
		t.Errorf("%d rows, %+v, the last %q", len(rows), counts, rows[len(rows)-1])
	}
}

func TestRejects_one_after_the_other_are_a_run(t *testing.T) {
	t.Parallel()
	list := append(linesOf("m", 300_000, "syntax"), linesOf("n", 1, "syntax")...)
	rows, counts := writeRejects(t, 5000, list)
	if len(rows) != 1002 || counts.Merged != 299_000-1 {
		t.Fatalf("%d rows, %+v", len(rows), counts)
	}
	if rows[1000] != "in,m,2000,597999,1001,syntax" || rows[1001] != "in,n,0,1,1,syntax" {
		t.Errorf("%q", rows[1000:])
	}
}

// TestRejects_of_each_input_have_rows_of_their_own, also where neither has members.
func TestRejects_of_each_input_have_rows_of_their_own(t *testing.T) {
	t.Parallel()
	list := linesOf("", 1500, "syntax")
	for _, r := range linesOf("", 1500, "syntax") {
		r.Input = "other"
		list = append(list, r)
	}
	rows, counts := writeRejects(t, 5000, list)
	if len(rows) != 2002 || rows[1000] != "in,,2000,999,1001,syntax" || rows[1001] != "other,,0,1,1,syntax" || rows[2001] != "other,,2000,999,1001,syntax" {
		t.Errorf("%d rows, %+v", len(rows), counts)
	}
}

// TestRejects_of_a_member_are_bounded, also where each has another reason than the one before.
func TestRejects_of_a_member_are_bounded(t *testing.T) {
	t.Parallel()
	rows, counts := writeRejects(t, 5000, linesOf("m", 100_000, "syntax", "no_separator", "no_identifier"))
	if len(rows) != singleRejects+runRejects+3 || counts.NoPlace != 0 {
		t.Fatalf("%d rows, %+v", len(rows), counts)
	}
	for _, tail := range rows[singleRejects+runRejects:] {
		var offset, length, line int64
		var reason string
		if _, err := fmt.Sscanf(strings.ReplaceAll(tail, ",", " "), "in m %d %d %d %s", &offset, &length, &line, &reason); err != nil {
			t.Fatalf("%q: %v", tail, err)
		}
		if end := offset + length; end < 2*99_997 || end > 2*100_000 {
			t.Errorf("%q does not reach to the last of its reason", tail)
		}
	}
}

// TestRejects_touch where one ends when the next begins, and lie apart where more than a line end is between them.
func TestRejects_touch(t *testing.T) {
	t.Parallel()
	for gap, want := range map[int64]int{0: 1001, 1: 1001, 2: 1001, 3: 1500, -1: 1500} {
		list := linesOf("m", 1500, "syntax")
		for i := range list {
			list[i].Offset, list[i].Length = int64(i)*(5+gap), 5
		}
		if rows, counts := writeRejects(t, 5000, list); len(rows) != want {
			t.Errorf("%d bytes between them: %d rows, %+v", gap, len(rows), counts)
		}
	}
}

// TestRejects_of_two_members_that_are_bounded have rows of their own to their ends.
func TestRejects_of_two_members_that_are_bounded(t *testing.T) {
	t.Parallel()
	list := append(linesOf("m", 5000, "syntax", "no_separator"), linesOf("n", 5000, "no_identifier", "syntax")...)
	rows, counts := writeRejects(t, 10_000, list)
	if len(rows) != 2*(singleRejects+runRejects+2) {
		t.Fatalf("%d rows, %+v", len(rows), counts)
	}
	for i, want := range map[int]string{
		2000: "in,m,4002,5997,2002,no_separator", 2001: "in,m,4000,5997,2001,syntax",
		4002: "in,n,4000,5997,2001,no_identifier", 4003: "in,n,4002,5997,2002,syntax",
	} {
		if rows[i] != want {
			t.Errorf("row %d is %q, want %q", i, rows[i], want)
		}
	}
}

func TestRejects_of_a_run_are_bounded(t *testing.T) {
	t.Parallel()
	var list []Reject
	for i := range 50 {
		list = append(list, linesOf(fmt.Sprint("m", i), 10, "syntax")...)
	}
	rows, counts := writeRejects(t, 100, list)
	if len(rows) != 100 || counts.NoPlace != 400 {
		t.Errorf("%d rows, %+v", len(rows), counts)
	}
	long := linesOf(strings.Repeat("\U0001F4A9", 600), 100, "syntax") // 2.4 kB a row
	if rows, counts := writeRejects(t, 100, long); len(rows) > 15 || counts.NoPlace != 100-int64(len(rows)) {
		t.Errorf("long names: %d rows, %+v", len(rows), counts)
	}
}

func TestVerify_rejects_that_do_not_add_up(t *testing.T) {
	t.Parallel()
	staging, err := Create(filepath.Join(t.TempDir(), "run"))
	if err != nil {
		t.Fatal(err)
	}
	defer staging.Abort()
	m := exampleManifest()
	m.Rejects = &RejectCounts{Rows: 1, Merged: 1}
	if err := staging.Publish(m); err == nil || !strings.Contains(err.Error(), "stands for 2 rejects") {
		t.Errorf("got %v", err)
	}
}

// TestRejectCounts_of_less_than_nothing do not add up, whatever their sum.
func TestRejectCounts_of_less_than_nothing(t *testing.T) {
	t.Parallel()
	for _, c := range []RejectCounts{{Rows: -1, Merged: 2}, {Rows: 2, Merged: -1}, {Rows: 2, NoPlace: -1}, {Rows: 1, Merged: 1}, {}} {
		if c.Check(1) == nil {
			t.Errorf("%+v stand for one", c)
		}
	}
	for _, c := range []RejectCounts{{Rows: 1}, {Merged: 1}, {NoPlace: 1}} {
		if err := c.Check(1); err != nil {
			t.Error(err)
		}
	}
}
