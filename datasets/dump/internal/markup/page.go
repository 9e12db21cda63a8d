package markup

import (
	"io"
	"strconv"
	"strings"

	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
	"github.com/credsieve/credsieve/datasets/dump/internal/rowtext"
)

// page writes rows and lines.
type page struct {
	writer
	cells  [][]byte
	size   int
	text   strings.Builder // of the cell or line under way
	inCell bool
	inRow  bool
	held   bool   // an element is open that is the row of its cells, whatever it is called
	apart  bool   // a tag came after the last text
	ended  string // the name of the element that ended with the last token, empty otherwise
	repeat int
	loose  []string // values of attributes that hold an address
	sheet  bool     // of OpenDocument, where space is what it is
}

// PageReader returns the text of a page: HTML or an OpenDocument spreadsheet.
func PageReader(from io.Reader) io.Reader {
	p := &page{writer: newWriter(from)}
	p.take, p.done = p.token, func(err error) error {
		p.endRow()
		return err
	}
	return p
}

func (p *page) token(t token) {
	p.beside(t)
	switch t.kind {
	case textToken:
		if p.rowless() && !p.held && strings.ContainsAny(t.text, "\r\n") {
			p.endRow()
		}
		p.part(t.text)
		p.add(t.text)
	case commentToken:
		if strings.Contains(t.text, "@") {
			p.loose = append(p.loose, t.text)
		}
	default:
		p.apart = true
		p.tag(t)
	}
}

// beside keeps the texts of two elements of one name apart that touch: they are cells of a row, whatever they are called.
func (p *page) beside(t token) {
	touches := t.kind == startToken && t.name == p.ended
	p.ended = ""
	if t.kind == endToken {
		p.ended = t.name
	}
	if touches && !p.inCell && p.text.Len() > 0 {
		p.add("\t")
	}
}

// part keeps an address from the text of the element after it: a browser shows them as one word, and nobody would
// find the address in it.
func (p *page) part(next string) {
	apart := p.apart
	p.apart = false
	if !apart || next == "" || !cut.IsWord(next[0]) || !endsInAddress(p.text.String()) {
		return
	}
	if p.inCell {
		p.add(" ")
	} else {
		p.add("\t")
	}
}

// endsInAddress reports whether the last word of a text is a whole address.
func endsInAddress(text string) bool {
	text = text[max(len(text)-maxAddress, 0):]
	word := text[strings.LastIndexAny(text, " \t\r\n\"'<>()[]{},;:=|")+1:]
	_, domain, found := strings.Cut(word, "@")
	dot := strings.LastIndexByte(domain, '.')
	return found && dot > 0 && len(domain)-dot > 2 && cut.IsEmail([]byte(word))
}

// maxAddress is longer than an address can be.
const maxAddress = 400

// add adds to the cell or line under way. Lines that are whole are written before they are too much to hold.
func (p *page) add(text string) {
	if p.text.Len()+len(text) > maxToken && !p.inCell && !p.inRow {
		p.flush()
	}
	if p.text.Len() <= maxToken { // so that it is never more than two tokens
		p.text.WriteString(text)
	}
}

// flush writes all but the line under way.
func (p *page) flush() {
	text := p.text.String()
	end := strings.LastIndexAny(text, "\r\n") + 1
	p.text.Reset()
	p.writeLines(text[:end])
	p.endLoose(text)
	p.text.WriteString(text[end:])
}

