package accounts

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/dbtest"
)

// awkward are texts that users write about themselves, and that exports trip over.
var awkward = []string{
	"plain", `O'Neil "the" 1st`, "Doe, Jane; x|y", "line 1\nline 2, \"q\", and\nmore", "tab\there", `CORP\tom`, `ends in \`,
	`"Bob`, `Al"`, "\"", `a\"b`, "x\ny\tz,\"\\", "nul", "NULL", `\N`, "", "Zoë",
}

// awkwardColumns are those of the exports; only three of them are read.
var awkwardColumns = []string{"account_id", "nick", "email", "password_hash", "note"}

// awkwardRows has each text as nick, with another one as note.
func awkwardRows() (rows [][]string) {
	for i, text := range awkward {
		rows = append(rows, []string{fmt.Sprint("u", i), text, emailOf(i), hashOf(i), awkward[(i*7+3)%len(awkward)]})
	}
	return rows
}

// written checks what a program wrote of the awkward rows: each account is there with its own values or was rejected,
// and where the program can write them all, whole, none was.
func written(t *testing.T, file string, text []byte, whole bool, opts Options) {
	t.Helper()
	path := writeFile(t, file, text)
	all, err := readAll(path, opts)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	read, rejected := map[string]bool{}, 0
	for _, a := range all {
		if a.Rejected != "" {
			rejected++
			continue
		}
		var i int
		if _, err := fmt.Sscanf(a.ID, "u%d", &i); err != nil || i >= len(awkward) || read[a.ID] {
			t.Fatalf("account %q\n%s", a.ID, text)
		}
		if a.Identifiers[0].Text != emailOf(i) || a.PasswordHash != hashOf(i) {
			t.Errorf("account %q has %v and %q\n%s", a.ID, a.Identifiers, a.PasswordHash, text)
		}
		read[a.ID] = true
	}
	if len(read) < len(awkward) && (whole || rejected == 0) {
		t.Errorf("%d of %d accounts, %d rejected\n%s", len(read), len(awkward), rejected, text)
	}
	if len(read) < len(awkward)/3 {
		t.Errorf("no more than %d of %d accounts\n%s", len(read), len(awkward), text)
	}
}

// sqlTable is the awkward rows as statements.
func sqlTable(escape func(string) string, textType string) string {
	b := "CREATE TABLE users (account_id varchar(9), nick " + textType + ", email varchar(60), password_hash varchar(90), note " + textType + ");\n"
	for _, row := range awkwardRows() {
		quoted := make([]string, len(row))
		for i, value := range row {
			quoted[i] = "'" + escape(value) + "'"
		}
		b += "INSERT INTO users VALUES (" + strings.Join(quoted, ", ") + ");\n"
	}
	return b
}

func doubleQuotes(text string) string { return strings.ReplaceAll(text, "'", "''") }

// output runs a program that reads no terminal.
func output(t *testing.T, input, name string, args ...string) []byte {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Stdin = strings.NewReader(input)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %q: %v", name, args, err)
	}
	return out
}

func TestPrograms_of_PostgreSQL(t *testing.T) {
	psql := dbtest.Program(t, "psql", "/usr/lib/postgresql/*/bin/psql")
	s := dbtest.Postgres(t, "UTF8")
	s.SQL(t, sqlTable(doubleQuotes, "text"))
	run := func(args ...string) []byte {
		return s.Run(t, "", append([]string{psql, "-h", s.Dir, "-X", "-q"}, append(args, "postgres")...)...)
	}
	written(t, "x.txt", run("-c", "COPY users TO STDOUT WITH (HEADER)"), true, Options{})
	written(t, "x.txt", run("-c", "COPY users TO STDOUT"), true, Options{Header: awkwardColumns})
	written(t, "x.csv", run("-c", "COPY users TO STDOUT WITH (FORMAT csv, HEADER)"), false, Options{})
	written(t, "x.csv", run("-c", "COPY users TO STDOUT WITH (FORMAT csv, HEADER, FORCE_QUOTE *)"), false, Options{})
	written(t, "x.csv", run("--csv", "-c", "SELECT * FROM users"), false, Options{})
	written(t, "x.json", run("-A", "-t", "-c", "SELECT json_agg(users) FROM users"), true, Options{})
	written(t, "x.jsonl", run("-A", "-t", "-c", "SELECT row_to_json(users) FROM users"), true, Options{})
	written(t, "x.tsv", run("-A", "-F", "\t", "--pset=footer=off", "-c", "SELECT * FROM users"), false, Options{})
}

