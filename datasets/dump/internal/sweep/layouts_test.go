package sweep_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
)

// person is somebody whom a layout names, with a password that no other has.
type person struct{ address, password string }

// layout is a text in which people stand with their passwords.
type layout struct {
	kind   string
	text   string
	people []person
	others []person // strangers
}

// writer writes random layouts.
type writer struct {
	*rand.Rand
	n    int // people so far
	size int // people in a layout
}

// pick returns one of a list.
func pick[T any](w *writer, of ...T) T { return of[w.IntN(len(of))] }

func (w *writer) person() person {
	w.n++
	local := pick(w, "ann", "bob.lee", "c_d", "dora+news", "e-f", "x", "user", "Фома", "o'neil", "j.r.r")
	domain := pick(w, "example.com", "example.org", "mail.example.net", "corp-1.example.test", "a.test")
	words := []string{"Tulip", "river", "Qx9", "maple", "Zk", "harbour", "ärger", "пар", "密", "7", "Gate"}
	signs := []string{"-", ".", "!", "_", "$", "?", "%", "+", "*", "", "", "", "/", "(", "=", "&", "#", "@"}
	password := pick(w, words...) + pick(w, signs...) + pick(w, words...) + fmt.Sprint(w.n) +
		pick(w, signs[:13]...) + pick(w, "", "x", "Lamp", "!")
	return person{fmt.Sprintf("%s%d@%s", local, w.n, domain), password}
}

// plain is a person whose password holds no sign that parts fields.
func (w *writer) plain() person {
	p := w.person()
	p.password = strings.NewReplacer("(", "", "=", "", "&", "", "#", "", "@", "", "*", "", "'", "", "%", "").
		Replace(p.password)
	return p
}

func (w *writer) noise() string {
	return pick(w, fmt.Sprint(w.IntN(100000)), "Made Up", "2024-01-02 10:11:12", "192.0.2.7", "true", "Basic",
		"5f4dcc3b5aa765d61d8327deb882cf99", "https://portal.example.org/login", "blue", "DE", "",
		"0b5ac5f2-6a52-4c86-9a0e-1b7d6f3c2a11")
}

var layouts = []func(*writer) layout{
	separated, quotedRows, blocks, literals, nestedLiterals, tuples, elements, attributes, forms, packedFields,
	entities, linesInFields, chats, keyedByAddress, flatLists, typed, vertical, escapedJSON, wide,
	chaos, chaos, chaos, strangers,
}

// randomLayout is one layout, or two of which the second begins on a line of its own.
func randomLayout(w *writer) layout {
	w.size = pick(w, 1, 2, 3, 5, 5, 5, 8, 60)
	l := layouts[w.IntN(len(layouts))](w)
	if w.IntN(3) == 0 {
		l.text = w.prose() + l.text
	}
	if w.IntN(4) == 0 {
		m := layouts[w.IntN(len(layouts))](w)
		l.kind += " and " + m.kind
		l.text += pick(w, "\n", "\n\n", "\n-- \n") + m.text
		l.people, l.others = append(l.people, m.people...), append(l.others, m.others...)
	}
	return l
}

// prose is what stands above and below dumps.
func (w *writer) prose() string {
	return pick(w, "Leaked by nobody, 2024\n\n", "# made up\n", "===== dump =====\n", "\n\n",
		"-- Server version 8.0\n-- Host: localhost\n\n")
}

// separated are lines of fields.
func separated(w *writer) layout {
	sep := pick(w, ":", ";", "|", "\t", ",", "~", "----", " | ", " : ", " - ", "\x01", " # ", "：", "^", " => ", "::",
		"  ", " ", "<>", "##", "||")
	l := layout{kind: "separated " + sep}
	before, after, swap := w.IntN(3), w.IntN(3), w.IntN(2) == 0
	prefix := pick(w, "", "", "[HIT] ", "[2024-01-02 10:11:01] ", "* ", "=> ", "> ", "12:30 ", "<li>")
	var b strings.Builder
	for range w.size {
		p := w.plain()
		if strings.Contains(p.password, strings.TrimSpace(sep)) && strings.TrimSpace(sep) != "" {
			p.password = strings.ReplaceAll(p.password, strings.TrimSpace(sep), "")
		}
		l.people = append(l.people, p)
		var fields []string
		for range before {
			fields = append(fields, pick(w, fmt.Sprint(w.IntN(999)), "blue", "DE", "Anna"))
		}
		if swap {
			fields = append(fields, p.password, p.address)
		} else {
			fields = append(fields, p.address, p.password)
		}
		for range after {
			fields = append(fields, pick(w, fmt.Sprint(w.IntN(999)), "blue", "DE", "Anna"))
		}
		b.WriteString(prefix + strings.Join(fields, sep) + pick(w, "\n", "\n", "\n", "\r\n"))
	}
	l.text = b.String()
	return l
}

// quotedRows are CSV of all kinds.
func quotedRows(w *writer) layout {
	l := layout{kind: "quotedRows"}
	sep, q := pick(w, ",", ";", "\t", "|", ", "), pick(w, `"`, `'`)
	columns := 2 + w.IntN(6)
	a := w.IntN(columns)
	b := (a + 1 + w.IntN(columns-1)) % columns
	if w.IntN(2) == 0 {
		l.text = "id,email,password,name,city\n"
	}
	for range w.size {
		p := w.person()
		l.people = append(l.people, p)
		var cells []string
		for i := range columns {
			cell := w.noise()
			switch i {
			case a:
				cell = p.address
			case b:
				cell = p.password
			}
			cells = append(cells, q+strings.ReplaceAll(cell, q, q+q)+q)
		}
		l.text += strings.Join(cells, sep) + "\n"
	}
	return l
}

