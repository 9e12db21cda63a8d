package labels

import (
	"bytes"

	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
)

// item is a label on a line with its value. Where the value ends may be in doubt: short is where it does
// if what parts the items of the line is no part of it.
type item struct {
	role               role
	label              cut.Span // of the line
	start, end, short  int      // of the value
	quoted, form, last bool
	named              bool // a line before its value's says the label
	spaced             bool // the separator has space beside it, or says by itself what it is
}

const (
	maxItems  = 16
	maxOpened = 64 << 10 // bytes of a line in which labels are looked for
)

// items takes a line apart. The values of labels that say nothing of users are passed over.
func items(list []item, line []byte) []item {
	list = list[:0]
	text := line[:min(len(line), maxOpened)]
	floor := 0
	for i := 0; i < len(text) && len(list) < maxItems; {
		width := separatorAt(text, i)
		if width == 0 && floor == 0 && isDash(text, i) {
			width = 1
		}
		if width == 0 {
			i++
			continue
		}
		start, role := labelBefore(text[floor:i])
		if start += floor; role == roleNone || !mayBegin(text, floor, start) {
			i += width
			continue
		}
		it := item{role: role, label: cut.Span{Start: start, End: i}, start: i + width}
		it.form = text[i] == '='
		it.spaced = width > 1 || text[i] != ':' || i > 0 && cut.IsSpace(text[i-1]) ||
			i+1 == len(text) || cut.IsSpace(text[i+1]) || bytes.HasPrefix(text[i+1:], []byte("**"))
		i = it.open(text)
		list = append(list, it)
		floor = i
	}
	finish(list, line)
	return list
}

// arrows stand between label and value in messages of kits.
var arrows = [][]byte{[]byte("→"), []byte("➜"), []byte("➔"), []byte("➤"), []byte("➡"), []byte("⇒"), []byte("⟶")}

// separatorAt returns how long what parts label and value at i is, 0 when nothing does.
func separatorAt(text []byte, i int) int {
	switch text[i] {
	case ':':
		if bytes.HasPrefix(text[i:], []byte("://")) {
			return 0
		}
		return 1
	case '=':
		if i+1 < len(text) && (text[i+1] == '>' || text[i+1] == '=') {
			return 2
		}
		return 1
	case ';', '|':
		if n := serializedText(text[i:]); n > 0 || text[i] == ';' {
			return n
		}
		return 1
	case '\t':
		return 1
	case '-':
		if bytes.HasPrefix(text[i:], []byte("->")) {
			return 2
		}
	case '>': // <email>a</email>
		if open := bytes.LastIndexByte(text[:i], '<'); open >= 0 && open+1 < i && i-open < longestLabel &&
			text[open+1] != '/' && bytes.Contains(text[i:], []byte("</")) {
			return 1
		}
	case 0xEF: // the wide signs of East Asia
		if bytes.HasPrefix(text[i:], []byte("：")) || bytes.HasPrefix(text[i:], []byte("＝")) {
			return len("：")
		}
	case 0xE2:
		for _, arrow := range arrows {
			if bytes.HasPrefix(text[i:], arrow) {
				return len(arrow)
			}
		}
	}
	return 0
}

// isDash reports whether a dash between blanks stands at i, as between the first label of a line and its value.
func isDash(text []byte, i int) bool {
	return text[i] == '-' && i > 0 && text[i-1] == ' ' && i+2 < len(text) && text[i+1] == ' ' && text[i+2] != '>'
}

// serializedText returns the length of what PHP writes between a key and a text, such as ;s:6: or |s:6:, 0 when that does
// not stand there.
func serializedText(text []byte) int {
	n := len(";s:")
	if len(text) < n || text[1] != 's' || text[2] != ':' {
		return 0
	}
	for n < len(text) && cut.IsDigit(text[n]) {
		n++
	}
	if n == len(";s:") || !bytes.HasPrefix(text[n:], []byte(`:"`)) {
		return 0
	}
	return n + len(":")
}

// mayBegin reports whether a label may begin at start: a letter before it would be a part of it, as
// would what comes before a name in a path.
func mayBegin(text []byte, floor, start int) bool {
	if start == floor {
		return true
	}
	b := text[start-1]
	return b == ' ' || isHard[b] || b == '\'' || b == '-' || b == '.' || text[start] >= 0x80 && b < 0x80 && b != '/'
}

