package synth

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/pqarrow"
)

// export returns the accounts of cheap in one format.
func export(t *testing.T, format string) []byte {
	t.Helper()
	o := cheap()
	o.AccountsFormat = format
	if err := o.check(); err != nil {
		t.Fatal(err)
	}
	open, err := accountsFormat(format)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	w, err := open(&b)
	if err != nil {
		t.Fatal(err)
	}
	if err := newGenerator(o).exportAccounts(t.Context(), w); err != nil {
		t.Fatal(err)
	}
	if err := w.close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func separatedTable(t *testing.T, data []byte, comma rune) [][]string {
	t.Helper()
	r := csv.NewReader(bytes.NewReader(data))
	r.Comma = comma
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func jsonTable(t *testing.T, data []byte) [][]string {
	t.Helper()
	rows := [][]string{columnNames}
	for d := json.NewDecoder(bytes.NewReader(data)); ; {
		var object map[string]any
		if err := d.Decode(&object); err == io.EOF {
			return rows
		} else if err != nil {
			t.Fatal(err)
		}
		row := make([]string, len(columnNames))
		for i, name := range columnNames {
			if v, ok := object[name]; ok {
				row[i] = fmt.Sprint(v)
			}
		}
		rows = append(rows, row)
	}
}

func parquetTable(t *testing.T, data []byte) [][]string {
	t.Helper()
	table, err := pqarrow.ReadTable(t.Context(), bytes.NewReader(data),
		parquet.NewReaderProperties(nil), pqarrow.ArrowReadProperties{}, memory.DefaultAllocator)
	if err != nil {
		t.Fatal(err)
	}
	rows := make([][]string, 1+table.NumRows())
	for i := range int(table.NumCols()) {
		column := table.Column(i)
		rows[0] = append(rows[0], column.Name())
		n := 0
		for _, chunk := range column.Data().Chunks() {
			for j := range chunk.Len() {
				n++
				text := ""
				if !chunk.IsNull(j) {
					text = chunk.ValueStr(j)
				}
				rows[n] = append(rows[n], text)
			}
		}
	}
	return rows
}

func TestAccountsFormatsHoldTheSameRows(t *testing.T) {
	t.Parallel()
	want := separatedTable(t, export(t, "csv"), ',')
	if len(want) != 301 {
		t.Fatalf("%d rows, want a header and 300 accounts", len(want))
	}
	for format, got := range map[string][][]string{
		"csv.zst":  separatedTable(t, decompress(t, ".zst", export(t, "csv.zst")), ','),
		"tsv":      separatedTable(t, export(t, "tsv"), '\t'),
		"jsonl":    jsonTable(t, export(t, "jsonl")),
		"jsonl.gz": jsonTable(t, decompress(t, ".gz", export(t, "jsonl.gz"))),
		"parquet":  parquetTable(t, export(t, "parquet")),
	} {
		if len(got) != len(want) {
			t.Errorf("%s holds %d rows, want %d", format, len(got), len(want))
			continue
		}
		for i := range want {
			for j := range got[i] {
				got[i][j] = sameTime(got[i][j])
			}
			if !slices.Equal(got[i], want[i]) {
				t.Errorf("%s, row %d:\n%v\n%v", format, i, got[i], want[i])
				break
			}
		}
	}
}

// sameTime brings the ways in which libraries print a time to one.
func sameTime(s string) string {
	if at, err := time.Parse(time.RFC3339, strings.Replace(s, " ", "T", 1)); err == nil {
		return at.UTC().Format(time.RFC3339)
	}
	return s
}
