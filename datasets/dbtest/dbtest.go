// Package dbtest starts real databases for tests: PostgreSQL and MariaDB from the packages of
// Debian, each in a folder of its own, reached by a Unix socket only, gone when the test ends.
// Where a program is missing the test is skipped.
package dbtest

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Server is a program that runs while its test does, as a user of the database.
type Server struct {
	Dir     string // which the user owns
	account string // empty: the one of the test
	client  []string
}

// Program finds a program, or skips the test. The pattern names places outside of PATH.
func Program(t testing.TB, name, pattern string) string {
	t.Helper()
	if found, err := exec.LookPath(name); err == nil {
		return found
	}
	if found, _ := filepath.Glob(pattern); len(found) > 0 {
		return found[len(found)-1]
	}
	t.Skipf("the program %s is not installed", name)
	return ""
}

func newServer(t testing.TB, account string) *Server {
	t.Helper()
	// Not t.TempDir: the path of a socket must be short, and another user must get there.
	dir, err := os.MkdirTemp("", "sql")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	s := &Server{Dir: dir}
	if os.Getuid() == 0 { // neither server runs as root
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

// command does not end with the test's context: servers are stopped in order by their clean-up.
func (s *Server) command(args ...string) *exec.Cmd {
	if s.account != "" {
		args = append([]string{"runuser", "-u", s.account, "--"}, args...)
	}
	cmd := exec.CommandContext(context.Background(), args[0], args[1:]...)
	cmd.Dir = s.Dir
	return cmd
}

// Run returns what a program prints, which is run as the user of the database.
func (s *Server) Run(t testing.TB, input string, args ...string) []byte {
	t.Helper()
	cmd := s.command(args...)
	cmd.Stdin = strings.NewReader(input)
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%q: %v: %.2000s", args, err, complaint.Bytes())
	}
	return out
}

// SQL runs statements as the database's administrator and returns what they print, bare.
func (s *Server) SQL(t testing.TB, statements string) string {
	t.Helper()
	return strings.TrimSpace(string(s.Run(t, statements, s.client...)))
}

const postgresPrograms = "/usr/lib/postgresql/*/bin/"

// Postgres starts a PostgreSQL server with a database "postgres" in the given encoding. Its socket
// lies in Dir; everybody is let in as any user.
func Postgres(t testing.TB, encoding string) *Server {
	t.Helper()
	initialise := Program(t, "initdb", postgresPrograms+"initdb")
	control := Program(t, "pg_ctl", postgresPrograms+"pg_ctl")
	psql := Program(t, "psql", postgresPrograms+"psql")
	s := newServer(t, "postgres")
	data := filepath.Join(s.Dir, "data")
	s.client = []string{psql, "-h", s.Dir, "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1",
		"postgres"}
	s.Run(t, "", initialise, "-D", data, "-E", encoding, "--locale=C", "-A", "trust", "-N",
		"-U", "postgres")
	s.Run(t, "", control, "-D", data, "-w", "-l", filepath.Join(s.Dir, "log"), "-o",
		"-c listen_addresses='' -c fsync=off -c autovacuum=off -c full_page_writes=off "+
			"-c unix_socket_directories="+s.Dir, "start")
	t.Cleanup(func() {
		stop := s.command(control, "-D", data, "-m", "immediate", "stop")
		if out, err := stop.CombinedOutput(); err != nil {
			t.Errorf("failed to stop PostgreSQL: %v: %s", err, out)
		}
	})
	return s
}

// Socket is where MariaDB listens; PostgreSQL takes Dir instead.
func (s *Server) Socket() string { return filepath.Join(s.Dir, "s") }

// MariaDB starts a MariaDB server without databases. Its user root needs no password.
func MariaDB(t testing.TB) *Server {
	t.Helper()
	daemon := Program(t, "mariadbd", "/usr/sbin/mariadbd")
	client, admin := Program(t, "mariadb", ""), Program(t, "mariadb-admin", "")
	install := Program(t, "mariadb-install-db", "")
	s := newServer(t, "mysql")
	data := filepath.Join(s.Dir, "data")
	at := []string{"--no-defaults", "--user=root", "--socket=" + s.Socket()}
	s.client = append(append([]string{client}, at...), "--batch", "--skip-column-names")
	s.Run(t, "", install, "--no-defaults", "--datadir="+data,
		"--auth-root-authentication-method=normal", "--skip-test-db")
	running := s.command(daemon, "--no-defaults", "--datadir="+data, "--socket="+s.Socket(),
		"--skip-networking", "--pid-file="+filepath.Join(s.Dir, "pid"),
		"--innodb-flush-log-at-trx-commit=0", "--skip-innodb-doublewrite")
	if err := running.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		stop := exec.Command(admin, append(at, "shutdown")...)
		if out, err := stop.CombinedOutput(); err != nil {
			t.Errorf("failed to stop MariaDB: %v: %s", err, out)
			_ = running.Process.Kill() // it cannot be asked
		}
		_ = running.Wait() // its status says nothing more
	})
	for range 300 {
		if _, err := os.Stat(s.Socket()); err == nil {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	return s
}
