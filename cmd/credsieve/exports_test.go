package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// exportCase is an export as some program writes it, and what a build and a scan make of it.
type exportCase struct {
	name   string
	file   string // empty: x.csv
	text   string // {H} is a stored hash of the leaked password, {O} of another one
	args   string // of index build, separated by blanks
	dump   string // lines of a dump; {P} is the leaked password. Empty: jdoe@example.com:{P}
	listed string // accounts, separated by blanks; "fails": the build does
	says   string // regular expression for what the build says; a ! before it: it does not
}

const (
	leakedPassword = "Made-Up-Harbour-9"
	leakedHash     = "$2y$04$jbDm6zW2AeHM98cQytkmYuGjEc9cRKat3UL8rKaLl10VT612Kmm6K"
	otherHash      = "$2y$04$vSGp3UI9kHBemKqAPJuJ5uajF9d/yoKRpNTF2VtvaVpuAhvNJzCyi"
)

// csvRow is an export with one row and one column more than it needs.
func csvRow(column, value string) string {
	return "account_id,email,password_hash," + column + "\nu1,jdoe@example.com,{H}," + value + "\n"
}

// one is an export of one account, with one identifier.
func one(column, value string) string {
	return "account_id;" + column + ";password_hash\nu1;" + value + ";{H}\nu9;" + farFrom(column) + ";{O}\n"
}

func farFrom(column string) string {
	switch column {
	case "phone":
		return "+447700900999"
	case "username":
		return "somebody-else"
	}
	return "somebody@example.net"
}

var exportCases = slices.Concat(dialectCases, valueCases, identifierCases, documentCases)