var mailLabels = []string{
	"E-mail", "email", "Username", "User Name", "Login", "Usuario", "Benutzername", "Логин", "用户名", "Mail", "user",
	"U53RN4M3", "Correo", "Identifiant", "USER",
}

var passLabels = []string{
	"Password", "pass", "PWD", "Clave", "Contraseña", "Senha", "Mot de passe", "Passwort", "Пароль", "密码",
	"パスワード", "비밀번호", "Şifre", "Hasło", "P455W0RD", "Kata sandi", "Mật khẩu", "PASS", "Heslo", "كلمة المرور",
}

// blocks are labelled lines.
func blocks(w *writer) layout {
	kv := pick(w, ": ", ":", "=", " = ", " : ", "\t", " | ", " => ", ":\t")
	l := layout{kind: "blocks " + kv}
	mail, pass := pick(w, mailLabels...), pick(w, passLabels...)
	end := pick(w, "\n", "\r\n", "<br>\n", "\n")
	between := pick(w, "\n", "=================\n", "---\n", "<hr>\n", "[next]\n", "", "*** row ***\n", "\n\n")
	bullet := pick(w, "", "", "- ", " * ", "\t", "| ")
	others := []string{"URL", "Browser", "Country"}[:w.IntN(4)]
	first := w.IntN(2) == 0
	for range w.size {
		p := w.person()
		l.people = append(l.people, p)
		var lines []string
		for _, o := range others {
			lines = append(lines, bullet+o+kv+pick(w, "https://portal.example.org/", "Chrome 1", "DE")+end)
		}
		pair := []string{bullet + mail + kv + p.address + end, bullet + pass + kv + p.password + end}
		if first {
			lines = append(pair, lines...)
		} else {
			lines = append(lines, pair...)
		}
		l.text += strings.Join(lines, "") + between
	}
	return l
}

// quote writes a string as JSON, Python or PHP do.
func quote(s, q string) string {
	return q + strings.NewReplacer(`\`, `\\`, q, `\`+q).Replace(s) + q
}

// literals are flat objects.
func literals(w *writer) layout {
	l := layout{kind: "literals"}
	q, colon := pick(w, `"`, `'`), pick(w, ": ", ":", " => ", " = ")
	open := pick(w, "{}", "[]", "()", "array()")
	mail, pass := pick(w, "email", "mail", "user", "login"), pick(w, "password", "pass", "k", "x1", "credential")
	glue, inner := pick(w, ",\n", ", ", "\n", "; ", ""), pick(w, ", ", ",", ",\n   ")
	for i := range w.size {
		p := w.person()
		l.people = append(l.people, p)
		fields := []string{
			quote(mail, q) + colon + quote(p.address, q), quote(pass, q) + colon + quote(p.password, q),
		}
		for j := range w.IntN(5) {
			fields = append(fields, quote(fmt.Sprint("f", j), q)+colon+quote(w.noise(), q))
		}
		w.Shuffle(len(fields), func(a, b int) { fields[a], fields[b] = fields[b], fields[a] })
		n := len(open) - 1
		if i > 0 {
			l.text += glue
		}
		l.text += open[:n] + strings.Join(fields, inner) + open[n:]
	}
	if w.IntN(2) == 0 {
		l.text = "[" + l.text + "]"
	}
	return l
}

// nestedLiterals are JSON in any depth.
func nestedLiterals(w *writer) layout {
	l := layout{kind: "nestedLiterals"}
	users := map[string]any{}
	var list []any
	deep := w.IntN(3)
	for i := range w.size {
		p := w.person()
		l.people = append(l.people, p)
		var u any = map[string]any{
			"email": p.address, "name": "Made Up", pick(w, "password", "pw", "zz"): p.password, "n": w.IntN(99),
		}
		if w.IntN(2) == 0 {
			u = map[string]any{"profile": map[string]any{"email": p.address, "city": "X"},
				"auth": map[string]any{"password": p.password}}
		}
		for range deep {
			u = map[string]any{"doc": u}
		}
		users[fmt.Sprintf("-N%d", i)] = u
		list = append(list, u)
	}
	var top any = map[string]any{"users": users, "v": 1}
	if w.IntN(2) == 0 {
		top = list
	}
	out, err := json.Marshal(top)
	if w.IntN(2) == 0 {
		out, err = json.MarshalIndent(top, "", pick(w, "  ", "\t", ""))
	}
	if err != nil {
		panic(err)
	}
	l.text = string(out)
	return l
}

// tuples are rows of SQL.
func tuples(w *writer) layout {
	l := layout{kind: "tuples", text: "INSERT INTO `u` VALUES "}
	glue := pick(w, ",", ",\n", ";\n", "),\n\t(")[0:1] + pick(w, "", "\n", " ")
	doubled := w.IntN(2) == 0
	for i := range w.size {
		p := w.person()
		l.people = append(l.people, p)
		q := func(s string) string {
			if doubled {
				return "'" + strings.ReplaceAll(s, "'", "''") + "'"
			}
			return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(s) + "'"
		}
		if i > 0 {
			l.text += glue
		}
		fields := []string{fmt.Sprint(w.IntN(99)), q(p.address)}
		for range w.IntN(4) {
			fields = append(fields, pick(w, q(w.noise()), "NULL", "7", "b'1'", "0.5"))
		}
		l.text += "(" + strings.Join(append(fields, q(p.password)), pick(w, ",", ", ")) + ")"
	}
	l.text += ";\n"
	return l
}
