package accounts

import (
	"context"
	"database/sql"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	databases "github.com/credsieve/credsieve/datasets/accounts/internal/database"
)

// sqliteFile makes a database and returns its source and a way to change it.
func sqliteFile(t *testing.T, statements string) (string, *sql.DB) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a b?c#d.db") // a name that must not become a part of a URL
	db, err := sql.Open("sqlite", "file:"+strings.NewReplacer("?", "%3f", "#", "%23").Replace(path))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if _, err := db.Exec(statements); err != nil {
		t.Fatal(err)
	}
	return "sqlite:" + path, db
}

func TestSQLite_kinds(t *testing.T) {
	t.Parallel()
	source, _ := sqliteFile(t, "CREATE TABLE kinds(d DATETIME, e TIMESTAMP, g DATE, n DATETIME, "+
		"b BOOLEAN); INSERT INTO kinds VALUES ('2024-01-02 03:04:05', '2024-01-02T03:04:05+02:00', "+
		"'2024-01-02', 'never', 1)")
	runKinds(t, source, databases.QuoteName, []kindTest{
		{"account_id", "9007199254740993", "9007199254740993", ""},
		{"account_id", "'x'", "x", ""},
		{"account_id", "x'6162'", "ab", ""},
		{"account_id", "x'ff00'", "", `column "account_id" holds binary data`},
		{"account_id", "1.5", "", `column "account_id" is a floating-point number`},
		{"account_id", "NULL", "", `column "account_id" is empty`},
		{"email", "NULL", "", ""},
		{"password_hash", "CAST('$2b$" + secret + "' AS BLOB)", "$2b$" + secret, ""},
		{"password_hash", "NULL", "", ""},
		{"password_hash", "hex(zeroblob(9000000))", "", "row 1: the row is larger than 16 MiB"},
		{"identifiers", "'bob +4930'", "bob +4930", ""},
		{"identifiers", `'["bob", null, "b c"]'`, "bob b c", ""},
		{"identifiers", "json_array('bob', 17)", "bob 17", ""},
		{"identifiers", "'[" + secret + "'", "", `column "identifiers" is not valid JSON`},
		{"password_changed_at", "d", "2024-01-02T03:04:05Z", ""},
		{"password_changed_at", "e", "2024-01-02T01:04:05Z", ""},
		{"password_changed_at", "g", "2024-01-02T00:00:00Z", ""},
		{"password_changed_at", "n", unknownTime, ""}, // "never"
		{"password_changed_at", "'2024-01-02 03:04:05.25'", "2024-01-02T03:04:05.25Z", ""},
		{"password_changed_at", "1700000000", "2023-11-14T22:13:20Z", ""},
		{"password_changed_at", "0", unknownTime, ""},
		{"password_changed_at", "NULL", unknownTime, ""},
		{"password_changed_at", "1700000000.5", "", "floating-point"},
		{"last_active_at", "'" + secret + "'", "", `column "last_active_at" is neither`},
		{"mfa_enabled", "b", "1", ""},
		{"mfa_enabled", "NULL", "0", ""},
		{"canary", "1", "true", ""},
		{"privilege", "'admin'", "admin", ""},
		{"username", "d", "", `column "username" is a time`},
	})
}

