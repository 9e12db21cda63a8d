package accounts

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// manyRows are in the large table of each server: five times what a reader that is cut off may still have
// on the way to it, and 30 MB, of which a reader in constant memory may hold 8.
func manyRows() int64 {
	if testing.Short() {
		return 50_000
	}
	return 200_000
}

// kindTest reads one value of a database as a role.
type kindTest struct {
	role  string
	value string // an expression, or a column of the table "kinds"
	want  string // as visible prints it
	err   string // instead: what the error has
}

// runKinds reads each value by itself through a query.
func runKinds(t *testing.T, source string, quote func(string) string, tests []kindTest) {
	t.Helper()
	for _, tt := range tests {
		t.Run(tt.role+"="+tt.value, func(t *testing.T) {
			columns := map[string]string{"account_id": "'7'", "email": "'a@example.com'",
				"password_hash": "'h'"}
			columns[tt.role] = tt.value
			var list []string
			for _, name := range roleNames {
				if value, ok := columns[name]; ok {
					list = append(list, value+" AS "+quote(name))
				}
			}
			got, err := readAll(source, Options{
				Query: "SELECT " + strings.Join(list, ", ") + " FROM kinds",
			})
			if tt.err != "" {
				if err == nil || !strings.Contains(err.Error(), tt.err) {
					t.Fatalf("error %v lacks %q; rows %+v", err, tt.err, got)
				}
				if strings.Contains(err.Error(), secret) {
					t.Errorf("error %q shows a value", err)
				}
				return
			}
			if err != nil || len(got) != 1 {
				t.Fatalf("%d rows, %v", len(got), err)
			}
			if text := visible(&got[0], tt.role); text != tt.want {
				t.Errorf("read as %q, want %q", text, tt.want)
			}
		})
	}
}

// visible prints what a role made of an account.
func visible(a *Account, role string) string {
	switch role {
	case "account_id":
		return a.ID
	case "password_hash":
		return a.PasswordHash
	case "password_changed_at":
		return a.PasswordChangedAt.Format(time.RFC3339Nano)
	case "last_active_at":
		return a.LastActiveAt.Format(time.RFC3339Nano)
	case "mfa_enabled":
		return fmt.Sprint(a.MFA)
	case "canary":
		return fmt.Sprint(a.Canary)
	case "privilege":
		return string(a.Privilege)
	case "status":
		return string(a.Status)
	}
	var all []string
	for _, id := range a.Identifiers {
		if role == "email" || id.Text != "a@example.com" {
			all = append(all, id.Text)
		}
	}
	return strings.Join(all, " ")
}

const unknownTime = "0001-01-01T00:00:00Z"

// bigTable is a server with a table "users" of manyRows accounts, whose username is "before" in
// every row until it is updated.
type bigTable struct {
	source string
	opts   Options
	sql    func(t testing.TB, statements string) string
	// sessions tells how many queries of credsieve run, kill ends them.
	sessions, kill string
}