var dialectCases = []exportCase{
	// No row gets a value of another one.
	{name: "tsv_stray_quotes", file: "x.tsv", text: "account_id\tusername\temail\tpassword_hash\n" +
		"u7\t\"Bob\tbob@example.com\t{O}\nu8\tAl\"\tjdoe@example.com\t{H}\n", listed: "u8"},
	{name: "tsv_lone_quote", file: "x.tsv", text: "account_id\tnick\temail\tpassword_hash\n" +
		"u1\t5'11\"\tjdoe@example.com\t{H}\nu2\t\"\tjane@example.com\t{O}\n",
		dump: "jdoe@example.com:{P}\njane@example.com:{P}", listed: "u1"},
	{name: "tsv_all_quoted", file: "x.tsv", text: "\"account_id\"\t\"nick\"\t\"email\"\t\"password_hash\"\n" +
		"\"u1\"\t\"a \"\"b\"\"\nc\"\t\"jdoe@example.com\"\t\"{H}\"\n", listed: "u1"},
	{name: "tsv_quoted_line_end", file: "x.tsv", text: "account_id\temail\tpassword_hash\tnote\n" +
		"u1\tjane@example.com\t{O}\t\"hi\nu2\tjdoe@example.com\t{H}\tforged\nbye\"\nu3\tjoe@example.com\t{O}\tx\n", listed: "",
		says: "its quotes enclose line ends; where the writer quotes, name the export .csv"},
	{name: "csv_stray_quotes", text: "account_id,nick,email,password_hash\n" +
		"u7,\"Bob,bob@example.com,{H}\nu8,Al\",al@example.com,{O}\nu9,Zed,jdoe@example.com,{H}\n",
		dump: "bob@example.com:{P}\nal@example.com:{P}\njdoe@example.com:{P}", listed: "u9",
		says: "row 1 rejected: a quote opens in one of 2 lines"},
	{name: "csv_stray_quotes_far_apart", text: "account_id,nick,email,password_hash\n" +
		"u1,\"Bob,bob@example.com,{O}\n" + strings.Repeat("x,y,somebody@example.net,{O}\n", 30) +
		"u8,Al\",jdoe@example.com,{H}\nu9,Zed,zed@example.com,{H}\n",
		dump: "bob@example.com:{P}\njdoe@example.com:{P}\nzed@example.com:{P}", listed: "u9", says: "the limit is 19"},
	{name: "csv_stray_quote_in_a_used_column", text: "account_id,username,email,password_hash\n" +
		"u7,\"Bob,bob@example.com,{O}\nu8,Al\",jdoe@example.com,{H}\nu9,zed,zed@example.com,{H}\n",
		dump: "bob@example.com:{P}\njdoe@example.com:{P}\nzed@example.com:{P}", listed: "u9",
		says: `its column "username" holds a line end`},
	{name: "csv_line_ends_in_a_note", text: "account_id,email,note,password_hash\n" +
		"u1,jdoe@example.com,\"Flat 3,\n12 Made-up Street\",{H}\n", listed: "u1"},
	{name: "csv_row_within_a_note", text: "account_id,email,password_hash,note\n" +
		"u1,jane@example.com,{O},\"x\nu2,jdoe@example.com,{H},y\"\nu3,zed@example.com,{H},\n",
		dump: "jdoe@example.com:{P}\njane@example.com:{P}\nzed@example.com:{P}", listed: "u3"},
	{name: "csv_quotes_within_a_value", text: "account_id,nick,email,password_hash\n" +
		"u1,Bob \"the\" Builder,jdoe@example.com,{H}\n", listed: "u1"},
	{name: "csv_comma_without_quotes", text: "account_id,email,password_hash\n" +
		"u1,jdoe@example.com,$argon2id$v=19$m=8,t=1,p=1$bWFkZXVw$bWFkZXVw\n", listed: "fails", says: "row 1: it has 5 fields"},
	{name: "csv_one_row_too_short", text: "account_id,email,password_hash\nu1,jdoe@example.com,{H}\nu2,jane@example.com\n",
		listed: "u1", says: "row 2 rejected: it has 2 fields where the header has 3"},
	// Backslashes before quotes.
	{name: "backslash_quote", text: "account_id,username,email,password_hash\n" +
		`"u1","O\"Neil","jdoe@example.com","{H}"` + "\n", listed: "u1"},
	{name: "backslash_quote_at_an_end", text: "account_id,nick,email,password_hash\n" +
		`"u1","the \"one\"","jdoe@example.com","{H}"` + "\n" + `"u2","x\\","jane@example.com","{O}"` + "\n",
		dump: "jdoe@example.com:{P}\njane@example.com:{P}", listed: "u1"},
	{name: "backslash_then_comma", text: "account_id,nick,email,password_hash\n" +
		`"u1","a\", b","jdoe@example.com","{H}"` + "\n", listed: "u1"},
	{name: "backslash_of_a_domain", text: "account_id,username,password_hash\n\"u1\",\"CORP\\jdoe\",\"{H}\"\n",
		dump: "username,password\njdoe,{P}", listed: "u1"},
	// Separators and names.
	{name: "semicolons", text: "account_id;email;password_hash\nu1;jdoe@example.com;{H}\n", listed: "u1", says: "semicolons"},
	{name: "bars", text: "account_id|email|password_hash\nu1|jdoe@example.com|{H}\n", listed: "u1", says: "vertical bars"},
	{name: "tabs_named_csv", text: "account_id\temail\tpassword_hash\nu1\tjdoe@example.com\t{H}\n", listed: "u1", says: "TABs"},
	{name: "table_of_psql", file: "x.txt", text: " account_id |      email       | password_hash\n------------+------------------+--------\n" +
		" u1         | jdoe@example.com | {H}\n u2         | jane@example.com | {O}\n(2 rows)\n\n",
		dump: "jdoe@example.com:{P}\njane@example.com:{P}", listed: "u1", says: "row 3 rejected: it has 1 fields"},
	{name: "rule_of_sqlcmd", text: "account_id,email,password_hash\n----------,-----,-------------\nu1,jdoe@example.com,{H}\n", listed: "u1",
		says: "!rejected: no usable"},
	{name: "single_quotes", text: "account_id,email,password_hash\n'u1','jdoe@example.com','{H}'\n", listed: "fails", says: "within single quotes"},
	{name: "separator_line_of_a_spreadsheet", text: "sep=;\naccount_id;email;password_hash\nu1;jdoe@example.com;{H}\n", listed: "u1"},
	{name: "separator_told", text: "account_id~email~password_hash\nu1~jdoe@example.com~{H}\n", args: "--separator ~", listed: "u1"},
	{name: "padded", text: "account_id, email, password_hash\nu1, jdoe@example.com, {H}\n", listed: "u1"},
	{name: "padded_and_quoted", text: "account_id , email , password_hash\nu1 , \"jdoe@example.com\" , \"{H}\" \n", listed: "u1"},
	{name: "hash_with_blanks", text: "account_id,email,password_hash\nu1,jdoe@example.com,{H}   \n", listed: "u1"},
	{name: "no_header", text: "u1,jdoe@example.com,{H}\n", args: "--header account_id,email,password_hash", listed: "u1"},
	{name: "no_header_not_told", text: "u1,jdoe@example.com,{H}\n", listed: "fails", says: "header"},
	{name: "no_header_of_copy", file: "x.txt", text: "u1\tjdoe@example.com\t{H}\\\\\nu2\tjane@example.com\t{H}\n",
		args: "--header account_id,email,password_hash", dump: "jane@example.com:{P}", listed: "u2"},
	{name: "one_column_in_two_roles", text: "login,password_hash\njdoe,{H}\n", args: "--map account_id=login --map username=login",
		dump: "username,password\njdoe,{P}", listed: "jdoe"},
	{name: "column_twice", text: "id,email,id,password\n1,jdoe@example.com,7,{H}\n",
		args: "--map account_id=id --map password_hash=password", listed: "fails", says: "2 columns are named"},
	{name: "type_line_of_powershell", text: "#TYPE System.Object\n\"account_id\",\"email\",\"password_hash\"\n", listed: "fails", says: "#TYPE"},
	// Encodings and nothing.
	{name: "mark_and_crlf", text: "\ufeffaccount_id,email,password_hash\r\nu1,jdoe@example.com,{H}\r\n", listed: "u1"},
	{name: "utf16", text: utf16LE("account_id,email,password_hash\r\nu1,jdoe@example.com,{H}\r\n"), listed: "u1", says: "UTF-16, read as UTF-8"},
	{name: "latin1", text: "account_id,email,username,password_hash\nu1,jdoe@example.com,jos\xe9,{H}\n", listed: "u1",
		says: `1 value of column "username" \(row 1\): cannot be used: it is not valid UTF-8`},
	{name: "latin1_name_alone", text: "account_id,username,password_hash\nu1,jos\xe9,{H}\nu2,anna,{H}\n",
		dump: "username,password\nanna,{P}", listed: "u2", says: "row 1 rejected: no usable identifier"},
	{name: "null", text: "account_id,email,password_hash\nu1,jdoe@example.com,NULL\nu2,jane@example.com,{H}\n",
		dump: "jdoe@example.com:{P}\njane@example.com:{P}", listed: "u2", says: "!unknown_scheme"},
	{name: "null_of_mysql", file: "x.tsv", text: "account_id\temail\tpassword_hash\nu1\tjdoe@example.com\t\\N\nu2\tjane@example.com\t{H}\n",
		dump: "jane@example.com:{P}", listed: "u2", says: "!unknown_scheme"},
	{name: "none_of_python", text: "account_id,email,password_hash\nu1,jdoe@example.com,None\nu2,jane@example.com,{H}\n",
		dump: "jane@example.com:{P}", listed: "u2", says: "!unknown_scheme"},
	{name: "null_of_quotes_is_a_name", text: "account_id,username,password_hash\nu1,\"NULL\",{H}\n",
		dump: "username,password\nnull,{P}", listed: "u1"},
}

