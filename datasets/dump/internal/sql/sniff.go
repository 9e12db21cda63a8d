package sql

import (
	"bytes"

	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
	"github.com/credsieve/credsieve/datasets/dump/internal/format"
)

var (
	banners = []string{
		"-- mysql dump", "-- mariadb dump", "-- postgresql database dump", "-- postgresql database cluster dump", "-- phpmyadmin sql dump",
		"-- heidisql", "-- adminer", "/*!40", "/*!50", "/*m!", `\restrict `, "pragma foreign_keys",
		"begin transaction;", "set ansi_nulls", "set identity_insert", "/****** object:",
		"rem inserting into",
	}
	statementStarts = []string{
		"insert into ", "insert ignore into ", "replace into ", "create table ", "drop table ",
		"lock tables ", "create database ", "insert [", "copy public.", "insert or replace into ",
		"insert all", "insert dbo.", "create memory table ", "create cached table ", "create schema ",
		"update ignore ", "insert into\t", "insert low_priority ", "set database unique name", "upsert into ", "merge into ",
	}
)

// isSQL knows a dump by its banner or by its statements. One such line in a list of thousands is
// the dirt that lists are full of.
func isSQL(s *format.Sample) bool {
	const bannerLines = 50
	statements, logged := 0, 0
	for i, line := range s.Lines {
		start := format.LowerStart(line)
		if i < bannerLines && (format.HasAnyPrefix(start, banners) || isCopy(line)) {
			return true
		}
		if format.HasAnyPrefix(start, statementStarts) || isUpdate(line) || isUserStatement(line) || statements > 0 && isTuple(start) {
			statements++
		} else if isLogged(line) {
			logged++
		}
	}
	if 4*logged >= len(s.Lines) && logged > 0 {
		return true
	}
	first := len(s.Lines) > 0 && format.HasAnyPrefix(format.LowerStart(s.Lines[0]), statementStarts) ||
		len(s.Lines) > 0 && (isUpdate(s.Lines[0]) || isUserStatement(s.Lines[0]))
	return first || 10*statements > len(s.Lines) && statements > 0
}

// isTuple knows a row of a statement that spans lines.
func isTuple(line []byte) bool {
	return len(line) > 1 && line[0] == '(' && (line[1] == '\'' || cut.IsDigit(line[1])) ||
		bytes.HasPrefix(line, []byte("row("))
}

// isUpdate knows UPDATE table SET column = …
func isUpdate(line []byte) bool {
	const enough = 256
	line = bytes.ToLower(line[:min(len(line), enough)])
	rest, ok := bytes.CutPrefix(cut.TrimSpace(line), []byte("update "))
	set := bytes.Index(rest, []byte(" set "))
	return ok && set > 0 && bytes.IndexByte(rest[set:], '=') > 0
}

// isCopy knows the line above the rows of a PostgreSQL dump.
func isCopy(line []byte) bool {
	const longest = 4 << 10
	line = cut.TrimSpace(line)
	if len(line) > longest || !bytes.HasSuffix(line, []byte(";")) {
		return false
	}
	line = bytes.ToLower(line)
	return bytes.HasPrefix(line, []byte("copy ")) && bytes.Contains(line, []byte(" from stdin"))
}

// dialectOfBanner knows the program that wrote a dump by a comment in lower case.
func dialectOfBanner(comment []byte) dialect {
	switch {
	case format.HasAnyPrefix(comment, []string{"-- mysql dump", "-- mariadb dump",
		"-- phpmyadmin sql dump"}):
		return dialectMySQL
	case bytes.HasPrefix(comment, []byte("-- postgresql database dump\n")),
		bytes.HasPrefix(comment, []byte("-- postgresql database dump\r")),
		bytes.HasPrefix(comment, []byte("-- postgresql database cluster dump")):
		return dialectPostgres
	}
	return dialectUnknown
}

// dialectVotes are what one dialect writes and the others do not, each after something that is
// unlikely within a value.
var dialectVotes = []struct {
	dialect dialect
	signs   []string
}{
	{dialectMySQL, []string{"INTO `", "TABLE `", "ENGINE=", "\n/*!", "insert into `", "_binary '"}},
	{dialectPostgres, []string{" FROM stdin", "INTO public.", "TABLE public.", "'::", ",E'", ", E'",
		"SET standard_conforming_strings"}},
	{dialectMSSQL, []string{"INSERT [", "INTO [", "TABLE [", "(N'", ", N'", "\nGO\r", "\nGO\n",
		"IDENTITY(", "SET ANSI_NULLS"}},
	{dialectSQLite, []string{"PRAGMA foreign_keys", "BEGIN TRANSACTION;\n", ",replace('",
		",replace(replace('", ",unistr('", "AUTOINCREMENT", "INTO sqlite_sequence"}},
	{dialectOracle, []string{"to_date(", "TO_DATE(", ",q'[", "VARCHAR2", "REM INSERTING into",
		"SET DEFINE OFF"}},
}

// dialectOf tells the dialect of a dump from its beginning: by a banner, else by votes.
func dialectOf(head []byte) dialect {
	const bannerBytes = 1000
	beginning := bytes.ToLower(head[:min(len(head), bannerBytes)])
	for line := range bytes.Lines(beginning) {
		if as := dialectOfBanner(line); as != dialectUnknown {
			return as
		}
	}
	best, most := dialectUnknown, 0
	for _, vote := range dialectVotes {
		n := 0
		for _, sign := range vote.signs {
			n += bytes.Count(head, []byte(sign))
		}
		if n > most {
			best, most = vote.dialect, n
		}
	}
	return best
}
