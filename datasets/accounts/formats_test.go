package accounts

import (
	"bytes"
	"context"
	"encoding/binary"
	"os"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/ipc"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/pqarrow"

	"github.com/credsieve/credsieve/hashing"
)

// The same three accounts in every format.
const (
	sampleCSV = `account_id,email,identifiers,password_hash,password_changed_at,mfa_enabled,canary,privilege,status
1,a@example.com,alice +15550100,hash-1,2024-01-02T03:04:05Z,true,false,admin,active
2,b@example.org,,,,,true,,locked
3,,carol,"hash,3",1704164645,no,,staff,disabled
`
	sampleJSONL = `{"account_id":1,"email":"a@example.com","identifiers":["alice","+15550100"],"password_hash":"hash-1","password_changed_at":"2024-01-02T03:04:05Z","mfa_enabled":true,"canary":false,"privilege":"admin","status":"active"}

{"account_id":"2","email":"b@example.org","identifiers":[],"password_hash":null,"canary":true,"status":"locked"}
{"account_id":"3","identifiers":"carol","password_hash":"hash,3","password_changed_at":1704164645,"mfa_enabled":0,"privilege":"staff","status":"disabled"}`
)

func sampleAccounts() []Account {
	changed := time.Date(2024, 1, 2, 3, 4, 5, 0, time.UTC)
	return []Account{
		{Row: 1, ID: "1", PasswordHash: "hash-1", PasswordChangedAt: changed, MFA: MFAEnabled,
			Privilege: PrivilegeAdmin, Status: StatusActive, Identifiers: []Identifier{
				{hashing.KindEmail, "a@example.com"}, {hashing.KindUsername, "alice"},
				{hashing.KindPhone, "+15550100"}}},
		{Row: 2, ID: "2", Canary: true, Privilege: PrivilegeUser, Status: StatusLocked,
			Identifiers: []Identifier{{hashing.KindEmail, "b@example.org"}}},
		{Row: 3, ID: "3", PasswordHash: "hash,3", PasswordChangedAt: changed, MFA: MFADisabled,
			Privilege: PrivilegeStaff, Status: StatusDisabled,
			Identifiers: []Identifier{{hashing.KindUsername, "carol"}}},
	}
}

// sampleRecord holds the same accounts, with the types that writers of columns use.
func sampleRecord() arrow.Record {
	dictionary := &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8,
		ValueType: arrow.BinaryTypes.String}
	schema := arrow.NewSchema([]arrow.Field{
		{Name: "account_id", Type: arrow.PrimitiveTypes.Int64},
		{Name: "email", Type: arrow.BinaryTypes.String, Nullable: true},
		{Name: "identifiers", Type: arrow.ListOf(arrow.BinaryTypes.String), Nullable: true},
		{Name: "password_hash", Type: arrow.BinaryTypes.Binary, Nullable: true},
		{Name: "password_changed_at", Type: &arrow.TimestampType{Unit: arrow.Millisecond,
			TimeZone: "UTC"}, Nullable: true},
		{Name: "mfa_enabled", Type: arrow.FixedWidthTypes.Boolean, Nullable: true},
		{Name: "canary", Type: arrow.FixedWidthTypes.Boolean, Nullable: true},
		{Name: "privilege", Type: arrow.BinaryTypes.LargeString, Nullable: true},
		{Name: "status", Type: dictionary},
		{Name: "comment", Type: arrow.StructOf(arrow.Field{Name: "x",
			Type: arrow.PrimitiveTypes.Int8}), Nullable: true},
	}, nil)
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	b.Field(0).(*array.Int64Builder).AppendValues([]int64{1, 2, 3}, nil)
	some := []bool{true, true, false}
	b.Field(1).(*array.StringBuilder).AppendValues([]string{"a@example.com", "b@example.org",
		""}, some)
	lists := b.Field(2).(*array.ListBuilder)
	words := lists.ValueBuilder().(*array.StringBuilder)
	lists.Append(true)
	words.AppendValues([]string{"alice", "+15550100"}, nil)
	lists.AppendNull()
	lists.Append(true)
	words.Append("carol")
	gap := []bool{true, false, true}
	b.Field(3).(*array.BinaryBuilder).AppendValues([][]byte{[]byte("hash-1"), nil,
		[]byte("hash,3")}, gap)
	const changed = 1704164645000
	b.Field(4).(*array.TimestampBuilder).AppendValues([]arrow.Timestamp{changed, 0, changed}, gap)
	b.Field(5).(*array.BooleanBuilder).AppendValues([]bool{true, false, false}, gap)
	b.Field(6).(*array.BooleanBuilder).AppendValues([]bool{false, true, false}, some)
	b.Field(7).(*array.LargeStringBuilder).AppendValues([]string{"admin", "", "staff"}, gap)
	for _, s := range []string{"active", "locked", "disabled"} {
		if err := b.Field(8).(*array.BinaryDictionaryBuilder).AppendString(s); err != nil {
			panic(err)
		}
		b.Field(9).AppendNull()
	}
	return b.NewRecord()
}

