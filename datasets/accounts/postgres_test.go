package accounts

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	databases "github.com/credsieve/credsieve/datasets/accounts/internal/database"
	"github.com/credsieve/credsieve/datasets/dbtest"
)

// TestPostgres has the environment and the heap for itself: it does not run beside other tests.
func TestPostgres(t *testing.T) {
	s := dbtest.Postgres(t, "UTF8")
	source := "postgres://app@/postgres?host=" + url.QueryEscape(s.Dir)
	s.SQL(t, "CREATE EXTENSION citext; CREATE TYPE rank AS ENUM ('user', 'staff', 'admin'); "+
		"CREATE DOMAIN state AS varchar(20); "+
		// Settings that a role may have and that would spoil what is read.
		"CREATE ROLE app LOGIN SUPERUSER; "+
		"ALTER ROLE app SET TimeZone = 'America/New_York'; "+
		"ALTER ROLE app SET DateStyle = 'German'; "+
		"ALTER ROLE app SET bytea_output = 'escape'; "+
		"ALTER ROLE app SET client_encoding = 'LATIN1'; "+
		"ALTER ROLE app SET statement_timeout = '500ms';")
	t.Run("kinds", func(t *testing.T) { postgresKinds(t, s, source) })
	t.Run("tables", func(t *testing.T) { postgresTables(t, s, source) })
	t.Run("logins", func(t *testing.T) { postgresLogins(t, source) })
	s.SQL(t, "CREATE TABLE users(id bigint PRIMARY KEY, email citext, "+
		"username text, password_hash bytea, password_changed_at timestamptz, identifiers jsonb);"+
		fmt.Sprintf("INSERT INTO users SELECT i, 'User'||i||'@example.com', 'before', "+
			"convert_to('$2b$10$'||md5(i::text), 'UTF8'), now(), jsonb_build_array('u'||i, '+49'||i) "+
			"FROM generate_series(1, %d) i;", manyRows()))
	const ours = " FROM pg_stat_activity WHERE application_name = 'credsieve' AND state = 'active';"
	runBigTable(t, bigTable{
		source:   source,
		opts:     Options{Table: "users", Map: map[string]string{"account_id": "id"}},
		sql:      s.SQL,
		sessions: "SELECT count(*)" + ours,
		kill:     "SELECT pg_terminate_backend(pid)" + ours,
	})
}