// utf16LE is what PowerShell calls Unicode.
func utf16LE(text string) string {
	text = fill(text)
	out := "\xff\xfe"
	for i := range len(text) {
		out += text[i:i+1] + "\x00"
	}
	return out
}

var valueCases = slices.Concat(
	values("mfa_enabled", "u1", "", "1", "TRUE", "Y", "t", "on", "b'1'", "enabled", "NULL", "no", "disabled", "b'0'", "n/a"),
	values("mfa_enabled", "fails", `row 1: column "mfa_enabled" is not true or false`, "perhaps", "2", "ja"),
	values("status", "u1", "", "ACTIVE", "enabled", "t", "Confirmed", "PASSWORD_EXPIRED", "true", "NULL"),
	values("status", "", "", "blocked", "inactive", "SUSPENDED", "f", "LOCKED_OUT", "banned", "deactivated"),
	values("status", "fails", "row 1: column \"status\" is not one of active, disabled, locked", "gone fishing", "1", "0"),
	values("is_active", "u1", "no column \"status\" is read; if it is \"is_active\", name it with --map status=is_active", "t"),
	values("password_changed_at", "u1", "",
		"2024-01-02", "2024-01-02T03:04:05", "2024-01-02 03:04:05", "2024-01-02 03:04:05.123456+00", "2024-01-02 03:04:05+0000",
		"2024-01-02 03:04:05 UTC", "2024-01-02T03:04:05.123Z", "2024-01-02 03:04", "20240102030405Z", "20240102030405.0Z",
		"Tue Jan  2 03:04:05 2024", "02-JAN-2024 03:04:05", "\"Jan 2, 2024 3:04:05 AM\"", "2024-01-02T03:04:05+01:00[Europe/Berlin]",
		"/Date(1704164645123)/", "/Date(1704164645123+0100)/", "20240102", "20240102T030405Z", "1704164645", "1704164645.123", "1704164645123", "1704164645123456",
		"133486382450000000", "13348638245000000", "638397614450000000", "\"Tue, 02 Jan 2024 03:04:05 GMT\"", "2024/01/02 03:04:05",
		"NULL", "\\N", "Never", "0", "0000-00-00 00:00:00", "9223372036854775807", "0001-01-01T00:00:00"),
	values("password_changed_at", "fails", `row 1: column "password_changed_at"`,
		"1/2/2024 3:04:05 AM", "02-Jan-24", "19724", "45293", "31536000", "5000000000", "2024-01-02 03:04:05 CET", "yesterday", "2024-13-02"),
	[]exportCase{
		{name: "times_without_a_zone_are_said", text: csvRow("last_active_at", "2024-01-02 03:04:05"), listed: "u1",
			says: "is a time without a zone, read as UTC; say the zone with --timezone"},
		{name: "times_of_a_zone", text: csvRow("last_active_at", "2024-01-02 03:04:05"), args: "--timezone Europe/Berlin", listed: "u1",
			says: "!without a zone"},
		{name: "no_such_zone", text: csvRow("last_active_at", ""), args: "--timezone Middle/Earth", listed: "usage", says: "Middle/Earth"},
		{name: "some_times_that_cannot_be_read", text: csvRow("last_active_at", "2024-01-02") + strings.Repeat("v%d,v%[1]d@example.net,{O},2024-01-02\n", 20) +
			"u2,jane@example.com,{O},1/2/2024\n", listed: "u1", says: `1 value of column "last_active_at" \(row 22\): is a date whose day and month`},
		{name: "status_words_of_a_store", text: csvRow("status", "gesperrt") + "u2,jane@example.com,{H},aktiv\n",
			args: "--status-map gesperrt=locked,aktiv=active", dump: "jdoe@example.com:{P}\njane@example.com:{P}", listed: "u2"},
		{name: "status_word_of_one_row", text: csvRow("status", "active") + "u2,jane@example.com,{H},gone fishing\n",
			dump: "jdoe@example.com:{P}\njane@example.com:{P}", listed: "u1", says: "row 2 rejected: column \"status\" is not one of"},
		{name: "status_map_to_nothing", text: csvRow("status", "x"), args: "--status-map x=maybe", listed: "usage", says: "active, disabled, locked"},
		{name: "status_of_a_flag", text: csvRow("is_active", "0") + "u2,jane@example.com,{H},1\n", args: "--map status=is_active",
			dump: "jdoe@example.com:{P}\njane@example.com:{P}", listed: "u2"},
		{name: "status_of_a_flag_that_says_no", text: csvRow("banned", "0") + "u2,jane@example.com,{H},1\n", args: "--map status=banned",
			dump: "jdoe@example.com:{P}\njane@example.com:{P}", listed: "u1"},
		{name: "status_of_a_time", text: csvRow("deleted_at", "") + "u2,jane@example.com,{H},2024-01-02 03:04:05\n", args: "--map status=deleted_at",
			dump: "jdoe@example.com:{P}\njane@example.com:{P}", listed: "u1"},
		{name: "privilege_of_words", text: csvRow("role", "Administrator") + "u2,jane@example.com,{H},wizard\n", args: "--map privilege=role",
			listed: "u1", says: `1 value of column "role" \(row 2\): is not one of user, staff, admin`},
		{name: "devise", text: "id,email,encrypted_password,last_sign_in_at,otp_required_for_login\n7,jdoe@example.com,{H},2024-01-02 03:04:05.123456,t\n",
			args: "--map account_id=id --map password_hash=encrypted_password --map last_active_at=last_sign_in_at", listed: "7",
			says: "otp_required_for_login"},
	},
)

