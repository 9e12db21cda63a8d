package main

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"unicode/utf16"
)

// victim is an account of ours that a dump names with its password.
type victim struct{ id, email, password string }

// layout is a file in which victims stand, all in one way.
type layout struct {
	kind    string // what was drawn, for a person who looks for a fault
	text    []byte
	victims []victim
}

// accountsOfLayout is how many victims stand in each layout.
const accountsOfLayout = 5

// layouter draws layouts.
type layouter struct {
	*rand.Rand
	kind []string
}

// draw returns one of a list.
func draw[T any](l *layouter, of ...T) T { return of[l.IntN(len(of))] }

func (l *layouter) chance(percent int) bool { return l.IntN(100) < percent }

func (l *layouter) note(format string, args ...any) {
	l.kind = append(l.kind, fmt.Sprintf(format, args...))
}

// victims draws people whose passwords hold none of the signs that part fields.
func (l *layouter) victims(n int, prefix string) []victim {
	out := make([]victim, n)
	for i := range out {
		local := draw(l, "ann", "bob.lee", "c_d", "dora", "e-f", "x", "user", "j.r.r", "marta.k", "o_neil")
		domain := draw(l, "example.com", "example.org", "mail.example.net", "corp-1.example.test")
		word := func() string {
			return draw(l, "Tulip", "river", "Qx9", "maple", "Zk", "harbour", "Gate", "Stone", "velvet", "Lamp", "SYRUP")
		}
		sign := draw(l, "-", ".", "!", "_", "$", "?", "+", "", "", "*")
		out[i] = victim{
			id:       fmt.Sprintf("%s-%d", prefix, i),
			email:    fmt.Sprintf("%s%s%d@%s", local, prefix, i, domain),
			password: word() + sign + word() + fmt.Sprint(l.IntN(9000)+100) + draw(l, "", "", "x", "!", word()),
		}
	}
	return out
}

// extras are what else stands in a record.
func (l *layouter) extra() string {
	return draw(l, fmt.Sprint(l.IntN(100000)), "Made Up", "2024-01-02 10:11:12", "192.0.2.7", "true", "Basic",
		"https://portal.example.net/login", "blue", "DE", "5f4dcc3b5aa765d61d8327deb882cf99", "2024-05-06")
}

// layout draws one layout for five victims.
func (l *layouter) layout(prefix string) layout {
	l.kind = nil
	out := layout{victims: l.victims(accountsOfLayout, prefix)}
	record := draw(l, l.rows, l.rows, l.labelled, l.labelled, l.objects, l.tuples, l.elements, l.lines, l.forms, l.prose)()
	if l.chance(20) {
		record = l.wrapped(record)
	}
	var b strings.Builder
	b.WriteString(l.preamble())
	between := l.between()
	for i, v := range out.victims {
		if i > 0 {
			b.WriteString(between)
		}
		b.WriteString(record(v) + "\n")
	}
	out.text = l.encoded(b.String())
	out.kind = strings.Join(l.kind, ", ")
	return out
}

func (l *layouter) preamble() string {
	if !l.chance(30) {
		return ""
	}
	l.note("preamble")
	return draw(l, "Leaked by nobody, 2024\n\n", "# made up\n", "===== dump =====\n", "\n\n", "-- Host: localhost\n--\n\n",
		"contact: seller@example.net\n\n", "<pre>\n")
}

// between draws what stands between two records.
func (l *layouter) between() string {
	if !l.chance(35) {
		return ""
	}
	text := draw(l, "\n", "--------\n", "==========================\n", "\n\n", "# next\n", "***\n", "~ more at https://dumps.example.net ~\n")
	l.note("between %q", text)
	return text
}

// rows are fields with a separator, of which two are the address and the password.
func (l *layouter) rows() func(victim) string {
	sep := draw(l, ":", ";", "|", "\t", ",", "~", "----", " | ", " : ", " - ", "\x01", " # ", "：", "^", " => ", "::", "  ", " ",
		"<>", "##", "||", " / ", "\x1f", "->", ",,", " ; ")
	quote := draw(l, "", "", "", `"`, "'", "`")
	open, end := "", ""
	if pair := draw(l, "", "", "", "", "()", "[]", "{}", "<>"); pair != "" {
		open, end = pair[:1], pair[1:]+draw(l, "", ",", ";")
	}
	prefix := draw(l, "", "", "", "[HIT] ", "[2024-01-02 10:11:01] ", "* ", "=> ", "> ", "12:30:01 ", "- ", "+ ", "VALID: ")
	columns, swap := 2+draw(l, 0, 0, 1, 2, 4), l.chance(35)
	at := l.IntN(columns - 1)
	gap := 1
	if columns-at > 2 {
		gap += l.IntN(columns - at - 1)
	}
	l.note("rows sep %q quote %q open %q prefix %q columns %d at %d+%d swap %v", sep, quote, open, prefix, columns, at, gap, swap)
	return func(v victim) string {
		cells := make([]string, columns)
		for i := range cells {
			cells[i] = l.extra()
			if strings.ContainsAny(cells[i], strings.TrimSpace(sep)+" ") {
				cells[i] = draw(l, "blue", "DE", fmt.Sprint(l.IntN(100)))
			}
		}
		cells[at], cells[at+gap] = v.email, v.password
		if swap {
			cells[at], cells[at+gap] = v.password, v.email
		}
		for i, c := range cells {
			cells[i] = quote + c + quote
		}
		return prefix + open + strings.Join(cells, sep) + end
	}
}