func TestSQLite_tables(t *testing.T) {
	t.Parallel()
	source, db := sqliteFile(t, "CREATE TABLE users(id INTEGER PRIMARY KEY, user_mail, "+
		"email AS (lower(user_mail)) STORED, password_hash); "+
		"INSERT INTO users(user_mail, password_hash) VALUES ('A@EXAMPLE.COM', 'h'), ('b@example.com', 1);"+
		"CREATE VIEW active AS SELECT id AS account_id, email, password_hash FROM users;"+
		"CREATE TABLE \"a\"\"b.c\"\"d`e\"(\"the id; --\", \"e\"\"mail\", \"pass`hash\");"+
		"INSERT INTO \"a\"\"b.c\"\"d`e\" VALUES (7, 'a@example.com', 'h')")
	runStrangeNames(t, source, "\"a\"\"b.c\"\"d`e\"")
	runStrangeNames(t, source, "main.\"a\"\"b.c\"\"d`e\"")
	id := map[string]string{"account_id": "id"}
	for _, opts := range []Options{
		{Table: "users", Map: id}, {Table: "main.users", Map: id}, {Table: "active"},
		{Query: "SELECT id AS account_id, email, password_hash FROM users ORDER BY id"},
	} {
		got, err := readAll(source, opts)
		if err != nil || strings.Join(ids(got), " ") != "1 2" ||
			got[0].Identifiers[0].Text != "a@example.com" || got[1].PasswordHash != "1" {
			t.Errorf("%+v: %+v, %v", opts, got, err)
		}
	}
	wantNoRows(t, source, Options{Query: "SELECT id AS account_id, email, password_hash " +
		"FROM users WHERE false"})
	wantRefused(t, source, Options{Table: "nowhere"}, `there is no table "nowhere"`, "")
	wantRefused(t, source, Options{Table: "users"}, `no column "account_id"`, "--map account_id=")
	wantRefused(t, source, Options{Query: "SELECT * FROM nowhere"}, "no such table: nowhere", "")
	wantRefused(t, source, Options{Query: "SELECT '" + secret + "' ->> '$'"},
		"malformed JSON", "")
	wantRefused(t, source, Options{Query: "UPDATE users SET password_hash = 'x' RETURNING *"},
		"only reading is allowed", "")
	wantRefused(t, source, Options{Query: "SELECT id AS account_id, email, password_hash " +
		"FROM users; DELETE FROM users"}, "more than one statement", "")
	other := filepath.Join(t.TempDir(), "other.db")
	wantRefused(t, source, Options{Query: "ATTACH '" + other + "' AS other"}, "too many attached databases", "")
	if _, err := os.Stat(other); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a query made a file: %v", err)
	}
	const row = "SELECT 1 AS account_id, 'a@example.com' AS email, 'h' AS password_hash"
	wantRefused(t, source, Options{Query: row + "; " + row}, "more than one result", "")
	if got, err := readAll(source, Options{Query: row + "; -- all\n"}); err != nil || len(got) != 1 {
		t.Errorf("%d rows, %v", len(got), err)
	}
	var n int
	if err := db.QueryRow("SELECT count(*) FROM users WHERE password_hash <> 'x'").Scan(&n); n != 2 {
		t.Errorf("%d rows are left, %v", n, err)
	}
}

func TestSQLite_files(t *testing.T) {
	t.Parallel()
	opts := Options{Table: "users"}
	wantRefused(t, "sqlite:no/such.db", opts, "no such file", "")
	wantRefused(t, "sqlite:"+t.TempDir(), opts, "not a regular file", "")
	wantRefused(t, "sqlite:"+writeFile(t, "x.db", []byte(strings.Repeat("account_id,email", 99))),
		opts, "not a database", "")
	source, db := sqliteFile(t, "CREATE TABLE users(account_id, email, password_hash); "+
		"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i < 20000) "+
		"INSERT INTO users SELECT i, 'u'||i||'@example.com', hex(zeroblob(40)) FROM n")
	db.Close()
	path := strings.TrimPrefix(source, sqlitePrefix)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	// A page that is overwritten, and a file that is cut, must not be a shorter export.
	damaged := append([]byte(nil), whole...)
	copy(damaged[len(damaged)/2:], strings.Repeat("\xff", 4096))
	for name, content := range map[string][]byte{"flipped": damaged, "cut": whole[:len(whole)/2]} {
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		rows, err := readAll(source, opts)
		if err == nil {
			t.Errorf("%s: %d rows without an error", name, len(rows))
		}
	}
}

// TestSQLite_snapshot writes while the file is read, which WAL allows.
func TestSQLite_snapshot(t *testing.T) {
	t.Parallel()
	source, db := sqliteFile(t, "PRAGMA journal_mode = WAL;"+
		"CREATE TABLE users(account_id, email, password_hash); "+
		"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i < 5000) "+
		"INSERT INTO users SELECT i, 'u'||i||'@example.com', 'before' FROM n")
	r, err := Open(context.Background(), source, Options{Table: "users"})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if _, err := db.Exec("UPDATE users SET password_hash = 'after'; " +
		"DELETE FROM users WHERE account_id > 10"); err != nil {
		t.Fatal(err)
	}
	changed := 0
	rows, err := drain(r, func(a *Account) {
		if a.PasswordHash != "before" {
			changed++
		}
	})
	if err != io.EOF || rows != 5000 || changed > 0 {
		t.Errorf("%d rows, %d changed, %v", rows, changed, err)
	}
}

func TestSQLite_cancelled(t *testing.T) {
	t.Parallel()
	source, _ := sqliteFile(t, "CREATE TABLE users(account_id, email, password_hash); "+
		"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i < 5000) "+
		"INSERT INTO users SELECT i, 'u'||i||'@example.com', 'h' FROM n")
	ctx, cancel := context.WithCancel(context.Background())
	r, err := Open(ctx, source, Options{Table: "users"})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	cancel()
	if rows, err := drain(r, nil); !errors.Is(err, context.Canceled) || rows > 1024 {
		t.Errorf("after %d rows: %v", rows, err)
	}
}
