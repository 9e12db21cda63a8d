package accounts

import (
	"fmt"
	"net"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/credsieve/credsieve/datasets/dbtest"
)

func backticks(name string) string { return "`" + strings.ReplaceAll(name, "`", "``") + "`" }

// TestMariaDB has the environment and the heap for itself: it does not run beside other tests.
func TestMariaDB(t *testing.T) {
	s := dbtest.MariaDB(t)
	source := "mysql://app@/d?socket=" + url.QueryEscape(s.Socket())
	s.SQL(t, "CREATE DATABASE d CHARACTER SET utf8mb4; CREATE USER app; GRANT ALL ON *.* TO app; "+
		"CREATE USER reader IDENTIFIED BY '"+secret+"'; "+
		// Settings that a server may have and that would spoil what is read.
		"SET GLOBAL time_zone = '-05:00', sql_select_limit = 1, max_statement_time = 0.5, "+
		"group_concat_max_len = 8, "+
		"sql_mode = 'PAD_CHAR_TO_FULL_LENGTH,ANSI_QUOTES,ALLOW_INVALID_DATES';")
	t.Run("kinds", func(t *testing.T) { mariaKinds(t, s, source) })
	t.Run("tables", func(t *testing.T) { mariaTables(t, s, source) })
	t.Run("logins", func(t *testing.T) { mariaLogins(t, s) })
	t.Run("cut", func(t *testing.T) { mariaCut(t, s) })
	const ours = " FROM information_schema.processlist WHERE user = 'app'"
	// Only our own connections come as app; any that is left runs a query.
	s.SQL(t, "SET max_statement_time = 0; USE d; "+
		"CREATE TABLE users(id bigint unsigned PRIMARY KEY, email varchar(255), username varchar(64), "+
		"password_hash varbinary(255), password_changed_at timestamp, identifiers json);"+
		fmt.Sprintf("INSERT INTO users SELECT seq, concat('User', seq, '@example.com'), 'before', "+
			"concat('$2b$10$', md5(seq)), now(), json_array(concat('u', seq), concat('+49', seq)) "+
			"FROM seq_1_to_%d;", manyRows()))
	runBigTable(t, bigTable{
		source: source,
		opts:   Options{Table: "users", Map: map[string]string{"account_id": "id"}},
		sql: func(t testing.TB, text string) string {
			return s.SQL(t, "SET max_statement_time = 0, sql_select_limit = DEFAULT; USE d; "+text)
		},
		sessions: "SELECT count(*)" + ours,
		kill:     "SET @kill = (SELECT concat('KILL ', id)" + ours + "); EXECUTE IMMEDIATE @kill;",
	})
}

