package report

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Bounds of what is sent by mail.
const (
	briefLines   = 40
	briefColumns = 72
	briefDumps   = 5
	briefRows    = 5
	briefReasons = 3
	briefName    = 28
	briefReason  = 200
	itemMark     = "- "
)

// marks are what sets Markdown apart from plain text.
type marks struct {
	title, section, strong string
	escape                 func(string) string
}

func plainMarks() marks { return marks{escape: func(text string) string { return text }} }

func markdownMarks() marks {
	return marks{title: "# ", section: "## ", strong: "**", escape: escapeMarkdown}
}

// escapeMarkdown escapes what Markdown takes for a mark, a tag or a link: names of dumps are somebody else's.
func escapeMarkdown(text string) string {
	var b strings.Builder
	before := ' '
	for _, r := range text {
		link := r == '/' && before == '/' || r == '.' && (before == 'w' || before == 'W')
		if link || strings.ContainsRune("\\`*_{}[]<>#+!|~&@=", r) || r == '-' && before == ' ' {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
		before = r
	}
	return b.String()
}

// sheet collects lines of a bounded width.
type sheet struct {
	marks
	lines []string
	heads []int // where a heading begins, with the blank line before it
}

func (s *sheet) blank() { s.lines = append(s.lines, "") }

// say writes a text, its lines after the first below the first word.
func (s *sheet) say(first, text string) {
	s.lines = append(s.lines, wrap(first, strings.Repeat(" ", utf8.RuneCountInString(first)), s.escape(text))...)
}

func (s *sheet) heading(text string) {
	s.heads = append(s.heads, len(s.lines))
	s.blank()
	s.lines = append(s.lines, s.section+text)
	if s.section != "" {
		s.blank()
	}
}

func (s *sheet) bytes() []byte {
	var b bytes.Buffer
	for _, line := range s.lines {
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	return b.Bytes()
}

// wrap breaks a text at spaces, and a word that is wider than a line wherever it has to.
func wrap(first, rest, text string) (lines []string) {
	line, start := first, true
	for _, word := range strings.Fields(text) {
		for columns(word) > briefColumns-columns(rest) {
			if !start {
				lines, line, start = append(lines, line), rest, true
			}
			head := headOf(word, briefColumns-columns(line))
			lines, line = append(lines, line+head), rest
			word = word[len(head):]
		}
		switch {
		case word == "":
		case start:
			line, start = line+word, false
		case columns(line)+1+columns(word) <= briefColumns:
			line += " " + word
		default:
			lines, line = append(lines, line), rest+word
		}
	}
	if !start {
		lines = append(lines, line)
	}
	return lines
}

// columns is how wide a text is at most: letters of East Asia and symbols can take two columns.
func columns(text string) (n int) {
	for _, r := range text {
		n += columnsOf(r)
	}
	return n
}

func columnsOf(r rune) int {
	const narrow = 0x1100 // every script below has letters of one column
	if r >= narrow && r != '…' {
		return 2
	}
	return 1
}

// headOf is as much of a word as fits, one character at least.
func headOf(word string, room int) string {
	for i, r := range word {
		if room -= columnsOf(r); room < 0 && i > 0 {
			return beforeEscape(word[:i])
		}
	}
	return word
}

// beforeEscape keeps a backslash of Markdown with the character that it is for: an odd one at the end stays for the next
// line.
func beforeEscape(head string) string {
	if n := len(head) - len(strings.TrimRight(head, `\`)); n%2 == 1 && len(head) > 1 {
		return head[:len(head)-1]
	}
	return head
}

// brief renders the first page for mail, what matters most first; what is too much for 40 lines is left to the page.
func (r *Report) brief(m marks) []byte {
	s := &sheet{marks: m}
	s.lines = append(s.lines, m.title+"credsieve report: run "+m.escape(clip(r.m.RunID, briefName)))
	s.blank()
	b := r.banner()
	s.lines = append(s.lines, m.strong+b.Title+m.strong)
	if m.strong != "" {
		s.blank()
	}
	s.sayMost(b.Lines, briefReasons)
	s.blank()
	for _, t := range r.tiles() {
		s.say(itemMark, t.Name+": "+t.Number+" ("+t.Note+")")
	}
	if list := r.notCleared(); len(list) > 0 {
		s.heading("Not cleared")
		for _, o := range list {
			s.say(itemMark, o.Count+": "+o.What)
		}
	}
	s.briefList(r)
	s.briefDumps(r)
	return s.fit().bytes()
}

// sayMost writes the first of some texts as lines of their own, and how many more there are.
func (s *sheet) sayMost(texts []string, most int) {
	for _, text := range texts[:min(len(texts), most)] {
		s.say("", clip(text, briefReason))
	}
	if more := len(texts) - most; more > 0 {
		s.say("", fmt.Sprintf("and %d more reasons: see the HTML report", more))
	}
}

func (s *sheet) briefList(r *Report) {
	if len(r.rows) == 0 {
		return
	}
	var parts []string
	for _, b := range r.bands() {
		parts = append(parts, fmt.Sprintf("%s %d", b.Name, b.All))
	}
	s.heading("Bands")
	s.say(itemMark, strings.Join(parts, ", "))
	if r.ownLeak() {
		return // first who can read the store, then the list
	}
	for i := range r.rows[:min(len(r.rows), briefRows)] {
		row := &r.rows[i]
		text := fmt.Sprintf("%d. %s: %.1f, %s, %s", row.Rank, clip(row.AccountID, briefName), row.Score, row.Band, row.StatusOpen(r.m.StartedAt))
		if row.held {
			text += ", held"
		}
		s.say(itemMark, text)
	}
}

func (s *sheet) briefDumps(r *Report) {
	list := r.dumps()
	if len(list) == 0 {
		return
	}
	s.heading("Dumps: accounts met, confirmed")
	for _, d := range list[:min(len(list), briefDumps)] {
		s.say(itemMark, fmt.Sprintf("%s: %d met, %d confirmed", clip(d.Name, briefName), d.AccountsMet, d.AccountsConfirmed))
	}
	if more := len(list) - briefDumps; more > 0 {
		s.say(itemMark, fmt.Sprintf("and %d more", more))
	}
}

// lastItem is how many of the first lines are kept: a heading without anything below it would say that there is nothing.
func (s *sheet) lastItem(most int) int {
	for _, head := range slices.Backward(s.heads) {
		below := head + 2
		if s.section != "" {
			below++
		}
		if head < most && below >= most {
			return head
		}
	}
	return most
}

// fit keeps to the number of lines, and ends with what the numbers must not be taken for.
func (s *sheet) fit() *sheet {
	end := []string{"", "A run sees dumps, not sign-ins: it cannot say who used a password, or", "that an account which is not listed is safe."}
	if room := briefLines - len(end); len(s.lines) > room {
		s.lines = append(s.lines[:s.lastItem(room-2)], "", "More is in the HTML report.")
	}
	s.lines = append(s.lines, end...)
	return s
}