func parquetSample(t *testing.T, groupRows int64) []byte {
	t.Helper()
	record := sampleRecord()
	var out bytes.Buffer
	table := array.NewTableFromRecords(record.Schema(), []arrow.Record{record})
	err := pqarrow.WriteTable(table, &out, groupRows, parquet.NewWriterProperties(),
		pqarrow.DefaultWriterProps())
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func arrowSample(t *testing.T) []byte {
	t.Helper()
	record := sampleRecord()
	f, err := os.Create(t.TempDir() + "/sample")
	if err != nil {
		t.Fatal(err)
	}
	w, err := ipc.NewFileWriter(f, ipc.WithSchema(record.Schema()), ipc.WithZstd())
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range []arrow.Record{record.NewSlice(0, 1), record.NewSlice(1, 3)} {
		if err := w.Write(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(f.Name())
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func TestReadFormats(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		content []byte
	}{
		{"plain.csv", []byte(sampleCSV)},
		{"plain.TSV", []byte(strings.NewReplacer(`"hash,3"`, "hash;3", ",",
			"\t").Replace(sampleCSV))},
		{"compressed.csv.gz", gzipped(t, sampleCSV)},
		{"compressed.csv.zst", zstded(t, sampleCSV)},
		{"compressed_without_saying_so.csv", gzipped(t, sampleCSV)},
		{"plain.jsonl", []byte(sampleJSONL)},
		{"compressed.ndjson.zst", zstded(t, sampleJSONL)},
		{"one_group.parquet", parquetSample(t, 100)},
		{"three_groups.parquet", parquetSample(t, 1)},
		{"batches.arrow", arrowSample(t)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := readAll(writeFile(t, tt.name, tt.content), Options{})
			if err != nil {
				t.Fatal(err)
			}
			want := sampleAccounts()
			if strings.HasSuffix(tt.name, ".TSV") {
				want[2].PasswordHash = "hash;3"
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("read\n%+v\nwant\n%+v", got, want)
			}
		})
	}
}

func TestReadStdin(t *testing.T) {
	t.Parallel()
	for name, content := range map[string]string{
		"csv": sampleCSV, "jsonl": "\n " + sampleJSONL, "gzip": string(gzipped(t, sampleCSV)),
	} {
		t.Run(name, func(t *testing.T) {
			got, err := readAll("-", Options{Stdin: strings.NewReader(content)})
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, sampleAccounts()) {
				t.Errorf("read %+v", got)
			}
		})
	}
}

// A damaged columnar file is an error or reads as before; it never panics and never yields other
// rows in number.
func TestReadDamagedColumns(t *testing.T) {
	t.Parallel()
	for name, content := range map[string][]byte{
		"x.parquet": parquetSample(t, 2), "x.arrow": arrowSample(t),
	} {
		refused, end := 0, len(content)
		if name == "x.arrow" {
			// The schema in an Arrow footer is beyond what openArrow can guard; see there.
			end -= int(binary.LittleEndian.Uint32(content[end-10:]))
		}
		for at := 0; at < end; at += 7 {
			damaged := bytes.Clone(content)
			damaged[at] ^= 0x41
			got, err := readAll(writeFile(t, name, damaged), Options{})
			if err != nil {
				refused++
			} else if len(got) != 3 {
				t.Errorf("%s with byte %d flipped yields %d rows", name, at, len(got))
			}
		}
		if refused == 0 {
			t.Errorf("no flipped byte of %s was noticed", name)
		}
		_, err := readAll(writeFile(t, name, content[:len(content)/2]), Options{})
		if err == nil {
			t.Errorf("half of %s was read without an error", name)
		}
	}
}

func TestOpenRefusesColumnType(t *testing.T) {
	t.Parallel()
	path := writeFile(t, "x.parquet", parquetSample(t, 10))
	_, err := Open(context.Background(), path,
		Options{Map: map[string]string{"username": "comment"}})
	wantError(t, err, path, `column "comment" has type struct`)
}

// TestParquet_of_packed_times reads times as DuckDB writes them: differences, in pages of more rows than
// are decoded at a time, some of them NULL.
func TestParquet_of_packed_times(t *testing.T) {
	t.Parallel()
	const rows, groupRows, changed = 3*parquetBatch + 7, 2*parquetBatch + 5, 1704164645
	schema := arrow.NewSchema([]arrow.Field{
		{Name: "account_id", Type: arrow.PrimitiveTypes.Int64},
		{Name: "email", Type: arrow.BinaryTypes.String},
		{Name: "password_hash", Type: arrow.BinaryTypes.String},
		{Name: "password_changed_at", Type: arrow.PrimitiveTypes.Int64, Nullable: true},
	}, nil)
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	for i := range int64(rows) {
		b.Field(0).(*array.Int64Builder).Append(i)
		b.Field(1).(*array.StringBuilder).Append("a@example.com")
		b.Field(2).(*array.StringBuilder).Append("hash")
		if i%3 == 0 {
			b.Field(3).AppendNull()
		} else {
			b.Field(3).(*array.Int64Builder).Append(changed + i*i%1000)
		}
	}
	record := b.NewRecord()
	var out bytes.Buffer
	err := pqarrow.WriteTable(array.NewTableFromRecords(schema, []arrow.Record{record}), &out, groupRows,
		parquet.NewWriterProperties(parquet.WithDictionaryDefault(false),
			parquet.WithEncodingFor("password_changed_at", parquet.Encodings.DeltaBinaryPacked)),
		pqarrow.DefaultWriterProps())
	if err != nil {
		t.Fatal(err)
	}
	all, err := readAll(writeFile(t, "x.parquet", out.Bytes()), Options{})
	if err != nil || len(all) != rows {
		t.Fatalf("%d rows, %v", len(all), err)
	}
	for i, a := range all {
		want := time.Unix(changed+int64(i*i%1000), 0).UTC()
		if i%3 == 0 {
			want = time.Time{}
		}
		if a.ID != strconv.Itoa(i) || !a.PasswordChangedAt.Equal(want) {
			t.Fatalf("row %d: account %s, %v; want %v", i, a.ID, a.PasswordChangedAt, want)
		}
	}
}

func TestParquet_of_dates(t *testing.T) {
	t.Parallel()
	schema := arrow.NewSchema([]arrow.Field{
		{Name: "account_id", Type: arrow.BinaryTypes.String},
		{Name: "email", Type: arrow.BinaryTypes.String},
		{Name: "password_hash", Type: arrow.BinaryTypes.String},
		{Name: "password_changed_at", Type: arrow.FixedWidthTypes.Date32, Nullable: true},
	}, nil)
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	for i := range 3 {
		b.Field(0).(*array.StringBuilder).Append(strconv.Itoa(i))
		b.Field(1).(*array.StringBuilder).Append("a@example.com")
		b.Field(2).(*array.StringBuilder).Append("hash")
	}
	changed := time.Date(2024, 1, 2, 0, 0, 0, 0, time.UTC)
	b.Field(3).(*array.Date32Builder).AppendValues(
		[]arrow.Date32{arrow.Date32FromTime(changed), 0, 0}, []bool{true, false, true})
	record := b.NewRecord()
	var out bytes.Buffer
	err := pqarrow.WriteTable(array.NewTableFromRecords(schema, []arrow.Record{record}), &out, 10,
		parquet.NewWriterProperties(), pqarrow.DefaultWriterProps())
	if err != nil {
		t.Fatal(err)
	}
	all, err := readAll(writeFile(t, "x.parquet", out.Bytes()), Options{})
	if err != nil || len(all) != 3 || !all[0].PasswordChangedAt.Equal(changed) ||
		!all[1].PasswordChangedAt.IsZero() || !all[2].PasswordChangedAt.IsZero() {
		t.Errorf("got %+v, %v", all, err)
	}
	path := writeFile(t, "y.parquet", out.Bytes())
	_, err = readAll(path, Options{Map: map[string]string{"username": "password_changed_at"}})
	wantError(t, err, path, "password_changed_at")
}
