package dump

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
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
	got := read(t, text, Options{})
	got.wantReport(t, StatusRead, "sql", "")
	want := slices.Concat(tables...)
	if len(got.records) != len(want) || len(got.rejects) > 0 {
		t.Fatalf("%d records and rejects %+v of %d accounts:\n%.3000s",
			len(got.records), got.rejects, len(want), text)
	}
	came := map[string]bool{} // a table has no order
	for _, first := range got.firstCuts() {
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

// server is a program that runs while its test does, as a user of the database.
type server struct {
	account string // empty: the one of the test
	dir     string // which that account owns
}

func newServer(t *testing.T, account string) server {
	t.Helper()
	dir, err := os.MkdirTemp("", "sql")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	s := server{dir: dir}
	if os.Getuid() == 0 {
		s.account = account
		owner, err := user.Lookup(account)
		if err != nil {
			t.Skipf("there is no account %q to run the database as", account)
		}
		uid, _ := strconv.Atoi(owner.Uid)
		gid, _ := strconv.Atoi(owner.Gid)
		if err := os.Chown(dir, uid, gid); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func (s server) command(t *testing.T, args ...string) *exec.Cmd {
	if s.account != "" {
		args = append([]string{"runuser", "-u", s.account, "--"}, args...)
	}
	cmd := exec.CommandContext(t.Context(), args[0], args[1:]...)
	cmd.Dir = s.dir
	return cmd
}

// run returns what a program prints.
func (s server) run(t *testing.T, input string, args ...string) []byte {
	t.Helper()
	cmd := s.command(t, args...)
	cmd.Stdin = strings.NewReader(input)
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%q: %v: %.2000s", args, err, complaint.Bytes())
	}
	return out
}

// program finds a program, or skips the test.
func program(t *testing.T, name, path string) string {
	t.Helper()
	if found, err := exec.LookPath(name); err == nil {
		return found
	}
	if found, _ := filepath.Glob(path); len(found) > 0 {
		return found[len(found)-1]
	}
	t.Skipf("the program %s is not installed", name)
	return ""
}

func TestSQL_real_sqlite(t *testing.T) {
	sqlite := program(t, "sqlite3", "")
	texts, blobs := realPairs(t, 1, false), realPairs(t, 0, false)
	s := server{dir: t.TempDir()}
	s.run(t, "CREATE TABLE a(id integer primary key, email text, password text);\n"+
		"CREATE TABLE b(id integer primary key, \"email\" text, password blob);\nBEGIN;\n"+
		inserts("a", texts, "CAST(X'%s' AS TEXT)")+inserts("b", blobs, "X'%s'")+"COMMIT;\n",
		sqlite, "x.db")
	wantPairs(t, s.run(t, "", sqlite, "x.db", ".dump"), texts, blobs)
}

func TestSQL_real_postgres(t *testing.T) {
	const installed = "/usr/lib/postgresql/*/bin/"
	psql, dump := program(t, "psql", installed+"psql"), program(t, "pg_dump", installed+"pg_dump")
	control := program(t, "pg_ctl", installed+"pg_ctl")
	initialise := program(t, "initdb", installed+"initdb")
	s := newServer(t, "postgres")
	data := filepath.Join(s.dir, "data")
	s.run(t, "", initialise, "-D", data, "-E", "SQL_ASCII", "--locale=C", "-A", "trust", "-N")
	s.run(t, "", control, "-D", data, "-w", "-l", filepath.Join(s.dir, "log"), "-o",
		"-c listen_addresses='' -c unix_socket_directories="+s.dir, "start")
	t.Cleanup(func() {
		args := []string{control, "-D", data, "-m", "immediate", "stop"}
		if s.account != "" {
			args = append([]string{"runuser", "-u", s.account, "--"}, args...)
		}
		if out, err := exec.Command(args[0], args[1:]...).CombinedOutput(); err != nil {
			t.Errorf("failed to stop PostgreSQL: %v: %s", err, out)
		}
	})
	texts, bytes := realPairs(t, 1, false), realPairs(t, 0, false)
	s.run(t, "CREATE TABLE a(id int, email text, password text);\n"+
		"CREATE TABLE b(id int, \"email\" text, password bytea);\nBEGIN;\n"+
		inserts("a", texts, `convert_from('\x%s', 'SQL_ASCII')`)+inserts("b", bytes, `'\x%s'`)+
		"COMMIT;\n", psql, "-h", s.dir, "-q", "-v", "ON_ERROR_STOP=1", "postgres")
	for _, options := range [][]string{
		{}, {"--inserts"}, {"--column-inserts"}, {"--inserts", "--rows-per-insert=7"},
	} {
		t.Run("pg_dump"+strings.Join(options, ""), func(t *testing.T) {
			args := append([]string{dump, "-h", s.dir}, options...)
			wantPairs(t, s.run(t, "", append(args, "postgres")...), texts, bytes)
		})
	}
}

func TestSQL_real_mariadb(t *testing.T) {
	daemon := program(t, "mariadbd", "/usr/sbin/mariadbd")
	client, dump := program(t, "mariadb", ""), program(t, "mariadb-dump", "")
	install := program(t, "mariadb-install-db", "")
	s := newServer(t, "mysql")
	data, socket := filepath.Join(s.dir, "data"), filepath.Join(s.dir, "s")
	s.run(t, "", install, "--no-defaults", "--datadir="+data,
		"--auth-root-authentication-method=normal", "--skip-test-db")
	running := s.command(t, daemon, "--no-defaults", "--datadir="+data, "--socket="+socket,
		"--skip-networking", "--pid-file="+filepath.Join(s.dir, "pid"))
	if err := running.Start(); err != nil {
		t.Fatal(err)
	}
	at := []string{"--no-defaults", "--user=root", "--socket=" + socket}
	t.Cleanup(func() {
		stop := exec.Command("mariadb-admin", append(at, "shutdown")...)
		if out, err := stop.CombinedOutput(); err != nil {
			t.Errorf("failed to stop MariaDB: %v: %s", err, out)
		}
		running.Wait() // of runuser: it was asked to end
	})
	for range 300 {
		if _, err := os.Stat(socket); err == nil {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	binary, texts := realPairs(t, 0, false), realPairs(t, 1, true)
	s.run(t, "CREATE DATABASE d; USE d; SET NAMES utf8mb4;\n"+
		"CREATE TABLE a(id int, email varchar(99), password varbinary(999), KEY (id));\n"+
		"CREATE TABLE b(id int, `email` varchar(99), password varchar(999)) CHARSET utf8mb4;\n"+
		inserts("a", binary, "0x%s")+inserts("b", texts, "CONVERT(0x%s USING utf8mb4)"),
		append([]string{client}, at...)...)
	for _, options := range [][]string{
		{}, {"--hex-blob"}, {"--complete-insert"}, {"--skip-extended-insert"},
		{"--compatible=ansi", "--default-character-set=utf8mb4"}, {"--skip-opt", "--insert-ignore"},
		{"--replace", "--compact"},
	} {
		t.Run("mariadb-dump"+strings.Join(options, ""), func(t *testing.T) {
			args := slices.Concat([]string{dump}, at, options, []string{"d"})
			wantPairs(t, s.run(t, "", args...), binary, texts)
		})
	}
}