func TestPrograms_of_MariaDB(t *testing.T) {
	mariadb := dbtest.Program(t, "mariadb", "")
	dump := dbtest.Program(t, "mariadb-dump", "")
	s := dbtest.MariaDB(t)
	escape := strings.NewReplacer(`\`, `\\`, "'", `\'`).Replace
	s.SQL(t, "CREATE DATABASE d CHARACTER SET utf8mb4; USE d; SET NAMES utf8mb4;\n"+sqlTable(escape, "text"))
	at := []string{"--no-defaults", "--user=root", "--socket=" + s.Socket(), "--default-character-set=utf8mb4"}
	batch := s.Run(t, "", append(append([]string{mariadb}, at...), "--batch", "-e", "SELECT * FROM users", "d")...)
	written(t, "x.tsv", batch, true, Options{})
	out := func(name, how string) []byte {
		path := filepath.Join(s.Dir, name)
		s.SQL(t, "USE d; SET NAMES utf8mb4; SELECT * FROM users INTO OUTFILE '"+path+"' CHARACTER SET utf8mb4 "+how+";")
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	written(t, "x.txt", out("plain", ""), true, Options{Header: awkwardColumns})
	written(t, "x.csv", out("enclosed", `FIELDS TERMINATED BY ',' ENCLOSED BY '"'`), false, Options{Header: awkwardColumns})
	written(t, "x.csv", out("optionally", `FIELDS TERMINATED BY ';' OPTIONALLY ENCLOSED BY '"'`), false, Options{Header: awkwardColumns})
	s.Run(t, "", append(append([]string{dump}, at...), "--tab="+s.Dir, "d", "users")...)
	tab, err := os.ReadFile(filepath.Join(s.Dir, "users.txt"))
	if err != nil {
		t.Fatal(err)
	}
	written(t, "x.txt", tab, true, Options{Header: awkwardColumns})
}

func TestPrograms_of_SQLite(t *testing.T) {
	sqlite := dbtest.Program(t, "sqlite3", "")
	path := filepath.Join(t.TempDir(), "x.db")
	output(t, sqlTable(doubleQuotes, "text"), sqlite, path)
	for _, tt := range []struct {
		mode, file string
		whole      bool
	}{
		{".mode csv", "x.csv", false}, {".mode tabs", "x.tsv", false}, {".mode json", "x.json", true},
		{".mode list\n.separator ;", "x.csv", false},
	} {
		text := output(t, ".headers on\n"+tt.mode+"\nSELECT * FROM users;\n", sqlite, path)
		written(t, tt.file, text, tt.whole, Options{})
	}
}

// php prints the rows by a function of PHP.
const php = `$rows = json_decode(stream_get_contents(STDIN)); $out = fopen("php://stdout", "w");
foreach ($rows as $row) { fputcsv($out, $row%s); }`

func TestPrograms_of_PHP(t *testing.T) {
	interpreter := dbtest.Program(t, "php", "")
	rows, err := json.Marshal(append([][]string{awkwardColumns}, awkwardRows()...))
	if err != nil {
		t.Fatal(err)
	}
	for _, how := range []string{"", `, ";"`, `, ",", '"', ""`} {
		written(t, "x.csv", output(t, string(rows), interpreter, "-r", fmt.Sprintf(php, how)), false, Options{})
	}
	written(t, "x.json", output(t, string(rows), interpreter, "-r", `$rows = json_decode(stream_get_contents(STDIN)); $names = array_shift($rows);
		echo json_encode(array_map(fn($row) => array_combine($names, $row), $rows));`), true, Options{})
}

func TestPrograms_of_Python(t *testing.T) {
	python := dbtest.Program(t, "python3", "")
	rows, err := json.Marshal(append([][]string{awkwardColumns}, awkwardRows()...))
	if err != nil {
		t.Fatal(err)
	}
	const script = "import csv, json, sys\nw = csv.writer(sys.stdout, %s)\nw.writerows(json.load(sys.stdin))\n"
	for _, tt := range []struct{ file, how string }{
		{"x.csv", ""}, {"x.csv", "delimiter=';'"}, {"x.csv", "quoting=csv.QUOTE_ALL"}, {"x.csv", "dialect='unix'"},
		{"x.csv", "dialect='excel-tab'"}, {"x.tsv", "dialect='excel-tab', quoting=csv.QUOTE_ALL"},
		{"x.csv", "doublequote=False, escapechar='\\\\', quoting=csv.QUOTE_ALL"},
	} {
		written(t, tt.file, output(t, string(rows), python, "-c", fmt.Sprintf(script, tt.how)), false, Options{})
	}
}

func TestPrograms_of_OpenLDAP(t *testing.T) {
	add, cat := dbtest.Program(t, "slapadd", "/usr/sbin/slapadd"), dbtest.Program(t, "slapcat", "/usr/sbin/slapcat")
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "db"), 0o700); err != nil {
		t.Fatal(err)
	}
	config := filepath.Join(dir, "slapd.conf")
	text := "include /etc/ldap/schema/core.schema\ninclude /etc/ldap/schema/cosine.schema\ninclude /etc/ldap/schema/inetorgperson.schema\n" +
		"modulepath /usr/lib/ldap\nmoduleload back_mdb\ndatabase mdb\nsuffix \"dc=example,dc=com\"\nrootdn \"cn=admin,dc=example,dc=com\"\ndirectory " +
		filepath.Join(dir, "db") + "\n"
	entries := "dn: dc=example,dc=com\nobjectClass: domain\ndc: example\n\n"
	for i, nick := range awkward {
		if nick == "" {
			nick = "none"
		}
		entries += fmt.Sprintf("dn: uid=u%d,dc=example,dc=com\nobjectClass: inetOrgPerson\nuid: u%[1]d\ncn: x\nsn: x\nmail: %s\n"+
			"userPassword: %s\ndisplayName:: %s\n\n", i, emailOf(i), hashOf(i), base64.StdEncoding.EncodeToString([]byte(nick)))
	}
	for name, content := range map[string]string{config: text, filepath.Join(dir, "in.ldif"): entries} {
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if out, err := exec.CommandContext(context.Background(), add, "-f", config, "-l", filepath.Join(dir, "in.ldif")).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	ldif := output(t, "", cat, "-f", config, "-a", "(userPassword=*)")
	written(t, "x.ldif", ldif, true, Options{Map: map[string]string{
		"account_id": "uid", "email": "mail", "password_hash": "userPassword",
	}})
}