// values makes one case of each value of a column.
func values(column, listed, says string, all ...string) (cases []exportCase) {
	for i, value := range all {
		text := csvRow(column, value)
		if listed == "" { // somebody must be there
			text += "u9,somebody@example.net,{O},active\n"
		}
		cases = append(cases, exportCase{name: fmt.Sprintf("%s_%s%d_%s", column, listed, i, value), text: text, listed: listed, says: says})
	}
	return cases
}

var identifierCases = []exportCase{
	{name: "angle", text: one("email", "Jane Doe <jdoe@example.com>"), listed: "u1"},
	{name: "angle_with_a_comma", text: one("email", "\"Doe, Jane <jdoe@example.com>\""), listed: "u1"},
	{name: "angles", text: one("email", "\"Jane <jdoe@example.com>, Joe <joe@example.com>\""), dump: "joe@example.com:{P}", listed: "u1"},
	{name: "mailto", text: one("email", "mailto:jdoe@example.com?subject=x"), listed: "u1"},
	{name: "smtp", text: one("email", "\"SMTP:jdoe@example.com;smtp:joe@example.org\""), dump: "joe@example.org:{P}", listed: "u1"},
	{name: "two_with_a_comma", text: one("email", "jane@example.org,jdoe@example.com"), listed: "u1"},
	{name: "brackets", text: one("email", "[jdoe@example.com]"), listed: "u1"},
	{name: "quotes_within", text: one("email", `"""jdoe@example.com"""`), listed: "u1"},
	{name: "name_before_parentheses", text: one("email", "Jane Doe (jdoe@example.com)"), listed: "u1"},
	{name: "angle_that_is_not_closed", text: one("email", "Jane Doe <jdoe@example.com"), listed: "u1"},
	{name: "comment_after", text: one("email", "jdoe@example.com (home)"), listed: "u1"},
	{name: "blank_beside_the_at", text: one("email", "jdoe @ example.com"), listed: "u1"},
	{name: "two_with_a_slash", text: one("email", "jane@example.org/jdoe@example.com"), listed: "u1"},
	{name: "slash_that_belongs_to_it", text: one("email", "j/doe@example.com"), dump: "j/doe@example.com:{P}", listed: "u1"},
	{name: "full_width", text: one("email", "\uff4a\uff44oe\uff20example.com"), listed: "u1"},
	{name: "full_width_in_the_dump", text: one("username", "jdoe"), dump: "username,password\n\uff4a\uff44\uff4f\uff45,{P}", listed: "u1"},
	{name: "text_of_a_spreadsheet", text: "account_id,email,password_hash\n\"=\"\"007\"\"\",\"=\"\"jdoe@example.com\"\"\",\"=\"\"{H}\"\"\"\n", listed: "007"},
	{name: "name_of_a_directory", text: one("username", "uid=jdoe,ou=people,dc=example,dc=com"), dump: "username,password\njdoe,{P}", listed: "u1"},
	{name: "phone_as_a_fraction", text: one("phone", "447700900123.0"), args: "--default-region GB", dump: "+447700900123:{P}", listed: "u1"},
	{name: "two_with_a_bar", text: one("email", "jane@example.org | jdoe@example.com"), listed: "u1"},
	{name: "two_with_a_semicolon", text: one("email", "\"jdoe@example.com; jane@example.org\""), dump: "jane@example.org:{P}", listed: "u1"},
	{name: "two_of_json", text: one("email", `"[""jane@example.org"",""jdoe@example.com""]"`), listed: "u1"},
	{name: "zero_width_space", text: one("email", "\u200bjdoe@example.com"), listed: "u1"},
	{name: "byte_order_mark_within", text: one("email", "jdoe\ufeff@example.com"), listed: "u1"},
	{name: "soft_hyphen", text: one("email", "jd\u00adoe@example.com"), listed: "u1"},
	{name: "invisible_in_the_dump", text: one("email", "jdoe@example.com"), dump: "\u200bjd\u00adoe@example.com:{P}", listed: "u1"},
	{name: "mark_of_direction_in_the_dump", text: one("username", "jdoe"), dump: "username,password\n\u202ajdoe\u202c,{P}", listed: "u1"},
	{name: "byte_order_mark_in_the_dump", text: one("email", "jdoe@example.com"), dump: "jdoe\ufeff@example.com:{P}", listed: "u1"},
	{name: "invisible_on_both_sides", text: one("email", "jdoe\u2060@example.com"), dump: "jdoe@exa\u200dmple.com:{P}", listed: "u1"},
	{name: "phone_hyphen_in_the_dump", text: one("phone", "+447700900123"), dump: "phone,password\n+44\u00a07700\u2011900123,{P}", listed: "u1"},
	{name: "no_break_space", text: one("email", "jdoe@example.com\u00a0"), listed: "u1"},
	{name: "joiner_of_a_script", text: one("username", "نام\u200cمن"), dump: "username,password\nنام\u200cمن,{P}", listed: "u1"},
	{name: "upper", text: one("email", "JDoe@Example.COM"), listed: "u1"},
	{name: "percent", text: one("email", "jdoe%40example.com"), says: "row 1 rejected: no usable identifier"},
	{name: "words_for_nothing", text: one("email", "n/a"), says: `1 value of column "email" \(row 1\): cannot be used: it is not an e-mail address`},
	{name: "list_with_commas", text: one("identifiers", "jane@example.org,jdoe@example.com"), listed: "u1"},
	{name: "list_of_json", text: one("identifiers", `"[""jane@example.org"",""jdoe@example.com""]"`), listed: "u1"},
	{name: "list_of_postgresql", text: one("identifiers", `"{jane@example.org,""jdoe@example.com""}"`), listed: "u1"},
	{name: "list_with_bars", text: one("identifiers", "jane|jdoe@example.com|+447700900123"), dump: "00447700900123:{P}", listed: "u1"},
	{name: "at_name", text: one("username", "@jdoe"), dump: "username,password\njdoe,{P}", listed: "u1"},
	{name: "at_name_as_it_stands", text: one("username", "@jdoe"), dump: "username,password\n@jdoe,{P}", listed: "u1"},
	{name: "at_name_of_a_list", text: one("identifiers", "@jdoe"), dump: "username,password\njdoe,{P}", listed: "u1"},
	{name: "domain", text: one("username", `CORP\jdoe`), dump: "username,password\njdoe,{P}", listed: "u1"},
	{name: "domain_that_looks_like_an_escape", text: one("username", `CORP\tom`), dump: "username,password\ntom,{P}", listed: "u1"},
	{name: "domain_of_tsv", file: "x.tsv", text: "account_id\tusername\tpassword_hash\nu1\tCORP\\tom\t{H}\n", dump: "username,password\ntom,{P}", listed: "u1"},
	{name: "principal_name", text: "account_id,userPrincipalName,password_hash\nu1,jdoe@corp.example,{H}\n",
		args: "--map username=userPrincipalName", dump: "username,password\njdoe,{P}", listed: "u1"},
	{name: "name_is_an_address", text: one("username", "jdoe@example.com"), listed: "u1"},
	// Phone numbers.
	{name: "phone_international", text: one("phone", "+447700900123"), dump: "+44 7700 900123:{P}", listed: "u1"},
	{name: "phone_national_of_a_region", text: one("phone", "07700 900123"), args: "--default-region GB", dump: "+447700900123:{P}", listed: "u1"},
	{name: "phone_national_of_all_others", text: one("phone", "07700 900123"), dump: "+447700900123:{P}", listed: "u1", says: "read as those of GB"},
	{name: "phone_national_in_the_dump", text: one("phone", "+447700900123"), args: "--default-region gb", dump: "07700900123:{P}", listed: "u1"},
	{name: "phone_trunk_zero", text: one("phone", "+44 (0)7700 900123"), dump: "+447700900123:{P}", listed: "u1"},
	{name: "phone_trunk_zero_in_the_dump", text: one("phone", "+447700900123"), dump: "+44 (0)7700 900123:{P}", listed: "u1"},
	{name: "phone_without_plus", text: one("phone", "447700900123"), dump: "+447700900123:{P}", listed: "u1"},
	{name: "phone_tel", text: one("phone", "tel:+447700900123"), dump: "+447700900123:{P}", listed: "u1"},
	{name: "phone_extension", text: one("phone", "+44 7700 900123 x5"), dump: "+447700900123:{P}", listed: "u1"},
	{name: "phone_hyphen_of_a_web_page", text: one("phone", "+44 7700\u2011900123"), dump: "+447700900123:{P}", listed: "u1"},
	{name: "phone_of_a_spreadsheet", text: one("phone", "4.47701E+11"), says: "a spreadsheet has rounded the number"},
	{name: "phone_without_a_country", text: "account_id,phone,password_hash\nu1,07700 900123,{H}\n", dump: "07700900123:{P}", listed: "u1",
		says: "has no country code"},
	{name: "phone_of_the_united_states", text: "account_id,phone,password_hash\nu1,(212) 555-0100,{H}\n", args: "--default-region US",
		dump: "+1-212-555-0100:{P}", listed: "u1"},
	{name: "phone_with_a_zero_that_stays", text: "account_id,phone,password_hash\nu1,06 1234 5678,{H}\n", args: "--default-region IT",
		dump: "+390612345678:{P}", listed: "u1"},
	{name: "no_such_region", text: one("phone", "1"), args: "--default-region XX", listed: "usage", says: "XX"},
}