// tag is what a tag does to the text.
func (p *page) tag(t token) {
	start := t.kind == startToken
	for _, a := range t.attrs {
		if strings.Contains(a.value, "@") {
			p.loose = append(p.loose, strings.TrimPrefix(a.value, "mailto:"))
		}
	}
	switch t.name {
	case "tr", "table-row", "row":
		p.endRow()
		p.inRow = start
	case "td", "th", "table-cell", "covered-table-cell", "cell":
		p.endCell()
		p.repeat = 1
		if n, err := strconv.Atoi(t.of("number-columns-repeated")); err == nil && n > 1 {
			p.repeat = n
		}
		if p.inCell = start && !t.empty; start && t.empty {
			p.inCell = true
			p.endCell()
		}
	case "table", "body", "hr":
		p.endRow()
	case "dd":
		if !start {
			p.endLine()
		}
	case "s":
		if n, _ := strconv.Atoi(t.of("c")); start && p.sheet {
			p.add(strings.Repeat(" ", max(1, min(n, 64))))
		}
	case "tab":
		p.add("\t")
	case "input":
		if value := t.of("value"); value != "" {
			p.add("\n" + t.of("name") + ": " + value + "\n")
		}
	case "document", "document-content":
		p.sheet = true
	case "style":
		if start && !t.empty && !p.sheet {
			p.raw = t.name
		}
	case "br", "line-break":
		p.add("\n")
	case "dt": // says what its <dd> is
		if start {
			p.endLine()
		} else {
			p.add(": ")
		}
	case "p", "div", "li", "ul", "ol", "dl", "pre", "h1", "h2", "h3", "h4", "option", "title", "blockquote":
		switch {
		case p.rowless(): // cells of a list
			p.endRow()
		case !p.inCell:
			p.endLine()
		case start && strings.TrimSpace(p.text.String()) != "":
			p.add("\n")
		}
		p.hold(start)
	default:
		if !inline[t.name] {
			if p.rowless() {
				p.endRow()
			}
			p.hold(start && !t.empty)
		}
	}
}

// rowless reports whether there are cells that no row was opened for.
func (p *page) rowless() bool { return !p.inCell && !p.inRow && len(p.cells) > 0 }

// hold notes that an element begins or ends outside of cells, which may be a row by another name.
func (p *page) hold(start bool) {
	if !p.inCell {
		p.held = start
	}
}

// inline are elements that neither hold cells nor end a row of them.
var inline = map[string]bool{
	"a": true, "b": true, "i": true, "u": true, "em": true, "strong": true, "span": true, "font": true, "small": true,
	"code": true, "center": true, "form": true, "tbody": true, "thead": true, "tfoot": true, "colgroup": true,
	"col": true, "caption": true, "html": true, "head": true, "img": true,
}

// maxRepeat bounds how often an empty or repeated cell is written: spreadsheets fill rows to their end.
const maxRepeat = 64

func (p *page) endCell() {
	if !p.inCell {
		if p.inRow {
			p.between()
		}
		return
	}
	p.inCell = false
	text := p.text.String()
	p.text.Reset()
	if !p.sheet {
		text = collapse(text)
	}
	for range min(p.repeat, maxRepeat) {
		if p.size+len(text) > maxToken || len(p.cells) == 16*maxRepeat {
			return
		}
		p.size += len(text)
		p.cells = append(p.cells, []byte(text))
	}
}

// collapse makes of space with a line end in it one blank, as a browser does.
func collapse(text string) string {
	text = strings.TrimSpace(text)
	if !strings.ContainsAny(text, "\r\n") {
		return text
	}
	var lines []string
	for line := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == '\n' || r == '\r' }) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, " ")
}

func (p *page) endRow() {
	p.endCell()
	p.endLine()
	for len(p.cells) > 0 && len(p.cells[len(p.cells)-1]) == 0 {
		p.cells = p.cells[:len(p.cells)-1]
	}
	if len(p.cells) > 0 {
		p.out = new(rowtext.Writer).Append(p.out, p.cells)
	}
	p.endLoose(string(p.out))
	p.cells, p.size, p.inRow = p.cells[:0], 0, false
}

// endLine writes the text outside of tables, its lines without the space around them.
func (p *page) endLine() {
	if p.inCell {
		return
	}
	if p.inRow {
		p.between()
		return
	}
	text := p.text.String()
	p.text.Reset()
	p.writeLines(text)
	p.endLoose(text)
}

// writeLines writes the lines of a text, without those that are blank.
func (p *page) writeLines(text string) {
	for line := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == '\n' || r == '\r' }) {
		if line = strings.Trim(line, " \t"); line != "" {
			p.out = append(append(p.out, line...), '\n')
		}
	}
}

// between keeps what stands in a row and in none of its cells.
func (p *page) between() {
	if text := strings.TrimSpace(p.text.String()); text != "" {
		p.loose = append(p.loose, text)
	}
	p.text.Reset()
}

// endLoose writes what only attributes and comments say.
func (p *page) endLoose(said string) {
	for _, text := range p.loose {
		if !strings.Contains(said, text) {
			if strings.ContainsAny(text, "\r\n") {
				text = strings.Join(strings.Fields(text), " ")
			}
			p.out = append(append(p.out, text...), '\n')
		}
	}
	p.loose = p.loose[:0]
}