// The labels of addresses and of passwords.
var (
	emailLabels = []string{
		"E-mail", "email", "Username", "User Name", "Login", "Usuario", "Benutzername", "Логин", "用户名", "Mail", "user",
		"U53RN4M3", "Correo", "Identifiant", "USER", "Account", "メール", "邮箱", "Kullanıcı adı", "Nome utente",
	}
	passwordLabels = []string{
		"Password", "pass", "PWD", "Clave", "Contraseña", "Senha", "Mot de passe", "Passwort", "Пароль", "密码", "パスワード",
		"비밀번호", "Şifre", "Hasło", "P455W0RD", "Kata sandi", "Mật khẩu", "PASS", "passwd", "كلمة المرور", "Parola chiave",
	}
)

// labelled are labels with values, on one line or a line each.
func (l *layouter) labelled() func(victim) string {
	kv := draw(l, ": ", ":", "=", " = ", " : ", "\t", " => ", ":\t", " -> ", "：")
	glue := draw(l, "\n", "\n", "\n", " | ", ", ", "; ", "<br>\n", " ", "\r\n", " - ", "\n  ")
	bullet := draw(l, "", "", "- ", " * ", "\t", "| ", "• ", "[+] ")
	mail, pass := draw(l, emailLabels...), draw(l, passwordLabels...)
	quote := draw(l, "", "", "", `"`, "'")
	others := l.Perm(4)[:l.IntN(4)]
	swap, last := l.chance(25), l.chance(50)
	end := draw(l, "", "\n", "\n----------", "\n==============================")
	l.note("labelled kv %q glue %q bullet %q %s/%s quote %q others %v swap %v last %v end %q", kv, glue, bullet, mail, pass, quote, others,
		swap, last, end)
	return func(v victim) string {
		one := func(label, value string) string { return bullet + label + kv + quote + value + quote }
		pair := []string{one(mail, v.email), one(pass, v.password)}
		if swap {
			slices.Reverse(pair)
		}
		var parts []string
		for _, o := range others {
			parts = append(parts, one([]string{"URL", "Browser", "Country", "IP"}[o],
				[]string{"https://portal.example.net/", "Chrome", "DE", "192.0.2.7"}[o]))
		}
		if last {
			parts = append(parts, pair...)
		} else {
			parts = append(pair, parts...)
		}
		return strings.Join(parts, glue) + end
	}
}

// objects are JSON or what looks like it.
func (l *layouter) objects() func(victim) string {
	mail, pass := draw(l, "email", "mail", "user", "login", "e"), draw(l, "password", "pass", "pw", "k", "credential", "p")
	q, colon := draw(l, `"`, `"`, `'`), draw(l, ": ", ":", " => ", " = ")
	inner, open := draw(l, ", ", ",", ",\n  "), draw(l, "{}", "{}", "[]", "()", "array()")
	deep, n, end := l.IntN(3), l.IntN(4), draw(l, "", ",", "", ";")
	l.note("objects %s/%s q %s colon %q inner %q open %s deep %d extras %d", mail, pass, q, colon, inner, open, deep, n)
	return func(v victim) string {
		fields := []string{q + mail + q + colon + q + v.email + q, q + pass + q + colon + q + v.password + q}
		for i := range n {
			fields = append(fields, fmt.Sprintf("%sf%d%s%s%s%s%s", q, i, q, colon, q, l.extra(), q))
		}
		l.Shuffle(len(fields), func(a, b int) { fields[a], fields[b] = fields[b], fields[a] })
		at := len(open) - 1
		text := open[:at] + strings.Join(fields, inner) + open[at:]
		for range deep {
			text = open[:at] + q + "doc" + q + colon + text + open[at:]
		}
		return text + end
	}
}

// tuples are rows of literals, as in SQL.
func (l *layouter) tuples() func(victim) string {
	head := draw(l, "", "INSERT INTO `x1` VALUES ", "INSERT INTO people (a,b,c,d) VALUES ", "EXEC add_user ", "call f")
	q, glue := draw(l, "'", "'", `"`, "N'", "E'"), draw(l, ",", ", ")
	columns, end := 3+l.IntN(3), draw(l, ";", ",", "")
	at := l.IntN(columns - 1)
	to := at + 1 + l.IntN(columns-at-1)
	l.note("tuples head %q q %s columns %d at %d to %d", head, q, columns, at, to)
	return func(v victim) string {
		cells := make([]string, columns)
		for i := range cells {
			text := l.extra()
			switch i {
			case at:
				text = v.email
			case to:
				text = v.password
			}
			cells[i] = q + text + q[len(q)-1:]
			if i != at && i != to && l.chance(30) {
				cells[i] = draw(l, "NULL", "7", "0.5", "DEFAULT")
			}
		}
		return head + "(" + strings.Join(cells, glue) + ")" + end
	}
}