var documentCases = []exportCase{
	{name: "json_array", file: "x.json", text: "[\n {\"account_id\": \"u1\", \"email\": \"jdoe@example.com\",\n  \"password_hash\": \"{H}\"}\n]\n", listed: "u1"},
	{name: "json_array_named_jsonl", file: "x.jsonl", text: "[\n {\"account_id\": \"u1\"}]\n", listed: "fails", says: "array"},
	{name: "json_around", file: "x.json", text: `{"total": 1, "users": [{"account_id": "u1", "email": "jdoe@example.com", "password_hash": "{H}"}], "next": null}`, listed: "u1"},
	{name: "json_records", file: "x.json", text: `{"a": {"people": [{"account_id": "u1", "email": "jdoe@example.com", "password_hash": "{H}"}]}}`,
		args: "--records a.people", listed: "u1"},
	{name: "json_lines_named_json", file: "x.json", text: "{\"account_id\":\"u1\",\"email\":\"jdoe@example.com\",\"password_hash\":\"{H}\"}\n" +
		"{\"account_id\":\"u2\",\"email\":\"jane@example.com\",\"password_hash\":\"{O}\"}\n", listed: "u1"},
	{name: "json_cut_off", file: "x.json", text: `[{"account_id": "u1", "email": "jdoe@example.com", "password_hash": "{H}"},`, listed: "fails", says: "ends early|truncated"},
	{name: "json_member_twice", file: "x.jsonl", text: `{"account_id":"u1","email":"jdoe@example.com","password_hash":"{O}","password_hash":"{H}"}` + "\n",
		listed: "fails", says: `two members named "password_hash"`},
	{name: "json_paths", file: "x.jsonl", text: `{"pk":1,"fields":{"password":"{H}","mail":"jdoe@example.com"}}` + "\n",
		args: "--map account_id=pk --map password_hash=fields.password --map email=fields.mail", listed: "1"},
	{name: "json_paths_of_lists", file: "x.jsonl", text: `{"_id":"m1","emails":[{"address":"jane@example.org"},{"address":"jdoe@example.com"}],"pw":{"bcrypt":"{H}"}}` + "\n",
		args: "--map account_id=_id --map password_hash=pw.bcrypt --map email=emails.address", listed: "m1"},
	{name: "json_path_of_one_item", file: "x.jsonl", text: `{"_id":"m1","emails":[{"address":"jdoe@example.com"}],"pw":{"bcrypt":"{H}"}}` + "\n",
		args: "--map account_id=_id --map password_hash=pw.bcrypt --map email=emails[0].address", listed: "m1"},
	{name: "json_path_to_nothing", file: "x.jsonl", text: `{"_id":"m1","email":"jdoe@example.com","pw":{"bcrypt":"{H}"}}` + "\n",
		args: "--map account_id=_id --map password_hash=pw.scrypt", listed: "fails", says: `no column "pw.scrypt"; did you mean`},
	{name: "json_address_not_mapped", file: "x.jsonl", text: `{"account_id":"m1","username":"jdoe","emails":[{"address":"jane@example.org"}],"password_hash":"{H}"}` + "\n",
		dump: "username,password\njdoe,{P}", listed: "m1", says: `--map email=emails\[0\].address`},
	{name: "json_object_as_id", file: "x.jsonl", text: `{"_id":{"$oid":"60"},"email":"jdoe@example.com","password_hash":"{H}"}` + "\n",
		args: "--map account_id=_id", listed: "fails", says: `is an object, not a single value; is "_id.\$oid" meant`},
	{name: "json_object_as_id_by_path", file: "x.jsonl", text: `{"_id":{"$oid":"60"},"email":"jdoe@example.com","password_hash":"{H}","last":{"$date":"2024-01-02T03:04:05Z"}}` + "\n",
		args: "--map account_id=_id.$oid --map last_active_at=last", listed: "60"},
	{name: "json_list_of_hashes", file: "x.jsonl", text: `{"account_id":"u1","email":"jdoe@example.com","password_hash":["{O}","{H}"]}` + "\n",
		listed: "fails", says: "is a list"},
	{name: "json_nothing_and_flags", file: "x.jsonl", text: `{"account_id":"u1","email":"jdoe@example.com","password_hash":"{H}","mfa_enabled":null,"status":null,"last_active_at":1704164645.5}` + "\n",
		listed: "u1"},
	{name: "ldif", file: "x.ldif", text: "dn: uid=jdoe,dc=example,dc=com\nuid: jdoe\nmail: jane@example.org\nmail: jdoe@exam\n ple.com\nuserPassword: {CRYPT}{H}\n",
		args: "--map account_id=uid --map username=uid --map email=mail --map password_hash=userPassword", listed: "jdoe"},
	{name: "ldif_of_two_passwords", file: "x.ldif", text: "dn: uid=jdoe,dc=example,dc=com\nuid: jdoe\nmail: jdoe@example.com\nuserPassword: {CRYPT}{H}\nuserPassword: {CRYPT}{O}\n",
		args: "--map account_id=uid --map email=mail --map password_hash=userPassword", listed: "jdoe", says: "!first of several"},
	{name: "ldif_of_a_second_password", file: "x.ldif", text: "dn: uid=jdoe,dc=example,dc=com\nuid: jdoe\nmail: jdoe@example.com\nuserPassword: {CRYPT}{O}\nuserPassword: {CRYPT}{H}\n\n" +
		"dn: uid=jane,dc=example,dc=com\nuid: jane\nmail: jane@example.com\nuserPassword: {CRYPT}{O}\nuserPassword: {CRYPT}{O}\n",
		dump: "jdoe@example.com:{P}\njane@example.com:{P}", args: "--map account_id=uid --map email=mail --map password_hash=userPassword", listed: "jdoe"},
	{name: "ldif_of_a_second_time", file: "x.ldif", text: "dn: uid=jdoe,dc=example,dc=com\nuid: jdoe\nmail: jdoe@example.com\nseen: 20240102030405Z\nseen: 20240103030405Z\nuserPassword: {CRYPT}{H}\n",
		args: "--map account_id=uid --map email=mail --map password_hash=userPassword --map last_active_at=seen", listed: "jdoe", says: "is the first of several"},
	{name: "cognito", text: "name,email,cognito:username\nJane,jdoe@example.com,jdoe\n", args: "--map account_id=cognito:username", listed: "fails", says: "password_hash"},
	{name: "preset_unknown", text: "x,y\n", args: "--preset nothing", listed: "usage", says: "there are 389ds"},
	{name: "preset_without_hashes", text: "x,y\n", args: "--preset cognito", listed: "fails", says: "gives no password hashes"},
	{name: "preset_that_asks", text: "x,y\n", args: "--preset firebase", listed: "fails", says: "needs a file with the password hash parameters"},
	{name: "preset_and_a_column_of_ones_own", text: "ID,user_login,user_email,user_pass,mobile\n1,jdoe,,{H},+447700900123\n",
		args: "--preset wordpress --map phone=mobile", dump: "+447700900123:{P}", listed: "1"},
}