// open starts to read and takes n rows.
func (b bigTable) open(t *testing.T, ctx context.Context, n int64) Reader {
	t.Helper()
	r, err := Open(ctx, b.source, b.opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	var a Account
	for range n {
		if err := r.Read(&a); err != nil {
			t.Fatal(err)
		}
	}
	return r
}

// drain reads to the end and returns the number of the last row.
func drain(r Reader, each func(*Account)) (rows int64, err error) {
	var a Account
	for {
		if err = r.Read(&a); err != nil {
			return rows, err
		}
		if rows = a.Row; each != nil {
			each(&a)
		}
	}
}

// wantNoSession waits until the server has no query of ours left.
func (b bigTable) wantNoSession(t *testing.T) {
	t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for b.sql(t, b.sessions) != "0" {
		if time.Now().After(deadline) {
			t.Fatal("the query still runs on the server")
		}
		time.Sleep(50 * time.Millisecond)
	}
}

func runBigTable(t *testing.T, b bigTable) {
	t.Run("every_row_of_one_moment_in_constant_memory", b.testSnapshot)
	t.Run("connection_lost_in_mid_stream", b.testLost)
	t.Run("cancelled_in_mid_stream", b.testCancelled)
	t.Run("closed_in_mid_stream", func(t *testing.T) {
		r := b.open(t, context.Background(), 10)
		start := time.Now()
		if err := r.Close(); err != nil {
			t.Error(err)
		}
		if took := time.Since(start); took > 5*time.Second { // what a server is given to answer
			t.Errorf("closing took %v", took)
		}
		b.wantNoSession(t)
	})
}

// testSnapshot changes rows at the end of the table and deletes some in its middle between opening
// and reading: none of it must show.
func (b bigTable) testSnapshot(t *testing.T) {
	r := b.open(t, context.Background(), 0)
	n := manyRows()
	b.sql(t, fmt.Sprintf("UPDATE users SET username = 'after' WHERE id > %d;", n-5000)+
		fmt.Sprintf("DELETE FROM users WHERE id BETWEEN %d AND %d;", n/2, n/2+5000)+
		"INSERT INTO users (id, email, username, password_hash) "+
		"VALUES (2000000, 'late@example.com', 'after', 'h');")
	before := heap()
	most, changed, sum := uint64(0), 0, int64(0)
	rows, err := drain(r, func(a *Account) {
		if a.Identifiers[1].Text != "before" {
			changed++
		}
		id, err := strconv.ParseInt(a.ID, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		sum += id
		if a.Row%(n/5) == 0 {
			most = max(most, heap())
		}
	})
	if err != io.EOF || rows != n || sum != n*(n+1)/2 || changed > 0 {
		t.Errorf("%d rows, sum of ids %d, %d changed, %v", rows, sum, changed, err)
	}
	if limit := before + 8<<20; most > limit {
		t.Errorf("the heap grew from %d to %d bytes", before, most)
	}
	t.Logf("heap %d KiB before, at most %d KiB while reading", before>>10, most>>10)
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func (b bigTable) testLost(t *testing.T) {
	r := b.open(t, context.Background(), 10)
	b.sql(t, b.kill)
	rows, err := drain(r, nil)
	if err == nil || err == io.EOF || rows >= 40_000 {
		t.Fatalf("after %d rows: %v", rows, err)
	}
	t.Log(err)
	for _, want := range []string{"connection to the database was lost",
		fmt.Sprintf(": row %d: ", rows+1), describe(b.source)} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("error %q lacks %q", err, want)
		}
	}
	if again := r.Read(new(Account)); !errors.Is(again, err) {
		t.Errorf("reading on gives %v", again)
	}
}

func (b bigTable) testCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	r := b.open(t, ctx, 10)
	cancel()
	rows, err := drain(r, nil)
	if !errors.Is(err, context.Canceled) || rows >= 40_000 {
		t.Errorf("after %d rows: %v", rows, err)
	}
	r.Close()
	b.wantNoSession(t)
}

// wantRefused opens a source that must fail with a sentence and, where it has one, a hint.
func wantRefused(t *testing.T, source string, opts Options, want, hint string) {
	t.Helper()
	_, err := readAll(source, opts)
	if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), secret) ||
		!strings.HasPrefix(err.Error(), "failed to read accounts \""+describe(source)) {
		t.Errorf("%+v: error %v lacks %q", opts, err, want)
	}
	var h interface{ Hint() string }
	if hint != "" && (!errors.As(err, &h) || !strings.Contains(h.Hint(), hint)) {
		t.Errorf("%+v: error %v has no hint %q", opts, err, hint)
	}
}

// wantNoRows reads a source without rows, which ends at once.
func wantNoRows(t *testing.T, source string, opts Options) {
	t.Helper()
	if got, err := readAll(source, opts); err != nil || len(got) > 0 {
		t.Errorf("%+v: %d rows, %v", opts, len(got), err)
	}
}

// runStrangeNames reads a table and columns whose names want quotes; the server holds
// a"b.c"d`e with the columns of the map.
func runStrangeNames(t *testing.T, source, table string) {
	t.Helper()
	got, err := readAll(source, Options{Table: table, Map: map[string]string{
		"account_id": "the id; --", "email": `e"mail`, "password_hash": "pass`hash"}})
	if err != nil || len(got) != 1 || got[0].ID != "7" || got[0].PasswordHash != "h" {
		t.Errorf("%+v, %v", got, err)
	}
}

func ids(accounts []Account) []string {
	var all []string
	for _, a := range accounts {
		all = append(all, a.ID)
	}
	slices.Sort(all)
	return all
}
