package sweep_test

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"html"
	"net/url"
	"strings"
)

// elements are XML and HTML.
func elements(w *writer) layout {
	l := layout{kind: "elements"}
	row, cell, nl := pick(w, "tr", "row", "user", "ns:r"), pick(w, "td", "c", "ns:cell"), pick(w, "", "\n", "\n  ")
	attr := pick(w, "", "", ` class="x"`)
	for range w.size {
		p := w.person()
		l.people = append(l.people, p)
		l.text += "<" + row + ">" + nl
		for _, v := range []string{"1", p.address, pick(w, "Made Up", "7"), p.password} {
			l.text += "<" + cell + attr + ">" + html.EscapeString(v) + "</" + cell + ">" + nl
		}
		l.text += "</" + row + ">" + nl
	}
	return l
}

// attributes are one element a user.
func attributes(w *writer) layout {
	l := layout{kind: "attributes", text: "<users>"}
	nl, end := pick(w, "", "\n"), pick(w, "/>", " />", "></row>")
	for range w.size {
		p := w.person()
		l.people = append(l.people, p)
		l.text += fmt.Sprintf(`%s<row id="3" mail="%s" pw="%s"%s`, nl, html.EscapeString(p.address),
			html.EscapeString(p.password), end)
	}
	l.text += "</users>"
	return l
}

// forms are what browsers post.
func forms(w *writer) layout {
	l := layout{kind: "forms"}
	prefix := pick(w, "", "POST /login HTTP/1.1\n\n", "data: ")
	for range w.size {
		p := w.person()
		l.people = append(l.people, p)
		l.text += prefix + pick(w, "", "csrf=ab12&") + "email=" + url.QueryEscape(p.address) + "&" +
			pick(w, "password", "pass", "p") + "=" + url.QueryEscape(p.password) + pick(w, "", "&go=1") + "\n"
	}
	return l
}

// packedFields are base64 or hex.
func packedFields(w *writer) layout {
	l := layout{kind: "packedFields"}
	pack := pick(w, base64.StdEncoding.EncodeToString, base64.RawURLEncoding.EncodeToString,
		hex.EncodeToString, func(b []byte) string { return "0x" + hex.EncodeToString(b) })
	joined := w.IntN(2) == 0
	for range w.size {
		p := w.person()
		l.people = append(l.people, p)
		if joined {
			l.text += "Authorization: Basic " + pack([]byte(p.address+":"+p.password)) + "\n"
		} else {
			l.text += "(3, " + pack([]byte(p.address)) + ", " + pack([]byte(p.password)) + ")\n"
		}
	}
	return l
}

// entities are HTML with all letters encoded, or only the sign.
func entities(w *writer) layout {
	l := layout{kind: "entities"}
	all := w.IntN(2) == 0
	encode := func(s string) string {
		var b strings.Builder
		for _, r := range s {
			if r == '@' || all {
				fmt.Fprintf(&b, pick(w, "&#%d;", "&#x%x;"), r)
			} else {
				b.WriteString(html.EscapeString(string(r)))
			}
		}
		return b.String()
	}
	for range w.size {
		p := w.person()
		l.people = append(l.people, p)
		l.text += encode(p.address) + pick(w, ":", " | ", "</td><td>") + encode(p.password) + "\n"
	}
	return l
}

// linesInFields are lists in JSON strings, and JSON in cells.
func linesInFields(w *writer) layout {
	l := layout{kind: "linesInFields"}
	kind := w.IntN(3)
	for range w.size {
		p := w.plain()
		l.people = append(l.people, p)
		object := fmt.Sprintf(`{"email": %s, "password": %s}`, quote(p.address, `"`), quote(p.password, `"`))
		switch kind {
		case 0:
			l.text += fmt.Sprintf(`{"_id": "7", "message": "https://portal.example.org:%s:%s"}`+"\n", p.address, p.password)
		case 1:
			l.text += `7,1700000000,"` + strings.ReplaceAll(object, `"`, `""`) + "\"\n"
		default:
			l.text += `{"t": "x", "body": ` + quote(object, `"`) + "}\n"
		}
	}
	return l
}

// chats are pasted.
func chats(w *writer) layout {
	l := layout{kind: "chats"}
	for range w.size {
		p := w.plain()
		l.people = append(l.people, p)
		l.text += pick(w, "<ann> try ", "10:01 bob: ", "> ", "valid: ") + p.address + pick(w, ":", " / ", " ", " pw ") +
			p.password + pick(w, "", " ok", " (valid)") + "\n"
	}
	return l
}

// keyedByAddress are maps.
func keyedByAddress(w *writer) layout {
	l := layout{kind: "keyedByAddress", text: "{"}
	deep, sep := w.IntN(2) == 0, pick(w, ", ", ",\n", ",")
	for i := range w.size {
		p := w.person()
		l.people = append(l.people, p)
		if i > 0 {
			l.text += sep
		}
		value := quote(p.password, `"`)
		if deep {
			value = `{"pw": ` + value + `, "n": 3}`
		}
		l.text += quote(p.address, `"`) + ": " + value
	}
	l.text += "}"
	return l
}