func postgresKinds(t *testing.T, s *dbtest.Server, source string) {
	s.SQL(t, "CREATE TABLE kinds(id uuid, mail citext, name varchar(60), fixed char(70), "+
		"hash bytea, changed timestamptz, active timestamp, day date, mfa boolean, bait bit(1), "+
		"rank rank, state state, js json, jsb jsonb, list text[], mails citext[], place point, "+
		"lower_mail text GENERATED ALWAYS AS (lower(name)) STORED); "+
		"INSERT INTO kinds VALUES ('0a0b0c0d-0000-4000-8000-000000000001', 'Alice@Example.com', "+
		"'ZOE', '$2b$"+secret+"', '$2b$"+secret+"', '2024-01-02 03:04:05.5+02', "+
		"'2024-01-02 03:04:05', '2024-01-02', true, b'1', 'staff', 'locked', '[\"x\", 5]', "+
		"'[\"bob\", \"+4930\", null]', array['bob', 'a b', NULL, 'q\"\\,{}'], "+
		"array['X@example.com']::citext[], '(1,2)')")
	runKinds(t, source, databases.QuoteName, []kindTest{
		{"account_id", "id", "0a0b0c0d-0000-4000-8000-000000000001", ""},
		{"account_id", "9223372036854775807", "9223372036854775807", ""},
		{"account_id", "12345678901234567890123::numeric", "12345678901234567890123", ""},
		{"account_id", "1.5::float8", "", `column "account_id" has type float8`},
		{"account_id", "NULL", "", `column "account_id" is empty`},
		{"account_id", "changed", "", `column "account_id" is a time`},
		{"account_id", "place", "", `column "account_id" has type point`},
		{"email", "mail", "Alice@Example.com", ""},
		{"email", "lower_mail", "zoe", ""},
		{"email", "NULL::text", "", ""},
		{"username", "name", "ZOE", ""},
		{"username", "js", "x 5", ""},
		{"username", "repeat('x', 17000000)", "", "row 1: the row is larger than 16 MiB"},
		{"username", "(SELECT 'slow' FROM pg_sleep(0.7))", "slow", ""},
		{"username", "to_jsonb(name)", "ZOE", ""},
		{"username", "'Zoë'", "Zoë", ""},
		{"username", "jsonb_build_object('a', '" + secret + "')", "", "is an object"},
		{"password_hash", "fixed", "$2b$" + secret, ""},
		{"password_hash", "hash", "$2b$" + secret, ""},
		{"password_hash", `'\x00ff'::bytea`, "", `column "password_hash" holds binary data`},
		{"password_hash", "NULL::bytea", "", ""},
		{"password_hash", "list", "", `column "password_hash" is a list`},
		{"identifiers", "js", "x 5", ""},
		{"identifiers", "jsb", "bob +4930", ""},
		{"identifiers", "list", `bob a b q"\,{}`, ""},
		{"identifiers", "mails", "X@example.com", ""},
		{"identifiers", "'{}'::text[]", "", ""},
		{"identifiers", "'{{a},{b}}'::text[]", "", "list of lists"},
		{"identifiers", "array[hash]", "", "has type _bytea"},
		{"identifiers", `'["u1"]'::text`, "u1", ""},
		{"identifiers", "'u1 u2'::text", "u1 u2", ""},
		{"password_changed_at", "changed", "2024-01-02T01:04:05.5Z", ""},
		{"password_changed_at", "active", "2024-01-02T03:04:05Z", ""},
		{"password_changed_at", "day", "2024-01-02T00:00:00Z", ""},
		{"password_changed_at", "1700000000", "2023-11-14T22:13:20Z", ""},
		{"password_changed_at", "extract(epoch from changed)::bigint", "2024-01-02T01:04:06Z", ""},
		{"password_changed_at", "'epoch'::timestamptz", unknownTime, ""},
		{"password_changed_at", "NULL::timestamptz", unknownTime, ""},
		{"password_changed_at", "'-infinity'::timestamptz", "", "is not a date and time"},
		{"password_changed_at", "'0044-03-15 BC'::date", "", "is not a date and time"},
		{"password_changed_at", "'2024-01-02 03:04:05'::text", "2024-01-02T03:04:05Z", ""},
		{"last_active_at", "'" + secret + "'::text", "", "neither an RFC 3339"},
		{"mfa_enabled", "mfa", "1", ""},
		{"mfa_enabled", "NOT mfa", "2", ""},
		{"mfa_enabled", "NULL::boolean", "0", ""},
		{"canary", "bait", "true", ""},
		{"privilege", "rank", "staff", ""},
		{"status", "state", "locked", ""},
	})
}

func postgresTables(t *testing.T, s *dbtest.Server, source string) {
	s.SQL(t, "CREATE SCHEMA crm; CREATE TABLE crm.people(account_id int, email text, "+
		"password_hash text, note text); INSERT INTO crm.people VALUES (1, 'a@example.com', 'h', ''), "+
		"(2, 'b@example.com', 'h', ''); "+
		"CREATE SCHEMA \"a\"\"b\"; CREATE TABLE \"a\"\"b\".\"c\"\"d`e\"(\"the id; --\" int, "+
		"\"e\"\"mail\" text, \"pass`hash\" text); "+
		"INSERT INTO \"a\"\"b\".\"c\"\"d`e\" VALUES (7, 'a@example.com', 'h'); "+
		"CREATE ROLE reader LOGIN; GRANT USAGE ON SCHEMA crm TO reader; "+
		"GRANT SELECT (account_id, email, password_hash) ON crm.people TO reader; "+
		"CREATE TABLE tenants(account_id int, email text, password_hash text); "+
		"ALTER TABLE tenants ENABLE ROW LEVEL SECURITY; GRANT SELECT ON tenants TO reader; "+
		"CREATE TABLE pw(account_id int, email text, pass_hash text);")
	runStrangeNames(t, source, "\"a\"\"b\".\"c\"\"d`e\"")
	reader := strings.Replace(source, "app@", "reader@", 1)
	for _, opts := range []Options{
		{Table: "crm.people"}, // the role has a right to three of the columns
		{Query: "SELECT account_id, email, password_hash FROM crm.people;"},
		{Query: "WITH p AS (TABLE crm.people) SELECT * FROM p -- all"},
	} {
		from := source
		if opts.Table != "" {
			from = reader
		}
		got, err := readAll(from, opts)
		if err != nil || strings.Join(ids(got), " ") != "1 2" {
			t.Errorf("%+v: %+v, %v", opts, got, err)
		}
	}
	query := func(text string) Options { return Options{Query: text} }
	wantNoRows(t, source, query("SELECT account_id, email, password_hash FROM crm.people WHERE false"))
	wantRefused(t, source, Options{Table: "people"}, `there is no table "people"`, "")
	wantRefused(t, source, Options{Table: "pw"}, `no column "password_hash"; did you mean "pass_hash"?`,
		"--map password_hash=pass_hash")
	wantRefused(t, reader, query("SELECT * FROM crm.people"), "permission denied for table people", "")
	wantRefused(t, reader, Options{Table: "tenants"}, "row-level security", "BYPASSRLS")
	wantRefused(t, source, query("SELECT * FROM nowhere"), `relation "nowhere" does not exist`, "")
	wantRefused(t, source, query("SELECT 1 AS account_id, 'a@example.com' AS email, "+
		"(fixed::int)::text AS password_hash FROM kinds"), "row 1: the database reports SQLSTATE 22P02",
		"may quote a row")
	const change = "UPDATE crm.people SET note = 'x' "
	const columns = "account_id, email, password_hash"
	wantRefused(t, source, query(change+"RETURNING "+columns), "only reading is allowed", "")
	wantRefused(t, source, query("WITH x AS ("+change+"RETURNING "+columns+") SELECT * FROM x"),
		"only reading is allowed", "")
	wantRefused(t, source, query("SELECT "+columns+" FROM crm.people; "+change), "multiple commands", "")
	wantRefused(t, source, query(change), "returns no columns", "")
	wantRefused(t, source, query("SELECT * FROM crm.people WHERE account_id = $1"),
		"parameter such as $1", "")
	wantRefused(t, source, query("SELECT set_config('transaction_read_only', 'off', false) "+
		"AS account_id, 'a@example.com' AS email, '' AS password_hash"), "SQLSTATE 25001", "")
	if left := s.SQL(t, "SELECT count(*) FROM crm.people WHERE note = ''"); left != "2" {
		t.Errorf("%s rows are as they were", left)
	}
}

