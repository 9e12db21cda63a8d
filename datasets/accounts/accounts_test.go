package accounts

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/credsieve/credsieve/datasets/accounts/internal/stream"
	"github.com/credsieve/credsieve/datasets/accounts/internal/values"
	"github.com/credsieve/credsieve/hashing"
)

// secret stands where a password hash would; no error may show it.
const secret = "made-up-hash-9f31"

func writeFile(t *testing.T, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func gzipped(t *testing.T, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func zstded(t *testing.T, text string) []byte {
	t.Helper()
	w, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	return w.EncodeAll([]byte(text), nil)
}

// readAll returns deep copies, because Read reuses memory.
func readAll(path string, opts Options) ([]Account, error) {
	r, err := Open(context.Background(), path, opts)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	var all []Account
	var a Account
	for {
		err := r.Read(&a)
		if err == io.EOF {
			return all, nil
		}
		if err != nil {
			return all, err
		}
		kept := a
		kept.Identifiers = append([]Identifier(nil), a.Identifiers...)
		all = append(all, kept)
	}
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, file, content string
		opts                Options
		want                string
	}{
		{name: "missing_hash_column_with_suggestion", file: "x.csv",
			content: "account_id,email,pass_hash\n1,a@example.com,h\n",
			want:    `no column "password_hash"; did you mean "pass_hash"? (columns there: account_id, email, pass_hash)`},
		{name: "missing_column_without_resemblance", file: "x.csv",
			content: "account_id,email,zzz\n", want: `no column "password_hash" (columns there`},
		{name: "missing_identifiers", file: "x.csv", content: "account_id,password_hash\n",
			want: `no column "email", "username", "phone" or "identifiers"`},
		{name: "identifier_of_a_longer_name", file: "x.csv", content: "account_id,user_email,password_hash\n",
			want: `or "identifiers"; did you mean "user_email"?`},
		{name: "identifier_of_another_name", file: "x.csv", content: "account_id,e-mail,password_hash\n",
			want: `or "identifiers"; did you mean "e-mail"?`},
		{name: "hash_of_another_name", file: "x.csv", content: "account_id,email,encrypted_password\n",
			want: `no column "password_hash"; did you mean "encrypted_password"?`},
		{name: "id_of_another_name", file: "x.csv", content: "user_id,email,password_hash\n",
			want: `no column "account_id"; did you mean "user_id"?`},
		{name: "missing_account_id", file: "x.jsonl",
			content: `{"email":"a@example.com","password_hash":"h"}`,
			want:    `no column "account_id"`},
		{name: "unknown_role", file: "x.csv", content: "account_id\n",
			opts: Options{Map: map[string]string{"mail": "email"}}, want: `unknown role "mail"`},
		{name: "mapped_column_is_missing", file: "x.csv",
			content: "account_id,email,password_hash\n",
			opts:    Options{Map: map[string]string{"status": "state"}}, want: `no column "state"`},
		{name: "column_twice", file: "x.csv", content: "account_id,email,email,password_hash\n",
			want: `2 columns are named "email"`},
		{name: "columns_that_differ_by_case", file: "x.csv",
			content: "account_id,Email,EMAIL,password_hash\n", want: `2 columns are named "email"`},
		{name: "empty_csv", file: "x.csv", want: "it is empty"},
		{name: "empty_jsonl", file: "x.jsonl", content: "\n\n", want: "it is empty"},
		{name: "empty_parquet", file: "x.parquet", want: "it is empty"},
		{name: "utf16_without_a_mark", file: "x.csv", content: "a\x00,\x00b\x00", want: "neither text in UTF-8 nor UTF-16"},
		{name: "type_of_powershell", file: "x.csv", content: "#TYPE X\naccount_id,email,password_hash\n",
			want: "-NoTypeInformation"},
		{name: "one_name", file: "x.csv", content: "account_id\n1\n", want: "is not a header"},
		{name: "lines_of_carriage_returns", file: "x.csv", content: "account_id,email,password_hash\r1,a@example.com,h\r",
			want: "carriage return"},
		{name: "no_parquet", file: "x.parquet", content: "PAR1nothing of the kindPAR1",
			want: "failed to read"},
		{name: "no_arrow", file: "x.arrow", content: "account_id,email", want: "not an Arrow file"},
		{name: "parquet_in_gzip", file: "x.parquet.gz", content: "x", want: "decompress it first"},
		{name: "gzip_named_parquet", file: "x.parquet", content: "\x1f\x8b\x08\x00",
			want: "decompress it first"},
		{name: "unknown_format", file: "x.xlsx", content: "x", want: "unknown format"},
		{name: "json_array", file: "x.jsonl", content: `["` + secret + `"]`,
			want: "row 1: it is a JSON array"},
		{name: "damaged_gzip", file: "x.csv.gz", content: "\x1f\x8b\x09\x00junkjunkjunk",
			want: "damaged"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			path := writeFile(t, tt.file, []byte(tt.content))
			_, err := Open(context.Background(), path, tt.opts)
			wantError(t, err, path, tt.want)
		})
	}
}

