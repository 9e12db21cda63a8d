package labels

import (
	"bytes"
	"regexp"

	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
	"github.com/credsieve/credsieve/datasets/dump/internal/format"
)

// maxValues bounds how many names and passwords of one block are kept.
const maxValues = 4

// field is a value of a block, by its place in the data.
type field struct {
	item
	label []byte
}

// block is a block under way.
type block struct {
	open       bool
	start, end int // in the data
	line       int64
	lines      int
	url        []byte
	header     []byte // a key or a section above the labels, which may be the name
	names      []field
	secrets    []field
	hashes     []field
	nameFirst  bool
	headerAt   int   // how far it is indented
	pending    field // a label whose value stands on the next line
	bullet     int   // how far its first line is indented before a bullet, -1 without one
	plain      bool
	depth      int  // of brackets, from where it begins
	opens      bool // its first line opens one
}

func (b *block) reset() {
	*b = block{names: b.names[:0], secrets: b.secrets[:0], hashes: b.hashes[:0], bullet: -1}
}

// complete reports whether a block names a user and a password.
func (b *block) complete() bool {
	return (len(b.names) > 0 || len(b.header) > 0) && len(b.secrets) > 0
}

// convinces reports whether a block could not be lines of a list: user:secret.
func (b *block) convinces() bool {
	if !b.complete() {
		return false
	}
	spaced := len(b.url) > 0 || b.lines == 1 // both on one line
	for _, list := range [][]field{b.names, b.secrets} {
		for _, f := range list {
			spaced = spaced || f.spaced || f.quoted || f.role == roleMail
		}
	}
	return spaced
}

// sink is told what a stretch holds.
type sink struct {
	begin      func(pos int) // of any of these
	block      func(*block)
	text, pair func(start, end int, line int64)
}

// scanner goes through lines.
type scanner struct {
	sink
	data []byte
	at   format.Cursor
	b    block
	list [maxItems]item
}

// scan goes through the lines of whole blocks.
func (l session) scan(data []byte, line int64, out sink) {
	s := scanner{sink: out, data: data, at: format.Cursor{Data: data, End: l.End, Line: line}}
	s.b.reset()
	for s.at.Next() {
		s.next(data[s.at.Start:s.at.Stop])
	}
	s.flush()
}

func (s *scanner) flush() {
	if s.b.open {
		s.block(&s.b)
	}
	s.b.reset()
}

// next takes one line.
func (s *scanner) next(line []byte) {
	switch kindOf(line) {
	case lineBlank:
		s.flush()
		return
	case lineRule:
		if s.b.open {
			s.b.end = s.at.Stop
			s.flush()
		}
		return
	case lineSection:
		s.flush()
		s.begin(s.at.Start)
		s.grow(line)
		s.b.header = sectionName(line)
		return
	case linePair:
		s.flush()
		s.begin(s.at.Start)
		s.pair(s.at.Start, s.at.Stop, s.at.Line)
		return
	}
	if s.takeNamed(line) {
		return
	}
	list := items(s.list[:0], line)
	if isFull(list, line) {
		if s.b.open && (len(s.b.names) > 0 || len(s.b.secrets) > 0) {
			s.flush()
		}
		s.full(list, line)
		return
	}
	if s.b.open && s.endsBefore(list, line) {
		s.flush()
	}
	if len(list) == 0 {
		s.other(line)
		return
	}
	s.grow(line)
	s.take(list, line)
	s.closes(line)
}

// closes ends the block after a line that closes the bracket which the block stands in.
func (s *scanner) closes(line []byte) {
	if !s.b.open {
		return
	}
	net, ends := brackets(line)
	if s.b.depth += net; s.b.lines == 1 {
		s.b.opens = net > 0
	}
	if ends && (s.b.depth < 0 || s.b.depth == 0 && s.b.opens) {
		s.flush()
	}
}

// full takes a line that names a user and a password by itself, or several of them one after the other.
func (s *scanner) full(list []item, line []byte) {
	for from := 0; from < len(list); {
		to := from + nextUser(list[from:])
		s.grow(line)
		if from > 0 {
			s.b.start = s.at.Start + list[from].label.Start
		}
		s.take(list[from:to], line)
		if to < len(list) {
			s.b.end = s.at.Start + list[to].label.Start
		}
		s.flush()
		from = to
	}
}

// nextUser returns how many items speak of the first user: the next one's begin with a role that is there already,
// once there are both a name and a password.
func nextUser(list []item) int {
	var had [roleHash + 1]bool
	for i := range list {
		role := list[i].role
		named := had[roleLogin] || had[roleMail] || had[rolePhone]
		if had[role] && named && had[roleSecret] && (role != roleSecret || i+1 < len(list)) {
			return i
		}
		had[role] = true
	}
	return len(list)
}

// grow makes a line a part of the block.
func (s *scanner) grow(line []byte) {
	if !s.b.open {
		s.b.open, s.b.start, s.b.line = true, s.at.Start, s.at.Line
		s.begin(s.at.Start)
	}
	switch bullet := bulletOf(line); {
	case bullet >= 0 && bullet != s.b.bullet:
		s.b.bullet, s.b.plain = bullet, false
	case bullet < 0 && indent(line) > s.b.bullet:
		s.b.plain = true
	case bullet < 0: // the list has ended
		s.b.bullet, s.b.plain = -1, false
	}
	s.b.end = s.at.Stop
	s.b.lines++
}