func postgresLogins(t *testing.T, source string) {
	opts := Options{Query: "SELECT 1"}
	wantRefused(t, strings.Replace(source, "app@", "nobody@", 1), opts,
		`role "nobody" does not exist`, "")
	wantRefused(t, "postgres://u@127.0.0.1:1/d?sslmode="+secret, opts, "settings of the connection", "")
	wantRefused(t, "postgres://u@127.0.0.1:1/d", opts, "connection refused", "")

	// A server that wants a password gets the one of the environment or of a file, and the error says
	// neither. The server is a listener that reads what it is sent.
	file := writeFile(t, "pass", []byte("*:*:*:*:"+secret+"-file\n"))
	if err := os.Chmod(file, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, set := range map[string][2]string{
		"PGPASSWORD": {"PGPASSWORD", secret + "-env"}, "PGPASSFILE": {"PGPASSFILE", file},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv(set[0], set[1])
			sent := make(chan string, 1)
			address := passwordCollector(t, sent)
			wantRefused(t, "postgres://u@"+address+"/d?sslmode=disable", opts, "failed to connect", "")
			want := secret + "-" + map[string]string{"PGPASSWORD": "env", "PGPASSFILE": "file"}[name]
			if got := <-sent; got != want {
				t.Errorf("the server was sent %q", got)
			}
		})
	}
}

// passwordCollector speaks just enough of PostgreSQL to be sent a password in the clear.
func passwordCollector(t *testing.T, sent chan<- string) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		defer close(sent)
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		buffer := make([]byte, 4<<10)
		if _, err := conn.Read(buffer); err != nil { // the start of the session
			return
		}
		if _, err := conn.Write([]byte("R\x00\x00\x00\x08\x00\x00\x00\x03")); err != nil {
			return
		}
		n, err := conn.Read(buffer)
		if err != nil || n < 6 {
			return
		}
		sent <- strings.TrimRight(string(buffer[5:n]), "\x00")
	}()
	return listener.Addr().String()
}

// TestPostgres_stalled connects to a server that never answers.
func TestPostgres_stalled(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	start := time.Now()
	source := "postgres://u@" + listener.Addr().String() + "/d?sslmode=disable&connect_timeout=1"
	wantRefused(t, source, Options{Table: "users"}, "timeout", "")
	ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
	defer cancel()
	if _, err := Open(ctx, strings.Replace(source, "timeout=1", "timeout=60", 1),
		Options{Table: "users"}); err == nil {
		t.Error("no error from a server that does not answer")
	}
	if took := time.Since(start); took > 10*time.Second {
		t.Errorf("it took %v", took)
	}
}
