package rundir

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"
)

func TestList_has_the_columns_that_others_rely_on(t *testing.T) {
	t.Parallel()
	want := "rank,account_id,score,band,status,match,attribution,identifier_kind,first_leaked_on," +
		"last_leaked_on,source_count,sources,reasons,actions,finding_id,hash_tag"
	var got bytes.Buffer
	if err := writeListCSV(&got, exampleRows()[:1], false); err != nil {
		t.Fatal(err)
	}
	header, row, _ := strings.Cut(got.String(), "\n")
	if header != want {
		t.Errorf("header is %s", header)
	}
	wantRow := `1,"u,""1""",87.5,critical,new,exact,exact,email,2026-03-01,2026-03-01,2,a;b,` +
		`password_confirmed:40;x:-7.5,reset_password;notify_user,` +
		strings.Repeat("0a", 16) + "," + strings.Repeat("0b", 16) + "\n"
	if row != wantRow {
		t.Errorf("row is  %s\nwant    %s", row, wantRow)
	}
}

func TestList_is_the_same_bytes_each_time(t *testing.T) {
	t.Parallel()
	var first, second bytes.Buffer
	for _, w := range []*bytes.Buffer{&first, &second} {
		if err := writeListParquet(w, exampleRows(), false); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(first.Bytes(), second.Bytes()) {
		t.Error("the same rows gave other bytes")
	}
}

// TestParquet_of_a_long_list_has_the_same_bytes_each_time: its columns are longer than a dictionary may be by default.
func TestParquet_of_a_long_list_has_the_same_bytes_each_time(t *testing.T) {
	t.Parallel()
	rows := make([]Row, 50_000)
	for i := range rows {
		id := fmt.Sprintf("%032x", i)
		rows[i] = exampleRows()[0]
		rows[i].AccountID, rows[i].FindingID, rows[i].HashTag, rows[i].Identifier = id, id, id, id
		rows[i].Rank, rows[i].Sources = i+1, []string{id}
	}
	var first []byte
	for n := range 5 {
		var out bytes.Buffer
		if err := writeListParquet(&out, rows, true); err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			first = out.Bytes()
		} else if !bytes.Equal(out.Bytes(), first) {
			t.Fatal("it has other bytes")
		}
	}
}

// TestDaysOpen counts whole days.
func TestDaysOpen(t *testing.T) {
	t.Parallel()
	since := leaked.Add(time.Hour)
	for at, want := range map[time.Time]string{
		since: "outstanding 0 d", since.Add(24*time.Hour - 1): "outstanding 0 d", since.Add(24 * time.Hour): "outstanding 1 d",
		since.Add(-48 * time.Hour): "outstanding 0 d", since.AddDate(0, 0, 10): "outstanding 10 d",
	} {
		r := Row{Status: "outstanding", FirstListedAt: since}
		if got := r.StatusOpen(at); got != want {
			t.Errorf("at %v: %s, want %s", at, got, want)
		}
	}
	if r := (Row{Status: "new"}); r.DaysOpen(since) != 0 || r.StatusOpen(since) != "new" {
		t.Errorf("a new one is open for %d days, %s", r.DaysOpen(since), r.StatusOpen(since))
	}
}

func TestCountListed(t *testing.T) {
	t.Parallel()
	at := leaked.AddDate(0, 0, 30)
	open := func(days int) Row { return Row{Status: "outstanding", FirstListedAt: at.AddDate(0, 0, -days)} }
	rows := []Row{{Status: "new"}, open(7), open(8), open(20), open(9), {Status: "outstanding"}, {Status: "new"}, {}}
	want := Listed{New: 3, Outstanding: 5, OldestSince: at.AddDate(0, 0, -20), OpenOverAWeek: 3}
	if got := CountListed(rows, at); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if got := CountListed(nil, at); got != (Listed{}) {
		t.Errorf("of nothing: %+v", got)
	}
}

// shortWriter fails after some bytes, as a full disk does.
type shortWriter int

func (w *shortWriter) Write(p []byte) (int, error) {
	if *w -= shortWriter(len(p)); *w < 0 {
		return 0, errors.New("there is no space")
	}
	return len(p), nil
}

// TestTables_say_when_there_is_no_space, wherever that is.
func TestTables_say_when_there_is_no_space(t *testing.T) {
	t.Parallel()
	rows, undecided := make([]Row, 500), make([]Undecided, 500)
	for i := range rows {
		rows[i] = exampleRows()[0]
		rows[i].FindingID = fmt.Sprintf("%032x", i*0x9e3779b9)
		undecided[i] = Undecided{AccountID: rows[i].FindingID, Cause: "unchecked"}
	}
	for name, write := range map[string]func(io.Writer) error{
		"CSV":          func(w io.Writer) error { return writeListCSV(w, rows, false) },
		"Parquet":      func(w io.Writer) error { return writeListParquet(w, rows, false) },
		"undecided":    func(w io.Writer) error { return writeUndecidedCSV(w, undecided) },
		"CSV answers":  func(w io.Writer) error { return RecheckForm{}.writeCSV(w, make([]Rechecked, 500)) },
		"JSON answers": func(w io.Writer) error { return RecheckForm{JSONLines: true}.writeJSONLines(w, make([]Rechecked, 500)) },
	} {
		var whole bytes.Buffer
		if err := write(&whole); err != nil {
			t.Fatal(err)
		}
		for room := 4; room < whole.Len(); room += 1 + whole.Len()/50 { // the library panics on its first four; a buffer always has room for these
			if w := shortWriter(room); write(&w) == nil {
				t.Errorf("%s: %d of %d bytes were written, and nobody said so", name, room, whole.Len())
			}
		}
		if w := shortWriter(whole.Len() - 1); write(&w) == nil {
			t.Errorf("%s: the last byte is missing, and nobody said so", name)
		}
	}
}