func wantError(t *testing.T, err error, path, want string) {
	t.Helper()
	switch {
	case err == nil:
		t.Fatalf("no error; want one with %q", want)
	case !strings.Contains(err.Error(), want):
		t.Errorf("error %q lacks %q", err, want)
	case !strings.HasPrefix(err.Error(), `failed to read accounts "`+path):
		t.Errorf("error %q does not name its source", err)
	case strings.Contains(err.Error(), secret):
		t.Errorf("error %q shows a password hash", err)
	}
}

func TestOpenSources(t *testing.T) {
	t.Parallel()
	_, err := Open(context.Background(), "no/such/file.csv", Options{})
	if !errors.Is(err, os.ErrNotExist) {
		t.Errorf("error %v is not about a missing file", err)
	}
	_, err = Open(context.Background(), "-", Options{Stdin: strings.NewReader("PAR1....")})
	wantError(t, err, "-", "only be read from a file")
}

func TestReadRefuses(t *testing.T) {
	t.Parallel()
	const header = "account_id,email,password_hash,password_changed_at,mfa_enabled,privilege,status\n"
	good := "1,a@example.com," + secret + ",,,,\n"
	long := header + good + "2,b@example.com,\"" + strings.Repeat("x", stream.MaxRowBytes+1<<20)
	cut := gzipped(t, header+strings.Repeat(good, 1000))
	frame := zstded(t, header+strings.Repeat(good, 1000))
	for _, tt := range []struct{ name, file, content, want string }{
		{"empty_account_id", "x.csv", header + good + " ,b@example.com," + secret + ",,,,\n",
			`row 2: column "account_id" is empty`},
		{"account_id_that_turns_around", "x.csv", header + "u\u202e1,b@example.com," + secret + ",,,,\n",
			`row 1: column "account_id" holds a character that cannot be shown`},
		{"account_id_of_private_use", "x.csv", header + "u\ue0001,b@example.com," + secret + ",,,,\n",
			`row 1: column "account_id" holds a character that cannot be shown`},
		{"account_id_of_another_encoding", "x.csv", header + "\xe4,b@example.com," + secret +
			",,,,\n",
			`row 1: column "account_id" is not valid UTF-8`},
		{"hash_in_the_column_of_a_time", "x.csv", header + "1,a@example.com,," + secret + ",,,\n",
			`row 1: column "password_changed_at" is neither`},
		{"days", "x.csv", header + "1,a@example.com,,19724,,,\n", "looks like a count of days"},
		{"serial_of_a_spreadsheet", "x.csv", header + "1,a@example.com,,45293,,,\n", "looks like a count of days"},
		{"seconds_of_1970", "x.csv", header + "1,a@example.com,,1000000,,,\n", "1970"},
		{"day_and_month", "x.csv", header + "1,a@example.com,,1/2/2024 3:04:05 AM,,,\n", "cannot be told apart"},
		{"bool", "x.csv", header + "1,a@example.com,,," + secret + ",,\n",
			`column "mfa_enabled" is not true or false`},
		{"privilege", "x.csv", header + "1,a@example.com,,,," + secret + ",\n",
			`column "privilege" is not one of user, staff, admin`},
		{"canary", "x.csv", "account_id,email,password_hash,canary\n1,a@example.com,,perhaps\n",
			`row 1: column "canary" is not true or false`},
		{"unclosed_quote", "x.csv", long, "longer than 16 MiB"},
		{"endless_line", "x.jsonl",
			`{"account_id":"1","email":"a@example.com","password_hash":""}` +
				"\n" + strings.Repeat(" ", stream.MaxRowBytes+1<<20), "row 2: one row is longer than 16 MiB"},
		{"truncated_gzip", "x.csv.gz", string(cut[:len(cut)-9]), "the file is truncated"},
		{"truncated_zstd", "x.csv.zst", string(frame[:len(frame)-3]), "the file is truncated"},
		{"truncated_json", "x.jsonl",
			`{"account_id":"1","email":"a@example.com","password_hash":""}` +
				"\n" + `{"account_id":"2","password_hash":"` + secret,
			"row 2: the JSON object ends early"},
		{"two_objects", "x.jsonl",
			`{"account_id":"1","email":"a@example.com","password_hash":""} {}`, "goes on"},
		{"json_null", "x.jsonl", `{"account_id":"1","email":"","password_hash":""}` + "\nnull\n",
			"it is null"},
		{"nested_value", "x.jsonl", `{"account_id":"1","email":{"a":"` + secret +
			`"},"password_hash":""}`,
			`column "email" is an object`},
		{"list_of_hashes", "x.jsonl", `{"account_id":"1","email":"","password_hash":["` + secret +
			`"]}`,
			`column "password_hash" is a list`},
		{"json_of_another_encoding", "x.jsonl", `{"account_id":"1","email":"","password_hash":""}` +
			"\n{\"account_id\":\"2\",\"email\":\"\xe4@example.com\",\"password_hash\":\"\"}",
			"row 2: it is not valid UTF-8"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			path := writeFile(t, tt.file, []byte(tt.content))
			_, err := readAll(path, Options{})
			wantError(t, err, path, tt.want)
		})
	}
}

