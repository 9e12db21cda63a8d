package rundir

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
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