// dumpedText is how PHP's var_dump shows a text, on the line after its key.
var dumpedText = regexp.MustCompile(`^\s*string\(\d+\) "(.*)"\s*$`)

// other takes a line without a label that is known.
func (s *scanner) other(line []byte) {
	key, isKey := keyOf(line)
	switch {
	case s.b.open && s.b.pending.role != roleNone && !isKey:
		f := s.b.pending
		f.start, f.end, f.short = 0, len(line), len(line)
		if dumped := dumpedText.FindSubmatchIndex(line); dumped != nil {
			f.start, f.end, f.short, f.quoted = dumped[2], dumped[3], dumped[3], true
		}
		s.grow(line)
		s.add(f, line)
		s.closes(line)
	case isKey && len(key) > 0:
		s.grow(line)
		if !s.b.complete() {
			s.b.header, s.b.headerAt = key, indent(line)
		}
		s.closes(line)
	case s.b.open, isOther(line):
		s.grow(line)
		s.closes(line)
	default:
		s.begin(s.at.Start)
		s.text(s.at.Start, s.at.Stop, s.at.Line)
	}
	s.b.pending = field{}
}

// endsBefore reports whether a line belongs to another block.
func (s *scanner) endsBefore(list []item, line []byte) bool {
	b := &s.b
	if bullet := bulletOf(line); bullet >= 0 && bullet == b.bullet && b.plain {
		return true // the next item of a list whose items have several lines
	}
	if key, isKey := keyOf(line); len(list) == 0 && isKey && len(key) > 0 {
		return b.complete() && bulletOf(line) < 0 && indent(line) <= b.headerAt
	}
	for i := range list {
		switch it := &list[i]; it.role {
		case roleURL:
			if len(b.secrets) > 0 && len(b.names) > 0 {
				return true
			}
		case roleLogin, roleMail, rolePhone:
			if len(b.secrets) > 0 && len(b.names) > 0 && (b.nameFirst || b.has(b.names, it, line)) ||
				b.differs(s.data, it, line) {
				return true
			}
		case roleSecret:
			if len(b.secrets) > 0 && len(b.names) > 0 && !b.nameFirst {
				return true
			}
		}
	}
	return false
}

// has reports whether a label is in a list already.
func (b *block) has(list []field, it *item, line []byte) bool {
	for i := range list {
		if bytes.Equal(list[i].label, line[it.label.Start:it.label.End]) {
			return true
		}
	}
	return false
}

// differs reports whether a name has the label of another one: that of the next user.
func (b *block) differs(data []byte, it *item, line []byte) bool {
	for i := range b.names {
		have := &b.names[i]
		if bytes.Equal(cut.TrimSpace(have.label), cut.TrimSpace(line[it.label.Start:it.label.End])) &&
			!bytes.Equal(cut.TrimSpace(data[have.start:have.short]), cut.TrimSpace(line[it.start:it.short])) &&
			len(cut.TrimSpace(line[it.start:it.short])) > 0 {
			return true
		}
	}
	return false
}

// take adds the labels of a line to the block.
func (s *scanner) take(list []item, line []byte) {
	s.b.pending = field{}
	for i := range list {
		f := field{item: list[i], label: line[list[i].label.Start:list[i].label.End]}
		if f.last && len(cut.TrimSpace(line[f.start:f.end])) == 0 {
			s.b.pending = f
			continue
		}
		s.add(f, line)
	}
}

// add adds a value.
func (s *scanner) add(f field, line []byte) {
	b := &s.b
	value := cut.TrimSpace(line[f.start:f.short])
	if isNothing(value) || f.role != roleSecret && !f.quoted && roleOf(value) != roleNone {
		return
	}
	f.start, f.end, f.short = f.start+s.at.Start, f.end+s.at.Start, f.short+s.at.Start
	switch f.role {
	case roleURL:
		if len(b.url) == 0 {
			b.url = value
		}
	case roleLogin, roleMail, rolePhone:
		b.names = keep(b.names, f)
	case roleHash:
		b.hashes = keep(b.hashes, f)
	case roleSecret:
		if len(b.secrets) == 0 {
			b.nameFirst = len(b.names) > 0
		}
		b.secrets = keep(b.secrets, f)
	}
}

func keep(list []field, f field) []field {
	if len(list) < maxValues {
		list = append(list, f)
	}
	return list
}

// Last looks for the last line after which a block cannot go on, from the end; and where nothing
// stands between blocks, for the start of the last one.
func (l session) Last(data []byte) int {
	end := l.Lines.Last(data)
	const farthest = 64 // lines: beyond, one pass over all is cheaper
	for stop, n := end, 0; stop > 0 && n < farthest; n++ {
		start := bytes.LastIndexByte(data[:stop-1], l.End) + 1
		line := bytes.TrimRight(data[start:stop], "\r\n")
		start += bytes.LastIndexByte(line, format.OtherEnd(l.End)) + 1
		if endsBlock(bytes.TrimRight(data[start:stop], "\r\n")) {
			return stop
		}
		stop = start
	}
	last := 0
	l.scan(data[:end], 1, sink{
		begin: func(pos int) { last = pos },
		block: func(*block) {},
		text:  func(int, int, int64) {},
		pair:  func(int, int, int64) {},
	})
	return last
}

// endsBlock reports whether no block goes on after a line, whatever stands before it.
func endsBlock(line []byte) bool {
	switch kindOf(line) {
	case lineBlank, lineRule, linePair:
		return true
	case lineSection:
		return false
	}
	var room [maxItems]item
	return isFull(items(room[:0], line), line)
}