// flatLists have all values in one bracket or line, or one a line.
func flatLists(w *writer) layout {
	l := layout{kind: "flatLists"}
	sep := pick(w, ", ", "\n", " ", "; ", "|")
	n := w.IntN(3)
	var values []string
	for range w.size {
		p := w.plain()
		l.people = append(l.people, p)
		record := []string{p.address, p.password}
		for range n {
			record = append(record, fmt.Sprint(w.IntN(999)))
		}
		values = append(values, record...)
	}
	l.text = strings.Join(values, sep)
	if sep == ", " {
		l.text = `["` + strings.Join(values, `", "`) + `"]`
	}
	return l
}

// typed are values in their types, and lists of names and values.
func typed(w *writer) layout {
	l := layout{kind: "typed"}
	pairs := w.IntN(2) == 0
	for range w.size {
		p := w.person()
		l.people = append(l.people, p)
		a, b := quote(p.address, `"`), quote(p.password, `"`)
		if pairs {
			l.text += fmt.Sprintf(`{"params": [{"name": "email", "value": %s}, {"name": "password", "value": %s}]}`+"\n", a, b)
		} else {
			l.text += fmt.Sprintf(`{"Item": {"n": {"N": "3"}, "email": {"S": %s}, "password": {"S": %s}}}`+"\n", a, b)
		}
	}
	return l
}

// vertical are results of clients.
func vertical(w *writer) layout {
	l := layout{kind: "vertical"}
	for i := range w.size {
		p := w.person()
		l.people = append(l.people, p)
		l.text += fmt.Sprintf(pick(w, "*************************** %d. row ***************************\n",
			"-[ RECORD %d ]-----------------\n"), i)
		l.text += fmt.Sprintf("id       | %d\nmail     | %s\npassword | %s\n", i, p.address, p.password)
	}
	return l
}

// escapedJSON has signs as \u0040.
func escapedJSON(w *writer) layout {
	l := layout{kind: "escapedJSON"}
	for range w.size {
		p := w.plain()
		l.people = append(l.people, p)
		l.text += fmt.Sprintf(`{"e":%s,"p":%s}`+"\n",
			strings.ReplaceAll(quote(p.address, `"`), "@", pick(w, `\u0040`, `\x40`)), quote(p.password, `"`))
	}
	return l
}

// wide are full-width letters and ones that cannot be seen.
func wide(w *writer) layout {
	l := layout{kind: "wide"}
	full := w.IntN(2) == 0
	for range w.size {
		p := w.plain()
		l.people = append(l.people, p)
		address := p.address
		if full {
			address = strings.Map(func(r rune) rune {
				if r > ' ' && r < 0x7f {
					return r - '!' + 0xff01
				}
				return r
			}, address)
		} else {
			address = strings.Replace(address, "@", "\u200b@\u200b", 1)
		}
		l.text += "\ufeff" + address + pick(w, "\t", " ", " | ") + p.password + "\n"
	}
	return l
}

// chaos is a layout that nobody has thought of: random brackets, quotes, labels and separators.
func chaos(w *writer) layout {
	q := pick(w, `"`, `'`, "", "", "`")
	sep := pick(w, ", ", ",", "; ", " | ", "\t", " ", "\n", " / ", " && ", "~", "\n\t")
	kv := pick(w, ":", ": ", "=", " = ", "=>", " -> ")
	open := pick(w, "{}", "[]", "()", "<<>>", "", "", "[[]]", "({})")
	end := pick(w, "\n", "\n\n", ", ", "\n---\n", "; ", "\n\n\n")
	if open == "<<>>" { // no brackets to anybody but their inventor
		open = ""
	}
	if open == "" && !strings.Contains(end, "\n") || open == "" && sep != "" && strings.Contains(sep, "\n") && end == "\n" {
		end = "\n\n"
	}
	labels, typed := w.IntN(3), w.IntN(5) == 0
	order := w.Perm(2 + w.IntN(4))
	l := layout{kind: fmt.Sprintf("chaos %q %q %q %q %q %d %v %v", q, sep, kv, open, end, labels, typed, order)}
	for range w.size {
		p := w.plain()
		l.people = append(l.people, p)
		var fields []string
		for _, f := range order {
			value, label := pick(w, "blue", "77", "Basic", "1999-01-01"), fmt.Sprint("f", f)
			switch f {
			case 0:
				value, label = p.address, "mail"
			case 1:
				value, label = p.password, pick(w, "pass", "password", "zq")
			}
			if q != "" {
				value, label = quote(value, q), q+label+q
			}
			if typed {
				value = "{" + value + "}"
			}
			if labels > 0 {
				value = label + kv + value
			}
			fields = append(fields, value)
		}
		l.text += open[:len(open)/2] + strings.Join(fields, sep) + open[len(open)/2:] + end
	}
	return l
}

// strangers are a layout between the records of which others stand, in other layouts.
func strangers(w *writer) layout {
	l := layout{kind: "strangers"}
	for range w.size {
		p, q := w.plain(), w.plain()
		l.people, l.others = append(l.people, p), append(l.others, q)
		l.text += fmt.Sprintf("%s:%s\n", p.address, p.password)
		l.text += fmt.Sprintf(pick(w, "{\"e\": \"%s\", \"p\": \"%s\"}\n", "(1,'%s','%s'),\n", "Mail: %s\nPass: %s\n\n",
			"%s;%s\n", "<u><m>%s</m><p>%s</p></u>\n"), q.address+".test", q.password)
	}
	return l
}