func fill(text string) string {
	text = strings.NewReplacer("{H}", leakedHash, "{O}", otherHash, "{P}", leakedPassword).Replace(text)
	var b strings.Builder
	for i, line := range strings.SplitAfter(text, "\n") { // rows that are many need ids of their own
		b.WriteString(strings.NewReplacer("%d", fmt.Sprint(i), "%[1]d", fmt.Sprint(i), "\nx,y,", fmt.Sprintf("\nx%d,y,", i)).Replace(line))
	}
	return b.String()
}

// TestExports builds an index from each export and scans a dump: who has the leaked password is listed, and
// nobody because of a value of another row.
func TestExports(t *testing.T) {
	t.Parallel()
	for i, c := range exportCases {
		if isLeftOut(i) {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			file := c.file
			if file == "" {
				file = "x.csv"
			}
			args := append([]string{"index", "build", "--accounts", b.write(file, fill(c.text)), "--out", b.path("index"),
				"--memory", "512MiB", "--workers", "1", "--progress", "none"}, strings.Fields(c.args)...)
			code := b.tryRun(args...)
			said := b.out.String() + b.err.String()
			wantCode, wantListed := exitComplete, strings.Fields(c.listed)
			switch c.listed {
			case "fails":
				wantCode, wantListed = exitFailed, nil
			case "usage":
				wantCode, wantListed = exitUsage, nil
			}
			if code != wantCode {
				t.Fatalf("exit code %d, want %d\n%s", code, wantCode, said)
			}
			wanted, found := strings.CutPrefix(c.says, "!")
			if regexp.MustCompile(wanted).MatchString(said) == found && c.says != "" {
				t.Errorf("want %q in\n%s", c.says, said)
			}
			if strings.Contains(said, leakedHash) || strings.Contains(said, otherHash) || strings.Contains(said, "jdoe@") {
				t.Errorf("a hash or an address shows in\n%s", said)
			}
			if code != exitComplete {
				return
			}
			dump := c.dump
			if dump == "" {
				dump = "jdoe@example.com:{P}"
			}
			code = b.tryRun("scan", "--index", b.path("index"), "--out", b.path("run"), "--progress", "none", b.write("dump.txt", fill(dump)+"\n"))
			if code != exitComplete && code != exitPartial {
				t.Fatalf("the scan ends with %d\n%s", code, b.err.String())
			}
			if listed := b.listed("run"); !slices.Equal(slices.Sorted(slices.Values(listed)), wantListed) {
				t.Errorf("listed are %q, want %q; the build said\n%s", listed, wantListed, said)
			}
		})
	}
}