// open finds where a quoted value ends, and where to look for the next label.
func (it *item) open(text []byte) int {
	if it.label.Start > 0 && text[it.label.Start-1] == '*' && bytes.HasPrefix(text[it.start:], []byte("**")) {
		it.start += len("**") // the end of bold type
	}
	i := it.start
	for i < len(text) && (text[i] == ' ' || text[i] == '\t') {
		i++
	}
	if i+1 < len(text) && (text[i] == 'u' || text[i] == 'b') && (text[i+1] == '\'' || text[i+1] == '"') {
		i++
	}
	if i >= len(text) || text[i] != '"' && text[i] != '\'' && text[i] != '`' {
		return it.start
	}
	for end := i + 1; end < len(text); end++ {
		switch {
		case text[end] == '\\':
			end++
		case text[end] == text[i] && end+1 < len(text) && text[end+1] == text[i]:
			end++
		case text[end] == text[i]:
			it.quoted, it.start, it.end, it.short = true, i+1, end, end
			return end + 1
		}
	}
	return it.start
}

// closings are the brackets that a label and its value may stand in.
var closings = [256]byte{'[': ']', '(': ')', '{': '}'}

// finish ends the values that are not quoted: at the next label, or with the line.
func finish(list []item, line []byte) {
	var parts []byte // what parts the items of this line
	for i := range list {
		it := &list[i]
		it.last = i+1 == len(list)
		if it.quoted {
			continue
		}
		it.end = len(line)
		if !it.last {
			var by []byte
			it.end, by = endBefore(line, it.start, list[i+1].label.Start)
			if len(parts) == 0 || parts[0] == ' ' && len(parts) == 1 {
				parts = by
			}
		}
	}
	for i := range list {
		it := &list[i]
		if it.quoted {
			continue
		}
		it.form = it.form && len(parts) == 1 && parts[0] == '&'
		it.short = it.end
		if len(list) > 1 {
			it.short = partedAt(line, it.start, it.end, parts)
		}
		it.short = beforeTag(line, it.start, it.short)
		if line[0] == '|' && it.last { // a box of two columns
			it.short = len(bytes.TrimRight(line[:it.short], " \t|"))
		}
		if it.form { // GET /login?user=a&pass=b HTTP/1.1
			if i := bytes.IndexAny(line[it.start:it.short], endsOfForm(list, line)); i > 0 {
				it.short = it.start + i
			}
		}
		if it.label.Start > 0 { // (name: a, password: b)
			if closing := closings[line[it.label.Start-1]]; closing != 0 {
				if i := bytes.IndexByte(line[it.start:it.short], closing); i > 0 {
					it.short = it.start + i
				}
			}
			if closing := closings[line[0]]; closing != 0 && it.last && it.short > it.start && line[it.short-1] == closing &&
				bytes.IndexByte(line[it.start:it.short], line[0]) < 0 {
				it.short--
			}
		}
		it.short = max(it.short, it.start)
	}
}

// endsOfForm returns what ends the form of a line: a blank, and the quote that it stands in, as in curl -d 'user=a&pass=b'.
func endsOfForm(list []item, line []byte) string {
	for i := range list {
		if at := list[i].label.Start; list[i].form {
			if line[at] == '\'' || at > 0 && line[at-1] == '\'' {
				return " '"
			}
			break
		}
	}
	return " \""
}

// endBefore returns where the value before a label ends, and what parts them.
func endBefore(line []byte, start, label int) (int, []byte) {
	end := label
	for end > start && bytes.IndexByte([]byte(" \t\"'`[{(<*"), line[end-1]) >= 0 {
		end--
	}
	if end == start {
		return start, nil
	}
	by := line[end-1]
	if by == '>' {
		if tag := bytes.LastIndexByte(line[start:end], '<'); tag >= 0 {
			return start + tag, []byte("<")
		}
	}
	isSign := bytes.IndexByte([]byte("|,;&/-"), by) >= 0
	spaced := end < label && line[end] == ' ' && end-2 >= start && line[end-2] == ' '
	switch {
	case isSign && spaced:
		return start + len(bytes.TrimRight(line[start:end-1], " ")), line[end-2 : end+1]
	case isSign && by != '-' && by != '/':
		for end > start && (line[end-1] == by || line[end-1] == ' ') {
			end--
		}
		return end, []byte{by}
	case line[end] == '\t':
		return end, []byte("\t")
	}
	return end, []byte(" ")
}

// partedAt returns where a value ends if it does not hold what parts the items of its line.
func partedAt(line []byte, start, end int, parts []byte) int {
	from := start
	for from < end && cut.IsSpace(line[from]) {
		from++
	}
	if i := bytes.Index(line[from:end], parts); i >= 0 && len(parts) > 0 {
		end = from + i
	}
	return start + len(bytes.TrimRight(line[start:end], " \t"))
}

// beforeTag leaves out the tags that a value ends with.
func beforeTag(line []byte, start, end int) int {
	for {
		value := bytes.TrimRight(line[start:end], " \t")
		if len(value) == 0 || value[len(value)-1] != '>' {
			return end
		}
		tag := bytes.LastIndexByte(value, '<')
		if tag < 0 || tag+1 == len(value) || value[tag+1] != '/' && value[tag+1]|0x20 != 'b' && value[tag+1]|0x20 != 'h' {
			return end
		}
		end = start + tag
	}
}