func mariaKinds(t *testing.T, s *dbtest.Server, source string) {
	s.SQL(t, "SET sql_mode = '', time_zone = '+00:00', max_statement_time = 0; USE d; "+
		"CREATE TABLE kinds(id bigint unsigned, `uuid` uuid, raw_id binary(16), name varchar(60), "+
		"fixed char(70), hash varbinary(99), blobby blob, filled binary(70), changed timestamp(3), "+
		"active datetime, day date, none datetime, part date, mfa tinyint(1), bait bit(1), wide bit(9), "+
		"rank_ enum('user','staff','admin'), sets set('a','b'), js json, place point, real_ double, "+
		"lower_mail varchar(60) AS (lower(name)) VIRTUAL); "+
		"INSERT INTO kinds(id, `uuid`, raw_id, name, fixed, hash, blobby, filled, changed, active, day, "+
		"none, part, mfa, bait, wide, rank_, sets, js, place, real_) VALUES (18446744073709551615, "+
		"'0a0b0c0d-0000-4000-8000-000000000001', unhex('00ff'), 'ZOE', '$2b$"+secret+"', '$2b$"+secret+
		"', '$2b$"+secret+"', '$2b$"+secret+"', '2024-01-02 01:04:05.5', '2024-01-02 03:04:05', "+
		"'2024-01-02', '0000-00-00', '2024-00-00', 1, b'1', b'100000001', 'staff', 'a,b', "+
		"'[\"bob\", \"+4930\", null]', point(1, 2), 1.5)")
	runKinds(t, source, backticks, []kindTest{
		{"account_id", "id", "18446744073709551615", ""},
		{"account_id", "`uuid`", "0a0b0c0d-0000-4000-8000-000000000001", ""},
		{"account_id", "raw_id", "", `column "account_id" holds binary data`},
		{"account_id", "hex(raw_id)", "00FF0000000000000000000000000000", ""},
		{"account_id", "real_", "", `column "account_id" has type DOUBLE`},
		{"account_id", "NULL", "", `column "account_id" is empty`},
		{"account_id", "wide", "257", ""},
		{"account_id", "place", "", `column "account_id" has type GEOMETRY`},
		{"account_id", "changed", "", `column "account_id" is a time`},
		{"email", "lower_mail", "zoe", ""},
		{"email", "NULL", "", ""},
		{"username", "name", "ZOE", ""},
		{"username", "if(sleep(0.7), 'ended', 'slow')", "slow", ""},
		{"username", "'Zoë'", "Zoë", ""},
		{"username", "_latin1 0x5a6feb", "Zoë", ""},
		{"password_hash", "fixed", "$2b$" + secret, ""},
		{"password_hash", "hash", "$2b$" + secret, ""},
		{"password_hash", "blobby", "$2b$" + secret, ""},
		{"password_hash", "filled", "$2b$" + secret, ""},
		{"password_hash", "NULL", "", ""},
		{"identifiers", "js", "bob +4930", ""},
		{"identifiers", "name", "ZOE", ""},
		{"identifiers", "'[" + secret + "'", "", `column "identifiers" is not valid JSON`},
		{"identifiers", "'[[1]]'", "", "is a list of something other than text"},
		{"identifiers", "(SELECT group_concat(n SEPARATOR ' ') FROM (SELECT 'first' n " +
			"UNION ALL SELECT 'second') x)", "first second", ""},
		{"password_changed_at", "changed", "2024-01-02T01:04:05.5Z", ""},
		{"password_changed_at", "active", "2024-01-02T03:04:05Z", ""},
		{"password_changed_at", "day", "2024-01-02T00:00:00Z", ""},
		{"password_changed_at", "none", unknownTime, ""},
		{"password_changed_at", "part", "", "is not a date and time"},
		{"password_changed_at", "NULL", unknownTime, ""},
		{"password_changed_at", "unix_timestamp(day)", "2024-01-02T00:00:00Z", ""},
		{"last_active_at", "hash", "", "neither an RFC 3339"},
		{"mfa_enabled", "mfa", "1", ""},
		{"mfa_enabled", "mfa = 0", "2", ""},
		{"mfa_enabled", "NULL", "0", ""},
		{"canary", "bait", "true", ""},
		{"canary", "bait + 0", "true", ""},
		{"privilege", "rank_", "staff", ""},
		{"privilege", "sets", "", "is not one of user, staff, admin"},
	})
}

func mariaTables(t *testing.T, s *dbtest.Server, source string) {
	const row = "SELECT 1 AS account_id, 'a@example.com' AS email, 'h' AS password_hash"
	s.SQL(t, "SET sql_mode = '', max_statement_time = 0; CREATE DATABASE crm; "+
		"CREATE TABLE crm.people(account_id int, email text, password_hash text, note text); "+
		"INSERT INTO crm.people VALUES (1, 'a@example.com', 'h', ''), (2, 'b@example.com', 'h', ''); "+
		"CREATE DATABASE `a\"b`; CREATE TABLE `a\"b`.`c\"d``e`(`the id; --` int, "+
		"`e\"mail` text, `pass``hash` text); INSERT INTO `a\"b`.`c\"d``e` VALUES (7, 'a@example.com', 'h'); "+
		"GRANT SELECT (account_id, email, password_hash) ON crm.people TO reader; "+
		"CREATE VIEW d.view AS SELECT * FROM crm.people; "+
		"CREATE TABLE d.pw(account_id int, email text, pass_hash text);\nDELIMITER //\n"+
		"CREATE PROCEDURE crm.one() BEGIN "+row+"; END//\n"+
		"CREATE PROCEDURE crm.two() BEGIN "+row+"; "+row+"; END//\n")
	runStrangeNames(t, source, "\"a\"\"b\".\"c\"\"d`e\"")
	reader := strings.Replace(strings.Replace(source, "/d?", "/crm?", 1), "app@", "reader@", 1)
	t.Setenv("MYSQL_PWD", secret)
	for _, tt := range []struct {
		source string
		opts   Options
	}{
		{reader, Options{Table: "people"}}, // the user has a right to three of the columns
		{source, Options{Table: "view"}},
		{source, Options{Query: "SELECT account_id, email, password_hash FROM crm.people;"}},
	} {
		if tt.source == source {
			t.Setenv("MYSQL_PWD", "")
		}
		got, err := readAll(tt.source, tt.opts)
		if err != nil || strings.Join(ids(got), " ") != "1 2" {
			t.Errorf("%+v: %+v, %v", tt.opts, got, err)
		}
	}
	query := func(text string) Options { return Options{Query: text} }
	wantNoRows(t, source, query("SELECT account_id, email, password_hash FROM crm.people WHERE false"))
	wantRefused(t, source, Options{Table: "people"}, "Table 'd.people' doesn't exist", "")
	wantRefused(t, source, Options{Table: "pw"}, `no column "password_hash"; did you mean "pass_hash"?`,
		"--map password_hash=pass_hash")
	wantRefused(t, source, query("SELECT * FROM nowhere"), "'d.nowhere' doesn't exist", "")
	wantRefused(t, source, query("SELECT json_value("), "error in your SQL syntax", "")
	wantRefused(t, source, query("SELECT 1 AS account_id, 'a@example.com' AS email, "+
		"cast(exp(id) AS char) AS password_hash FROM kinds"), "the database reports MySQL error 1690", "may quote a row")
	const change = "UPDATE crm.people SET note = 'x'"
	for _, text := range []string{change, "DELETE FROM crm.people RETURNING account_id",
		"DROP TABLE crm.people", "INSERT INTO crm.people VALUES (3, '', '', '') RETURNING account_id"} {
		wantRefused(t, source, query(text), "only reading is allowed", "")
	}
	wantRefused(t, source, query("SELECT 1; "+change), "error in your SQL syntax", "")
	wantRefused(t, source, query("CALL crm.two()"), "more than one result", "")
	if got, err := readAll(source, query("CALL crm.one()")); err != nil || len(got) != 1 {
		t.Errorf("a procedure gave %d rows, %v", len(got), err)
	}
	wantRefused(t, source, query("SET @x = 1"), "returns no columns", "")
	if left := s.SQL(t, "SELECT count(*) FROM crm.people WHERE note = ''"); left != "2" {
		t.Errorf("%s rows are as they were", left)
	}
}