// elements are XML and HTML.
func (l *layouter) elements() func(victim) string {
	row, cell := draw(l, "tr", "row", "user", "ns:r", "li"), draw(l, "td", "c", "ns:cell", "span", "b")
	nl, n := draw(l, "", "\n", "\n  "), l.IntN(3)
	asAttributes := l.chance(30)
	l.note("elements %s/%s nl %q attributes %v extras %d", row, cell, nl, asAttributes, n)
	return func(v victim) string {
		values := []string{v.email, v.password}
		for range n {
			values = append(values, l.extra())
		}
		if asAttributes {
			return fmt.Sprintf("<%s id=\"3\" mail=\"%s\" pw=\"%s\"/>", row, html.EscapeString(values[0]), html.EscapeString(values[1]))
		}
		text := "<" + row + ">" + nl
		for _, value := range values {
			text += "<" + cell + ">" + html.EscapeString(value) + "</" + cell + ">" + nl
		}
		return text + "</" + row + ">"
	}
}

// lines are an address on one line and the password on another.
func (l *layouter) lines() func(victim) string {
	indent, swap := draw(l, "", "", "  ", "\t", "> "), l.chance(30)
	end := draw(l, "\n", "\n", "\n---")
	n := l.IntN(3)
	l.note("lines indent %q swap %v extras %d end %q", indent, swap, n, end)
	return func(v victim) string {
		parts := []string{v.email, v.password}
		if swap {
			slices.Reverse(parts)
		}
		for range n {
			parts = append(parts, draw(l, "DE", "blue", "7"))
		}
		return indent + strings.Join(parts, "\n"+indent) + end
	}
}

// forms are what browsers post.
func (l *layouter) forms() func(victim) string {
	prefix := draw(l, "", "POST /login HTTP/1.1\nHost: portal.example.net\n\n", "data: ", "https://portal.example.net/login?")
	mail, pass := draw(l, "email", "user", "log", "u"), draw(l, "password", "pass", "pwd", "p")
	before, after := draw(l, "", "csrf=ab12&"), draw(l, "", "&go=1", "&submit=Log+In")
	l.note("forms prefix %q %s/%s", prefix, mail, pass)
	return func(v victim) string {
		return prefix + before + mail + "=" + url.QueryEscape(v.email) + "&" + pass + "=" + url.QueryEscape(v.password) + after
	}
}

// prose are sentences.
func (l *layouter) prose() func(victim) string {
	format := draw(l, "User %s logs in with password %s", "%s uses %s", "login %s pass %s", "I have %s with the password \"%s\".",
		"2024-01-02 INFO auth ok user=%s secret=%s ip=192.0.2.7", "<bot> got %s / %s", "%s (password: %s)", "%s [%s]", "creds %s -> %s")
	l.note("prose %q", format)
	return func(v victim) string { return fmt.Sprintf(format, v.email, v.password) }
}

// wrapped puts whole records, or their values, into another layer.
func (l *layouter) wrapped(record func(victim) string) func(victim) string {
	kind := l.IntN(7)
	l.note("wrapped %d", kind)
	inString := func(text string) string {
		out, err := json.Marshal(text)
		if err != nil {
			panic(err)
		}
		return string(out)
	}
	return func(v victim) string {
		text := record(v)
		switch kind {
		case 0:
			return `7,"` + strings.ReplaceAll(text, `"`, `""`) + `",DE`
		case 1:
			return `{"id": 7, "body": ` + inString(text) + `}`
		case 2:
			return "row " + base64.StdEncoding.EncodeToString([]byte(text))
		case 3:
			return "body=" + url.QueryEscape(text)
		case 4:
			return "<td>" + html.EscapeString(text) + "</td>"
		case 5:
			return "INSERT INTO logs VALUES (7,'" + strings.NewReplacer(`\`, `\\`, "'", `\'`, "\n", `\n`).Replace(text) + "');"
		default:
			return "(7, 0x" + hex.EncodeToString([]byte(text)) + ")"
		}
	}
}

// encoded writes a text in one of the encodings of dumps.
func (l *layouter) encoded(text string) []byte {
	switch kind := l.IntN(20); kind {
	case 0, 1:
		l.note("UTF-16")
		units := utf16.Encode([]rune("\ufeff" + text))
		out := make([]byte, 0, 2*len(units))
		for _, u := range units {
			if kind == 0 {
				out = append(out, byte(u), byte(u>>8))
			} else {
				out = append(out, byte(u>>8), byte(u))
			}
		}
		return out
	case 2:
		if strings.ContainsFunc(text, func(r rune) bool { return r > 0xff }) {
			break
		}
		l.note("Latin-1")
		out := make([]byte, 0, len(text))
		for _, r := range text {
			out = append(out, byte(r))
		}
		return out
	case 3:
		l.note("BOM")
		return []byte("\ufeff" + text)
	case 4, 5:
		l.note("CRLF")
		return []byte(strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\n", "\r\n"))
	case 6:
		l.note("CR")
		return []byte(strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\n", "\r"))
	}
	return []byte(text)
}
