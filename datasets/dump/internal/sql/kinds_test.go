package sql_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/dump/internal/dumptest"
)

// TestKinds reads statements and names of other databases and tongues.
func TestKinds(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"update":            "UPDATE `users` SET `password` = 'pw-1', `salt`='x' WHERE `username` = 'carol';\nUPDATE users SET password='pw-2' WHERE email='bob@example.org' AND id=3;\n",
		"update_alone":      "UPDATE users SET pass='pw-1' WHERE login='carol'\nUPDATE users SET pass='pw-2' WHERE login='bob@example.org'\n",
		"values_row":        "INSERT INTO users (id,login,password) VALUES ROW(1,'carol','pw-1'), ROW(2,'bob@example.org','pw-2');\n",
		"stray_semicolon":   "INSERT INTO `u` (`login`,`pass`) VALUES ('x','y');\n('carol','pw-1'),\n('bob@example.org','pw-2');\n",
		"hsqldb":            "CREATE SCHEMA PUBLIC AUTHORIZATION DBA\nCREATE MEMORY TABLE PUBLIC.OFUSER(USERNAME VARCHAR(64) NOT NULL,PLAINPASSWORD VARCHAR(32))\nSET SCHEMA PUBLIC\nINSERT INTO OFUSER VALUES('carol','pw-1')\nINSERT INTO OFUSER VALUES('bob@example.org','pw-2')\n",
		"h2":                "CREATE CACHED TABLE \"PUBLIC\".\"USERS\"(\"ID\" BIGINT, \"LOGIN_NAME\" VARCHAR, \"PASSWORD\" VARCHAR);\nINSERT INTO \"PUBLIC\".\"USERS\" VALUES\n(1, 'carol', 'pw-1'),\n(2, 'bob@example.org', 'pw-2');\n",
		"portuguese":        "INSERT INTO `tb_usuarios` (`cod`,`nome`,`usu_email`,`usu_senha`) VALUES (1,'X','carol','pw-1'),(2,'Y','bob@example.org','pw-2');\n",
		"spanish":           "INSERT INTO clientes (id_cliente, correo_electronico, clave) VALUES (1,'carol','pw-1'),(2,'bob@example.org','pw-2');\n",
		"german":            "INSERT INTO benutzer (nr, benutzername, kennwort) VALUES (1,'carol','pw-1'),(2,'bob@example.org','pw-2');\n",
		"oscommerce":        "INSERT INTO `customers` (`customers_id`, `customers_email_address`, `customers_password`) VALUES (1,'carol','pw-1'),(2,'bob@example.org','pw-2');\n",
		"several_tables":    "CREATE TABLE admins (a int, admin_login text, admin_pass text);\nCREATE TABLE staff (login text, pwd text);\nINSERT INTO admins VALUES (1,'carol','pw-1');\nINSERT INTO staff VALUES ('bob@example.org','pw-2');\n",
		"roles":             "CREATE ROLE carol WITH LOGIN PASSWORD 'pw-1';\nALTER ROLE \"bob@example.org\" WITH SUPERUSER ENCRYPTED PASSWORD 'pw-2' VALID UNTIL 'infinity';\n",
		"identified":        "CREATE USER IF NOT EXISTS 'carol'@'localhost' IDENTIFIED WITH mysql_native_password BY 'pw-1';\nGRANT ALL ON *.* TO `bob@example.org`@`%` IDENTIFIED BY 'pw-2' WITH GRANT OPTION;\n",
		"bare_names":        "CREATE USER carol@localhost IDENTIFIED BY 'pw-1';\nalter user 'bob@example.org' identified by \"pw-2\" account unlock;\n",
		"logins":            "CREATE LOGIN [carol] WITH PASSWORD = N'pw-1', CHECK_POLICY = OFF\nCREATE LOGIN [bob@example.org] WITH PASSWORD=N'pw-2'\n",
		"roles_in_a_dump":   "CREATE TABLE users (login text, pass text);\nINSERT INTO users VALUES ('bob@example.org','pw-2');\nGRANT SELECT ON users TO reader;\nALTER USER carol PASSWORD 'pw-1';\n",
		"no_columns_at_all": "INSERT INTO site_users VALUES (1,'carol','pw-1');\nINSERT INTO site_users VALUES (2,'bob@example.org','pw-2');\n",
		"upsert":            "UPSERT INTO users (login, pass) VALUES ('carol','pw-1');\nUPSERT INTO users (login, pass) VALUES ('bob@example.org','pw-2');\n",
		"merge":             "MERGE INTO users AS t USING (VALUES ('carol','pw-1'), ('bob@example.org','pw-2')) AS s (a, b) ON t.login = s.a WHEN MATCHED THEN UPDATE SET pass = s.b;\n",
		"logged":            "2024-03-01 10:00:00 UTC LOG:  statement: INSERT INTO users (login, pass) VALUES ('carol','pw-1')\n2024-03-01 10:00:01 UTC LOG:  duration: 1 ms\n2024-03-01 10:00:02 UTC LOG:  statement: REPLACE INTO users (login, pass) VALUES ('bob@example.org','pw-2');\n",
		"logged_conflict":   "10:00:00 Query INSERT INTO users (login, pass) VALUES ('carol','pw-1') ON DUPLICATE KEY UPDATE id=id\n10:00:01 Query INSERT INTO users (login, pass) VALUES ('bob@example.org','pw-2') ON DUPLICATE KEY UPDATE id=id\n",
		"commented_out":     "-- INSERT INTO users (login, pass) VALUES ('carol','pw-1');\n/* INSERT INTO users (login, pass) VALUES ('bob@example.org','pw-2'); */\n",
		"commented_rows":    "-- don't run\n-- INSERT INTO users (login, pass) VALUES\n-- ('carol','pw-1'),\n-- ('bob@example.org','pw-2');\n",
		"arrays":            "INSERT INTO t (emails, pw) VALUES ('{carol}', 'pw-1'), ('{x,\"bob@example.org\"}', 'pw-2');\n",
		"words_of_labels":   "INSERT INTO t (nr, member, pin) VALUES (1,'carol','pw-1'),(2,'bob@example.org','pw-2');\n",
		"documents":         "INSERT INTO t (nr, doc) VALUES (1,'{\"login\":\"carol\",\"pw\":\"pw-1\"}'::jsonb),(2,'{\"login\":\"bob@example.org\",\"pw\":\"pw-2\"}'::jsonb);\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := dumptest.Read(t, []byte(text), dump.Options{})
			got.WantReport(t, dump.StatusRead, "sql", "")
			var all []string
			for _, r := range got.Records {
				all = append(all, r.Cuts...)
				if end := r.Offset + r.Length; r.Length <= 0 || strings.ContainsAny(text[end-1:end], " \n;") {
					t.Errorf("a record ends at %d of %q", end, text)
				}
			}
			for _, want := range []string{"carol=pw-1", "bob@example.org=pw-2"} {
				if !slices.Contains(all, want) {
					t.Errorf("%q is not among %q", want, all)
				}
			}
			if fmt.Sprint(got.Reasons()) != "[]" {
				t.Errorf("got rejects %q", got.Reasons())
			}
		})
	}
}