func mariaLogins(t *testing.T, s *dbtest.Server) {
	socket := "?socket=" + url.QueryEscape(s.Socket())
	opts := Options{Table: "crm.people"}
	options := writeFile(t, "my.cnf", []byte("# ours\n[mysqld]\npassword = wrong\n[client]\n"+
		"user=reader\npassword = '"+secret+"'\n[mysql]\npassword=wrong\n"))
	for _, tt := range []struct{ source, password, want string }{
		{"mysql://reader@/" + socket, secret, ""},
		{"mysql://reader@/" + socket, "", "Access denied for user 'reader'"},
		{"mysql://reader@/" + socket, secret + "x", "Access denied for user 'reader'"},
		{"mysql:///" + socket + "&defaults-file=" + options, "", ""},
		{"mysql:///" + socket + "&defaults-file=" + options, "wrong", ""},
		{"mysql:///" + socket, secret, "names no user"},
		{"mysql://reader@/" + socket + "&defaults-file=no/such.cnf", "", "no such file"},
		{"mysql://reader@/" + socket + "&parseTime=true", "", `parameter "parseTime"`},
		{"mysql://reader@/" + socket + "&tls=maybe", "", "tls in the URL is one of"},
		{"mysql://reader@127.0.0.1:1/d", secret, "connection refused"},
	} {
		t.Setenv("MYSQL_PWD", tt.password)
		if tt.want != "" {
			wantRefused(t, tt.source, opts, tt.want, "")
			continue
		}
		if rows, err := readAll(tt.source, opts); err != nil || len(rows) != 2 {
			t.Errorf("%s: %d rows, %v", tt.source, len(rows), err)
		}
	}
}

// mariaCut breaks a connection between the packets of a result: a proxy passes on so many bytes and
// then closes, as a network does, without a word of the server.
func mariaCut(t *testing.T, s *dbtest.Server) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			go cutProxy(client, s.Socket(), 100_000)
		}
	}()
	source := "mysql://app@" + listener.Addr().String() + "/d"
	rows, err := readAll(source, Options{Query: "SELECT seq AS account_id, 'a@example.com' AS email, " +
		"'h' AS password_hash FROM seq_1_to_20000"})
	if err == nil || !strings.Contains(err.Error(), "connection to the database was lost") ||
		len(rows) == 0 || len(rows) >= 20000 {
		t.Errorf("%d rows, %v", len(rows), err)
	}
}

func cutProxy(client net.Conn, socket string, limit int) {
	defer client.Close()
	server, err := net.DialTimeout("unix", socket, 5*time.Second)
	if err != nil {
		return
	}
	defer server.Close()
	go func() {
		buffer := make([]byte, 4096)
		for {
			n, err := client.Read(buffer)
			if err != nil {
				return
			}
			if _, err := server.Write(buffer[:n]); err != nil {
				return
			}
		}
	}()
	buffer := make([]byte, 4096)
	for limit > 0 {
		n, err := server.Read(buffer[:min(limit, len(buffer))])
		if err != nil {
			return
		}
		if _, err := client.Write(buffer[:n]); err != nil {
			return
		}
		limit -= n
	}
}
