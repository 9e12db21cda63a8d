package sql_test

import (
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/credsieve/credsieve/datasets/dbtest"
	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/dump/internal/dumptest"
)

// The tests of this file let real databases hold made-up passwords and dump them. The passwords go
// in as hex, so that nothing but the dump has to be understood.

const realAccounts = 400

// realPairs are accounts with passwords of random bytes, from a least byte up; text of which is
// valid UTF-8 when unicode is set.
func realPairs(t *testing.T, least int, unicode bool) [][2]string {
	t.Helper()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 1))
	hard := []byte("'\"\\\n\r\t\b\f\v\x1a%_;,()$`N0nx")
	pairs := make([][2]string, realAccounts)
	for i := range pairs {
		var password []byte
		for range 1 + random.IntN(24) {
			switch b := byte(least + random.IntN(256-least)); {
			case random.IntN(2) == 0:
				password = append(password, hard[random.IntN(len(hard))])
			case unicode && b >= 0x80:
				password = append(password, string(rune(0x80+random.IntN(0x4000)))...)
			default:
				password = append(password, b)
			}
		}
		pairs[i] = [2]string{fmt.Sprintf("user%d@example.com", i), string(password)}
	}
	if least == 0 {
		pairs[0][1] = "nul\x00nul"
	}
	return pairs
}

// wantPairs checks that each pair is a record of the dump, and that nothing else is.
func wantPairs(t *testing.T, text []byte, tables ...[][2]string) {
	t.Helper()
	got := dumptest.Read(t, text, dump.Options{})
	got.WantReport(t, dump.StatusRead, "sql", "")
	want := slices.Concat(tables...)
	if len(got.Records) != len(want) || len(got.Rejects) > 0 {
		t.Fatalf("%d records and rejects %+v of %d accounts:\n%.3000s",
			len(got.Records), got.Rejects, len(want), text)
	}
	came := map[string]bool{} // a table has no order
	for _, first := range got.FirstCuts() {
		came[first] = true
	}
	unfound := 0
	for _, pair := range want {
		if came[pair[0]+"="+pair[1]] {
			continue
		}
		if unfound++; unfound < 5 {
			t.Errorf("%q did not come back", pair)
		}
	}
	if unfound > 0 {
		t.Errorf("%d of %d pairs were changed", unfound, len(want))
	}
}

// inserts is a statement that puts pairs into a table; value wraps the hex digits of a password.
func inserts(table string, pairs [][2]string, value string) string {
	var b strings.Builder
	for i, pair := range pairs {
		digits := hex.EncodeToString([]byte(pair[1]))
		fmt.Fprintf(&b, "INSERT INTO %s VALUES (%d, '%s', %s);\n", table, i, pair[0],
			fmt.Sprintf(value, digits))
	}
	return b.String()
}

func TestSQL_real_sqlite(t *testing.T) {
	t.Parallel()
	sqlite := dbtest.Program(t, "sqlite3", "")
	texts, blobs := realPairs(t, 1, false), realPairs(t, 0, false)
	s := dbtest.Server{Dir: t.TempDir()}
	s.Run(t, "CREATE TABLE a(id integer primary key, email text, password text);\n"+
		"CREATE TABLE b(id integer primary key, \"email\" text, password blob);\nBEGIN;\n"+
		inserts("a", texts, "CAST(X'%s' AS TEXT)")+inserts("b", blobs, "X'%s'")+"COMMIT;\n",
		sqlite, "x.db")
	wantPairs(t, s.Run(t, "", sqlite, "x.db", ".dump"), texts, blobs)
}

func TestSQL_real_postgres(t *testing.T) {
	t.Parallel()
	dump := dbtest.Program(t, "pg_dump", "/usr/lib/postgresql/*/bin/pg_dump")
	s := dbtest.Postgres(t, "SQL_ASCII")
	texts, bytes := realPairs(t, 1, false), realPairs(t, 0, false)
	s.SQL(t, "CREATE TABLE a(id int, email text, password text);\n"+
		"CREATE TABLE b(id int, \"email\" text, password bytea);\nBEGIN;\n"+
		inserts("a", texts, `convert_from('\x%s', 'SQL_ASCII')`)+inserts("b", bytes, `'\x%s'`)+
		"COMMIT;\n")
	for _, options := range [][]string{
		{}, {"--inserts"}, {"--column-inserts"}, {"--inserts", "--rows-per-insert=7"},
	} {
		t.Run("pg_dump"+strings.Join(options, ""), func(t *testing.T) {
			t.Parallel()
			args := append([]string{dump, "-h", s.Dir}, options...)
			wantPairs(t, s.Run(t, "", append(args, "postgres")...), texts, bytes)
		})
	}
}

func TestSQL_real_mariadb(t *testing.T) {
	t.Parallel()
	dump := dbtest.Program(t, "mariadb-dump", "")
	s := dbtest.MariaDB(t)
	binary, texts := realPairs(t, 0, false), realPairs(t, 1, true)
	s.SQL(t, "CREATE DATABASE d; USE d; SET NAMES utf8mb4;\n"+
		"CREATE TABLE a(id int, email varchar(99), password varbinary(999), KEY (id));\n"+
		"CREATE TABLE b(id int, `email` varchar(99), password varchar(999)) CHARSET utf8mb4;\n"+
		inserts("a", binary, "0x%s")+inserts("b", texts, "CONVERT(0x%s USING utf8mb4)"))
	for _, options := range [][]string{
		{}, {"--hex-blob"}, {"--complete-insert"}, {"--skip-extended-insert"},
		{"--compatible=ansi", "--default-character-set=utf8mb4"}, {"--skip-opt", "--insert-ignore"},
		{"--replace", "--compact"},
	} {
		t.Run("mariadb-dump"+strings.Join(options, ""), func(t *testing.T) {
			t.Parallel()
			args := slices.Concat([]string{dump, "--no-defaults", "--user=root",
				"--socket=" + s.Socket()}, options, []string{"d"})
			wantPairs(t, s.Run(t, "", args...), binary, texts)
		})
	}
}