func TestReadErrorIsSticky(t *testing.T) {
	t.Parallel()
	path := writeFile(t, "x.csv", []byte("account_id,email,password_hash,status\n"+
		"1,a@example.com,,\n,b@example.com,,\n3,c@example.com,,\n"))
	r, err := Open(context.Background(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var a Account
	if err := r.Read(&a); err != nil {
		t.Fatal(err)
	}
	first := r.Read(&a)
	if second := r.Read(&a); first == nil || !errors.Is(second, first) {
		t.Errorf("after %v the reader went on with %v", first, second)
	}
}

func TestReadCancelled(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	rows := strings.Repeat("1,a@example.com,\n", 5000)
	path := writeFile(t, "x.csv", []byte("account_id,email,password_hash\n"+rows))
	r, err := Open(ctx, path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	cancel()
	var a Account
	for range 5000 {
		if err = r.Read(&a); err != nil {
			break
		}
	}
	if !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled reader ended with %v", err)
	}
}

func TestReadValues(t *testing.T) {
	t.Parallel()
	changed := time.Date(2024, 1, 2, 3, 4, 5, 0, time.UTC)
	for _, tt := range []struct{ name, text string }{
		{"rfc3339", "2024-01-02T03:04:05Z"},
		{"offset", "2024-01-02T05:04:05+02:00"},
		{"space", "2024-01-02 03:04:05Z"},
		{"postgresql", "2024-01-02 03:04:05+00"},
		{"unix", "1704164645"},
	} {
		t.Run("time_as_"+tt.name, func(t *testing.T) {
			got, _, err := values.ParseTime(tt.text, time.UTC)
			if err != nil || !got.Equal(changed) {
				t.Errorf("values.ParseTime(%q) = %v, %v; want %v", tt.text, got, err, changed)
			}
		})
	}
	for text, want := range map[string]MFA{
		"": MFAUnknown, "TRUE": MFAEnabled, "t": MFAEnabled, "Yes": MFAEnabled, "1": MFAEnabled,
		"False": MFADisabled, "F": MFADisabled, "no": MFADisabled, " 0 ": MFADisabled,
	} {
		if got, err := parseMFA(text); err != nil || got != want {
			t.Errorf("parseMFA(%q) = %v, %v; want %v", text, got, err, want)
		}
	}
}

func TestReadDefaultsAndIdentifiers(t *testing.T) {
	t.Parallel()
	path := writeFile(t, "x.csv",
		[]byte("\xef\xbb\xbfACCOUNT_ID,email,login,identifiers,password_hash,canary\r\n"+
			"7,,kim,\"kim@example.com +15550100\tkim2\",,yes\r\n"))
	all, err := readAll(path, Options{Map: map[string]string{"username": "login"}})
	if err != nil {
		t.Fatal(err)
	}
	want := []Identifier{{hashing.KindUsername, "kim"}, {hashing.KindEmail, "kim@example.com"},
		{hashing.KindPhone, "+15550100"}, {hashing.KindUsername, "kim2"}}
	a := all[0]
	if a.ID != "7" || a.Row != 1 || !a.Canary || a.MFA != MFAUnknown ||
		a.Privilege != PrivilegeUser || a.Status != StatusActive || !a.PasswordChangedAt.IsZero() {
		t.Errorf("read %+v", a)
	}
	if len(a.Identifiers) != len(want) {
		t.Fatalf("identifiers %v, want %v", a.Identifiers, want)
	}
	for i := range want {
		if a.Identifiers[i] != want[i] {
			t.Errorf("identifier %d is %v, want %v", i, a.Identifiers[i], want[i])
		}
	}
}

func TestReadJSONLColumnThatAppearsLate(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for range sampleRows + 10 {
		b.WriteString(`{"account_id":1234567890123456789,"email":"a@example.com","password_hash":null}` + "\n")
	}
	b.WriteString(`{"account_id":2,"email":"b@example.com","Canary":true}`)
	all, err := readAll(writeFile(t, "x.ndjson", []byte(b.String())), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if last := all[len(all)-1]; !last.Canary || last.Row != sampleRows+11 || last.PasswordHash != "" {
		t.Errorf("read %+v", last)
	}
	if all[0].ID != "1234567890123456789" {
		t.Errorf("a number as account id became %q", all[0].ID)
	}
}

// A store hashes the name as it has it, not the one that dumps may have.
func TestColumn_of_a_name_is_as_it_stands(t *testing.T) {
	t.Parallel()
	all, err := readAll(writeFile(t, "x.csv", []byte("account_id,username,email,password_hash\n1, @JDoe ,Jane <jane@example.com>,x\n2,,,y\n")), Options{})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []struct{ username, email string }{{"@JDoe", "jane@example.com"}, {"", ""}} {
		if name, email := all[i].Column("username"), all[i].Column("email"); name != want.username || email != want.email {
			t.Errorf("row %d: got %q and %q, want %+v", i+1, name, email, want)
		}
	}
}
