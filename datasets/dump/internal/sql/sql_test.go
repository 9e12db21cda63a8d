package sql_test

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/dump/internal/dumptest"
	"github.com/credsieve/credsieve/datasets/dump/internal/format/formattest"
	"github.com/credsieve/credsieve/datasets/dump/internal/sql"
	"github.com/credsieve/credsieve/datasets/dump/leak"
)

var exam = formattest.Exam{
	Format: sql.Format{}, Header: "COPY public.users (email, password) FROM stdin;",
	Record: func(id, password string) string { return id + "\t" + password },
}

func TestAcceptance(t *testing.T) { exam.Run(t) }

func TestSamples(t *testing.T) { formattest.Samples(t, "sql", false) }

// TestSQL_dialects has the statements that each program writes.
func TestSQL_dialects(t *testing.T) {
	t.Parallel()
	const mysqlTable = "-- MySQL dump 10.13\nCREATE TABLE `users` (\n  `id` int NOT NULL,\n" +
		"  `email` varchar(255) COMMENT 'it''s; (a) \\'name\\'',\n  `password` varbinary(255),\n" +
		"  `x` text,\n  PRIMARY KEY (`id`),\n  KEY `password` (`password`)\n) ENGINE=InnoDB;\n"
	const pgTable = "--\n-- PostgreSQL database dump\n--\n\n\\restrict abc'def\n\n" +
		"SET standard_conforming_strings = on;\n" +
		"CREATE TABLE public.users (\n    id integer NOT NULL,\n    email text,\n" +
		"    pass text DEFAULT 'x;y'::text,\n    key bytea\n);\n"
	const pgKeyed = "CREATE TABLE public.users (email character varying(20), pass bytea);\n"
	tests := []struct {
		name, text string
		want       []string
	}{
		{"mysql", mysqlTable + "INSERT INTO `users` VALUES\n" +
			`(1,'alice@example.com','pa\'ss\\word\"1','\0` + "\xff" + `\'\\'),` +
			`(2,'bob@example.org','nul\0z\Z%_\b\t\n\r\%\_\q''',0x00FF275C);`,
			[]string{`alice@example.com=pa'ss\word"1`,
				"bob@example.org=nul\x00z\x1a%_\b\t\n\r\\%\\_q'"}},
		{"mysql_literals", mysqlTable + "INSERT IGNORE INTO `db`.`users` VALUES " +
			`(1,_utf8mb4'a@example.com',_binary 'p\'1',b'1'),(2,N'b@example.com',0x5c27FF,X'00'), ` +
			`(3,_latin1 'c@example.com',X'70',1e-5),(4,"d@example.com","p""\"2",-1.5),` +
			`(5,'e@example.com',CONVERT('x' USING utf8),now()),(6,'f@example.com',12345,true)` +
			" ON DUPLICATE KEY UPDATE `password`=VALUES(`password`), x = ';';\n" +
			"REPLACE INTO `users` (`email`,`password`) VALUES ('g@example.com','p3');\n",
			[]string{"a@example.com=p'1", "b@example.com=\\'\xff", "c@example.com=p",
				`d@example.com=p""2`, "e@example.com=x", "f@example.com=12345", "g@example.com=p3"}},
		{"mysql_no_backslash_escapes", mysqlTable +
			"/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;\n" +
			"INSERT INTO `users` VALUES (1,'a@example.com','p\\\\1','');\n" +
			"SET sql_mode = 'NO_BACKSLASH_ESCAPES';\n" +
			"INSERT INTO `users` VALUES (2,'b@example.com','p\\\\2','\\');\n" +
			"SET SQL_MODE=@OLD_SQL_MODE;\nINSERT INTO `users` VALUES (3,'c@example.com','\\n','');",
			[]string{`a@example.com=p\1`, `b@example.com=p\\2`, "c@example.com=\n"}},
		{"mysql_routines", mysqlTable + "DELIMITER ;;\n/*!50003 CREATE TRIGGER t BEFORE INSERT ON " +
			"`users`\nFOR EACH ROW BEGIN\nINSERT INTO `users` VALUES (1,'no@example.com','x','y');\n" +
			"END */;;\nDELIMITER ;\n/*!40000 ALTER TABLE `users` DISABLE KEYS */;\n" +
			"# INSERT INTO `users` VALUES (2,'out@example.com','x','y');\n# Insert into `users` what the VALUES (say)\n" +
			"/* don't */ INSERT INTO `users` VALUES (3,'a@example.com','--x','#');\nUNLOCK TABLES;\n",
			[]string{"out@example.com=x", "a@example.com=--x"}},
		{"phpmyadmin", "-- phpMyAdmin SQL Dump\n-- version 5.2\n--\nSET SQL_MODE = \"NO_AUTO\";\n" +
			"INSERT INTO `wp_users` (`ID`, `user_login`, `user_pass`, `user_email`) VALUES\n" +
			"(1, 'alice', '$P$B123456789012345678901234567890', 'a@example.com'),\n" +
			"(2, 'bob', 'plain1', 'b@example.com');\n",
			[]string{"alice!$P$B123456789012345678901234567890", "bob=plain1"}},
		{"heidisql", "-- --------\n-- HeidiSQL Version: 12\n-- --------\n" +
			"INSERT INTO `members` (`member_name`, `passwd_hash`, `salt`) VALUES\n\t('al', " +
			"'5f4dcc3b5aa765d61d8327deb882cf99', 'x'),\n\t('bo', 'p', '');\n",
			[]string{"al!5f4dcc3b5aa765d61d8327deb882cf99", "bo=p"}},
		{"postgres_copy", pgTable + "COPY public.users (id, email, pass, key) FROM stdin;\n" +
			"1\talice@example.com\tpa'ss\\\\word\"1\t\\\\x00ff\n" +
			"2\tbob@example.org\t\\N\t\\N\n" +
			"3\tc@example.com\t\\\\N\t\\\\x\n" +
			"4\td@example.com\t\\b\\f\\n\\r\\t\\v\\\\\\101\\x41\\q\\u0041\t\n" +
			"\\.\n\nSELECT pg_catalog.setval('public.users_id_seq', 4, true);\n",
			[]string{`alice@example.com=pa'ss\word"1`, "bob@example.org!", `c@example.com=\N`,
				"d@example.com=\b\f\n\r\t\v\\AAqu0041"}},
		{"postgres_bytea", pgTable + pgKeyed + "COPY public.users (email, pass) FROM stdin;\n" +
			"a@example.com\t\\\\x00ff5c\nb@example.com\t\\\\000p\\\\\\\\\n\\.\n" +
			"INSERT INTO public.users VALUES ('c@example.com', '\\x0109');\n",
			[]string{"a@example.com=\x00\xff\\", "b@example.com=\x00p\\", "c@example.com=\x01\t"}},
		{"postgres_inserts", pgTable +
			"INSERT INTO public.users VALUES (1, 'alice@example.com', 'pa''ss\\word\\', NULL);\n" +
			"INSERT INTO public.users VALUES (2, 'b@example.com', 'two\nlines\t;),(', NULL);\n" +
			"INSERT INTO public.users VALUES\n\t(3, 'c@example.com', E'\\\\\\'\\n\\x41\\101\\u00e4', '\\x00'),\n" +
			"\t(4, 'd@example.com', U&'d\\0061\\+000074\\\\', ''),\n" +
			"\t(5, 'e@example.com', $$it's$$, $t$ $$ $t$),\n" +
			"\t(6, 'f@example.com', 'x'::text || 'y'::character varying(20), NULL);\n",
			[]string{`alice@example.com=pa'ss\word\`, "b@example.com=two\nlines\t;),(",
				"c@example.com=\\'\nAAä", "d@example.com=dat\\", "e@example.com=it's",
				"f@example.com=xy"}},
		{"postgres_function", pgTable + "CREATE FUNCTION f() RETURNS void\n    LANGUAGE plpgsql\n" +
			"    AS $$BEGIN\nINSERT INTO users VALUES (1, 'no@example.com', 'it', ''); -- '\nEND$$;\n" +
			"COPY users (email, pass) FROM stdin;\na@example.com\tx\n\\.\n", []string{"a@example.com=x"}},
		{"mssql", "USE [shop]\r\nGO\r\n/****** Object:  Table [dbo].[Users] ******/\r\n" +
			"SET ANSI_NULLS ON\r\nGO\r\nCREATE TABLE [dbo].[Users](\r\n\t[Id] [int] IDENTITY(1,1) " +
			"NOT NULL,\r\n\t[a]]b] [nvarchar](50) NULL,\r\n CONSTRAINT [PK] PRIMARY KEY CLUSTERED \r\n" +
			"([Id] ASC)\r\n) ON [PRIMARY]\r\nGO\r\nSET IDENTITY_INSERT [dbo].[Users] ON \r\n" +
			"INSERT [dbo].[Users] ([Id], [a]]b], [Email], [Password], [At]) VALUES (1, N'x', " +
			"N'alice@example.com', N'it''s\\', CAST(N'2020-01-01T00:00:00.000' AS DateTime))\r\nGO\r\n" +
			"print 'Processed 100 total records'\r\n" +
			"INSERT [dbo].[Users] ([Id], [a]]b], [Email], [Password], [At]) VALUES (2, N'x', " +
			"N'b@example.com', 0x70FF, NULL)\r\n" +
			"INSERT [dbo].[Users] ([Id], [a]]b], [Email], [Password], [At]) VALUES (3, N'x', " +
			"N'c@example.com', CAST(N'p' AS nvarchar(50)), NULL)\r\nGO\r\n",
			[]string{`alice@example.com=it's\`, "b@example.com=p\xff", "c@example.com=p"}},
		{"sqlite", "PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\n" +
			"CREATE TABLE users(id integer primary key, \"email\" text, password text, key text);\n" +
			"INSERT INTO users VALUES(1,'a@example.com',replace(replace('it''s\\nx\\r\\t','\\r'," +
			"char(13)),'\\n',char(10)),'');\nINSERT INTO users VALUES(2,'b@example.com'," +
			"unistr('\\u000a\\\\x\\u0001'),NULL);\nINSERT INTO users VALUES(3,'c@example.com',X'00ff'," +
			"1.5e+10);\nCREATE TRIGGER t AFTER INSERT ON users BEGIN\nINSERT INTO users " +
			"VALUES(9,'no@example.com','x','y');\nEND;\nINSERT INTO \"users\" VALUES(4,'d@example.com'" +
			",'last','');\nCOMMIT;\n",
			[]string{"a@example.com=it's\nx\r\\t", "b@example.com=\n\\x\x01", "c@example.com=\x00\xff",
				"d@example.com=last"}},
		{"oracle", "REM INSERTING into USERS\nSET DEFINE OFF;\n" +
			"Insert into USERS (ID,EMAIL,PASSWORD,AT) values (1,'a@example.com',q'[it's]'," +
			"to_date('01-JAN-20','DD-MON-RR'));\n" +
			"Insert into USERS (ID,EMAIL,PASSWORD,AT) values (2,'b@example.com','a'||chr(10)||'b',null);\n" +
			"INSERT ALL\n INTO USERS (EMAIL,PASSWORD) VALUES ('c@example.com',nq'!x'y!')\n" +
			" INTO USERS (EMAIL,PASSWORD) VALUES ('d@example.com','\\')\nSELECT * FROM dual;\n",
			[]string{"a@example.com=it's", "b@example.com=a\nb", "c@example.com=x'y",
				`d@example.com=\`}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := dumptest.Read(t, []byte(test.text), dump.Options{})
			got.WantReport(t, dump.StatusRead, "sql", "")
			dumptest.WantCuts(t, got.FirstCuts(), test.want)
			if len(got.Rejects) > 0 {
				t.Errorf("got rejects %+v", got.Rejects)
			}
		})
	}
}

// TestSQL_windows reads each sample in single bytes: where a window ends decides nothing.
func TestSQL_windows(t *testing.T) {
	t.Parallel()
	for _, file := range formattest.SampleFiles(t, "sql") {
		want := dumptest.ReadInput(t, dump.Input{Path: file}, dump.Options{})
		if len(want.Records) == 0 {
			t.Errorf("%s has no records", file)
		}
		for _, limit := range []int{0, 30, 60} {
			opts := dump.Options{MaxRecord: limit}
			want := dumptest.ReadInput(t, dump.Input{Path: file}, opts)
			opts.Stdin = iotest.OneByteReader(bytes.NewReader(mustRead(t, file)))
			got := dumptest.ReadInput(t, dump.Input{Path: "-"}, opts)
			if fmt.Sprint(got.Records, got.Rejects) != fmt.Sprint(want.Records, want.Rejects) {
				t.Errorf("%s: single bytes yield\n%+v\nwant\n%+v", file, got, want)
			}
		}
	}
}

const usersColumns = "INSERT INTO `users` (`email`, `password`) VALUES "

func TestSQL_damage(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, text string
		want       []string
		rejects    []string // reason and text
		partial    string
	}{
		{"cut_off_in_a_literal", usersColumns + "('a@example.com','x'),('b@example.com','y",
			[]string{"a@example.com=x"}, []string{"unfinished ('b@example.com','y"}, "in the middle"},
		{"cut_off_between_values", usersColumns + "('a@example.com','x'),('b@example.com',",
			[]string{"a@example.com=x"}, []string{"unfinished ('b@example.com',"}, "in the middle"},
		{"cut_off_after_a_comma", usersColumns + "('a@example.com','x'),\n",
			[]string{"a@example.com=x"}, nil, "ends after a comma"},
		{"cut_off_after_a_tuple", usersColumns + "('a@example.com','x')",
			[]string{"a@example.com=x"}, nil, ""},
		{"joined_to_another_dump", usersColumns + "('a@example.com','x'),('b@example.com','y\n" +
			usersColumns + "('c@example.com','z');\n",
			[]string{"a@example.com=x", "c@example.com=z"},
			[]string{"syntax ('b@example.com','y"}, ""},
		{"a_quote_too_few", usersColumns + "('a@example.com','x'),('b@example.com,'y'),\n" +
			"('c@example.com','z'),('d@example.com','w');\n",
			[]string{"a@example.com=x", "c@example.com=z", "d@example.com=w"},
			[]string{"syntax ('b@example.com,'y'),"}, ""},
		{"field_count", usersColumns + "('a@example.com'),('b@example.com','x','y'),('c@example.com','z');",
			[]string{"c@example.com=z"},
			[]string{"field_count ('a@example.com')", "field_count ('b@example.com','x','y')"}, ""},
		{"no_identifier", usersColumns + "(NULL,'x'),('--','x'),('c@example.com','z');",
			[]string{"c@example.com=z"}, []string{"no_identifier (NULL,'x')", "no_identifier ('--','x')"}, ""},
		{"too_long", usersColumns + "('a@example.com','" + strings.Repeat("\\'),(", 999) +
			"'),('c@example.com','z');\n" + usersColumns + "('d@example.com','w');",
			[]string{"c@example.com=z", "d@example.com=w"},
			[]string{"too_long ('a@example.com','" + strings.Repeat("\\'),(", 999) + "')"}, "over the limit"},
		{"dirt_between_statements", "Don't share\n" + usersColumns + "('a@example.com','x');\nIt's (\n" +
			usersColumns + "('c@example.com','z');", []string{"a@example.com=x", "c@example.com=z"}, nil, ""},
		{"wrong_reading_of_backslashes", "-- MySQL dump\n" + usersColumns +
			"('a@example.com','x\\'),('c@example.com','z');",
			[]string{"a@example.com=x\\", "c@example.com=z"}, nil, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := dumptest.Read(t, []byte(test.text), dump.Options{MaxRecord: 1000})
			status := dump.StatusRead
			if test.partial != "" {
				status = dump.StatusPartial
			}
			got.WantReport(t, status, "sql", test.partial)
			dumptest.WantCuts(t, got.FirstCuts(), test.want)
			var rejects []string
			for _, r := range got.Rejects {
				rejects = append(rejects, string(r.Reason)+" "+test.text[r.Offset:r.Offset+r.Length])
			}
			if !slices.Equal(rejects, test.rejects) {
				t.Errorf("got rejects %q, want %q", rejects, test.rejects)
			}
		})
	}
}

func TestSQL_undecided_backslash_has_both_readings(t *testing.T) {
	t.Parallel()
	got := dumptest.Read(t, []byte("INSERT INTO users (email, password) VALUES ('a@example.com', 'a\\\\nb'),"+
		"('CORP\\al', 'x\\y'), ('c@example.com', 'z\\'), ('d@example.com','\\'');"), dump.Options{})
	var cuts [][]string
	for _, r := range got.Records {
		cuts = append(cuts, r.Cuts)
	}
	want := [][]string{{"a@example.com=a\\nb", "a@example.com=a\\\\nb"}, {"CORPal=xy", "CORP\\al=x\\y", "al=x\\y"},
		{"c@example.com=z\\"}, {"d@example.com='"}}
	if fmt.Sprintf("%q", cuts) != fmt.Sprintf("%q", want) || len(got.Rejects) > 0 {
		t.Errorf("got %q, rejects %+v", cuts, got.Rejects)
	}
}

func TestSQL_tables(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, text string
		want       []string
	}{
		{"digests_are_not_testable", "INSERT INTO t (mail, encrypted_password, pass) VALUES ('a@example.com','" +
			strings.Repeat("0a", 28) + "','p'), ('b@example.com','" + strings.Repeat("0", 31) + "','');",
			[]string{"a@example.com!" + strings.Repeat("0a", 28), "b@example.com=" + strings.Repeat("0", 31)}},
		{"functions", "INSERT INTO t (mail, pass) VALUES ('a@example.com',CONVERT('x' USING utf8mb4))," +
			"('b@example.com',CONVERT(_binary 'x', CHAR(9))),('c@example.com',FROM_BASE64('eA=='))," +
			"('d@example.com',CAST('x' AS CHAR));",
			[]string{"a@example.com=x", "b@example.com=x", "c@example.com=x", "d@example.com=x"}},
		{"functions_of_sql_server", "INSERT [t] ([mail], [pass]) VALUES " +
			"(N'a@example.com', CONVERT(nvarchar(9), N'x', 1)),('b@example.com',CONVERT([varchar](9),'x'));",
			[]string{"a@example.com=x", "b@example.com=x"}},
		{"copy_csv", "COPY t (id, mail, pass) FROM stdin WITH (FORMAT csv);\n1,a@example.com,\"x\"\"\n,y\\\"\n" +
			"2,b@example.com,\n3,c@example.com,x\"y\n4,\"d@example.com\",z\n\\.\n\n" +
			"INSERT INTO t (mail, pass) VALUES ('e@example.com', 'v');",
			[]string{"a@example.com=x\"\n,y\\", "b@example.com!", "c@example.com=x\"y", "d@example.com=z",
				"e@example.com=v"}},
		{"copy_csv_with_header", "COPY t (pass, mail) FROM stdin CSV HEADER DELIMITER AS ';';\npass;mail\n" +
			"x;a@example.com\n\"y;z\";b@example.com\n\\.\n",
			[]string{"a@example.com=x", "b@example.com=y;z"}},
		{"copy_with_a_delimiter", "COPY t (mail, pass) FROM stdin WITH DELIMITER '|';\n" +
			"a@example.com|x\\|\\\\\nb@example.com|\\N\n\\.\n", []string{"a@example.com=x|\\", "b@example.com!"}},
		{"select_of_constants", "INSERT INTO t (id, mail, pass) SELECT 1, 'a@example.com', 'x' UNION ALL\n" +
			"SELECT 2, 'b@example.com' AS mail, CONCAT('y', 'z') p FROM dual WHERE 1;\n" +
			"INSERT INTO t (mail, pass) SELECT mail, pass FROM old WHERE x = 'no@example.com';\n" +
			"INSERT INTO t (mail, pass) SELECT 'c@example.com', 'a;b' FROM dual UNION SELECT 'd@example.com', 'w';\n" +
			"INSERT INTO t (mail, pass) VALUES ('e@example.com', 'v');",
			[]string{"a@example.com=x", "b@example.com!", "c@example.com=a;b", "d@example.com=w",
				"e@example.com=v"}},
		{"select_without_semicolons", "INSERT [t] ([mail], [pass]) SELECT N'a@example.com', N'x'\nGO\n" +
			"INSERT [t] ([mail], [pass]) SELECT N'b@example.com', N'y'\nINSERT [t] ([mail], [pass]) " +
			"SELECT N'c@example.com', N'z'", []string{"a@example.com=x", "b@example.com=y", "c@example.com=z"}},
		{"set", "INSERT INTO t SET mail = 'a@example.com', t.pass='x,y', n=now();\n" +
			"REPLACE t SET `pass`='it\\'s', `mail`='b@example.com' ON DUPLICATE KEY UPDATE pass='no';\n" +
			"INSERT INTO t SET mail;\nINSERT INTO t SET mail='c@example.com', pass='z'",
			[]string{"a@example.com=x,y", "b@example.com=it's", "c@example.com=z"}},
		{"padding", "INSERT INTO t (nick, passwd) VALUES ('al   ','pw   ');", []string{"al=pw   "}},
		{"by_content", "INSERT INTO t VALUES (1,'no','one'), (2,'made-up','a@example.com','al',7,NULL);",
			[]string{"a@example.com=made-up"}},
		{"other_tables", "CREATE TABLE a (id int, email text, title text);\nCREATE TABLE b (login text, " +
			"x int, pwd text);\nINSERT INTO a VALUES (1,'a@example.com','no');\n" +
			"INSERT INTO b VALUES ('al',1,'pw');", []string{"al=pw"}},
		{"same_name_in_two_schemas", "CREATE TABLE s.u (email text, pass text);\n" +
			"CREATE TABLE r.u (pass text, id int, email text);\n" +
			"INSERT INTO s.u VALUES ('a@example.com','x');\nINSERT INTO r.u VALUES ('y',1,'b@example.com');",
			[]string{"a@example.com=x", "b@example.com=y"}},
		{"columns_change_between_statements", "INSERT INTO u (email, pass) VALUES ('a@example.com','x');\n" +
			"INSERT INTO u (pass, email) VALUES ('y','b@example.com');", []string{"a@example.com=x", "b@example.com=y"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := dumptest.Read(t, []byte(test.text), dump.Options{})
			got.WantReport(t, dump.StatusRead, "sql", "")
			dumptest.WantCuts(t, got.FirstCuts(), test.want)
		})
	}
	t.Run("none_of_users", func(t *testing.T) {
		t.Parallel()
		text := "CREATE TABLE a (id int, email text);\nINSERT INTO a VALUES (1,'a@example.com');\n"
		dumptest.Read(t, []byte(text), dump.Options{}).WantReport(t, dump.StatusSkipped, "sql", "no table has both")
	})
}

func TestSQL_truncated_stream(t *testing.T) {
	t.Parallel()
	text := usersColumns + "('a@example.com','x'),('b@example.com','y"
	for name, tail := range map[string]string{"in_a_tuple": "", "behind_one": "'),"} {
		from := io.MultiReader(strings.NewReader(text+tail), iotest.ErrReader(io.ErrUnexpectedEOF))
		got := dumptest.ReadInput(t, dump.Input{Path: "-"}, dump.Options{Stdin: from})
		if got.Status != dump.StatusPartial || len(got.Rejects) != 1 {
			t.Fatalf("%s: got %+v", name, got)
		}
		want := int64(strings.Index(text, "('b"))
		if tail != "" {
			want = int64(len(text + tail))
		}
		if r := got.Rejects[0]; r.Offset != want || r.Offset+r.Length != int64(len(text+tail)) {
			t.Errorf("%s: the loss is at %+v, want it from %d", name, r, want)
		}
	}
}

func mustRead(t testing.TB, file string) []byte {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestSQL_what_never_ends_is_a_reject(t *testing.T) {
	t.Parallel()
	const start = "INSERT INTO users (email, password) VALUES ('a@example.com', 'x');\n"
	const more = "INSERT INTO users (email, password) VALUES (3, 'b@example.com', 7);\n"
	for name, open := range map[string]string{
		"comment":        "/* made up\n" + strings.Repeat(more, 9),
		"comment_inside": "/* made up\n" + strings.Repeat(more, 20_000),
		"quote":          "'made up\n" + strings.ReplaceAll(more, "'", ""),
		"name":           "`made up\n" + strings.ReplaceAll(more, "`", ""),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := start + "\nDROP TABLE x;\n\nDROP TABLE " + open
			if name == "comment_inside" { // a record reads on after it
				text = start + "\nSET x = 1;\n\nDROP TABLE " + open
			}
			for _, size := range []int{1, 1 << 20} {
				got := dumptest.Read(t, []byte(text), dump.Options{BlockSize: size})
				got.WantReport(t, dump.StatusPartial, "sql", "in the middle of a comment or a quoted text")
				at := strings.Index(text, open)
				want := leak.Reject{Reason: leak.ReasonUnfinished}
				want.Position = leak.Position{Offset: int64(at), Length: int64(len(open)), Line: 5}
				if len(got.Records) != 1 || len(got.Rejects) != 1 || got.Rejects[0].Reject != want {
					t.Errorf("got %d records, rejects %+v, want %+v", len(got.Records), got.Rejects, want)
				}
			}
		})
	}
}

func TestSQL_lines_are_counted_over_long_statements(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	b.WriteString("CREATE TABLE t (\n")
	for range 60_000 {
		b.WriteString("  x INT,\n")
	}
	b.WriteString("y INT);\nINSERT INTO users (email, password) VALUES\n('a@example.com', 'x');\n")
	got := dumptest.Read(t, b.Bytes(), dump.Options{})
	if len(got.Records) != 1 || got.Records[0].Line != 60_004 {
		t.Errorf("got records %+v, want one on line 60004", got.Records)
	}
}
