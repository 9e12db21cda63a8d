package json

import (
	"bytes"
	"regexp"

	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
	"github.com/credsieve/credsieve/datasets/dump/internal/format"
	"github.com/credsieve/credsieve/datasets/dump/internal/swar"
	"github.com/credsieve/credsieve/datasets/dump/leak"
)

// objectState says how far an object goes.
type objectState int

const (
	objectWhole   objectState = iota // it ends at end
	objectOpen                       // it may go on after the data
	objectBroken                     // another begins inside of it, at end
	objectWrapper                    // it holds a list or a map of records, the first of which begins at end
)

// structureBytes mean something outside of strings.
var structureBytes = func() (table [256]bool) {
	for _, b := range []byte(`{}[]"'`) {
		table[b] = true
	}
	return table
}()

// Lists are looked for in the first levels of an object only, and after a beginning that is short,
// so that an object costs no more than a look at each of its bytes.
const (
	wrapperLevels = 4
	wrapperBefore = 4 << 10
)

// objects finds where objects end. It keeps memory for the look into lists only.
type objects struct {
	cuts    cut.Cutter
	walk    leaves
	members [wrapperLevels + 1]members // of the objects that are open
	decided int                        // how far end looked at most to call an object a wrapper
}

// end scans the object that begins at start.
//
// A record that lost its end must not swallow those after it: where an object begins that JSON
// does not allow there, or on a new line inside of a string, the one before is broken.
func (o *objects) end(data []byte, start int) (end int, state objectState) {
	depth, kinds := 0, uint64(0) // a bit for each level, 1 for an object
	var key cut.Span             // the last string, with its quotes
	for i := start; i < len(data); i++ {
		for i < len(data) && !structureBytes[data[i]] {
			i++
		}
		if i == len(data) {
			break
		}
		switch data[i] {
		case '"', '\'':
			key.Start = i
			if i, _, state = stringEnd(data, i, true); state != objectWhole {
				return i, state
			}
			key.End = i + 1
		case '{':
			if depth > 0 && !startsValue(data[start:i], kinds&1 == 1) {
				return i, objectBroken
			}
			if o != nil && depth <= wrapperLevels && kinds == 1<<depth-1 {
				o.members[depth].begin(data, key, i)
				if depth < wrapperLevels {
					o.members[depth+1] = members{}
				}
			}
			depth, kinds = depth+1, kinds<<1|1
		case '[':
			if o != nil && depth <= wrapperLevels && kinds == 1<<depth-1 {
				if state := o.wraps(data, start, i); state != objectWhole {
					return i + 1, state
				}
			}
			depth, kinds = depth+1, kinds<<1
		default:
			if depth, kinds = depth-1, kinds>>1; depth == 0 {
				return i + 1, objectWhole
			}
			if o != nil && depth <= wrapperLevels && data[i] == '}' && kinds == 1<<depth-1 {
				if at := o.wrapsMap(data, start, &o.members[depth], i+1); at > 0 {
					o.decided = max(o.decided, i+1) // a map inside of this one is decided later, and earlier in the data
					return at, objectWrapper
				}
			}
		}
	}
	return len(data), objectOpen
}

// stringEnd returns where the string that begins at start has its closing quote, and whether it holds a backslash. What
// is known to be whole (strict is false) may hold anything else.
func stringEnd(data []byte, start int, strict bool) (end int, escaped bool, state objectState) {
	const controls = '\r' + 1 // below it are the line ends, and little else
	quote := data[start]
	for i := start + 1; i < len(data); {
		word := swar.Load(data, i)
		found := swar.Are(word, quote) | swar.Are(word, '\\') | swar.Below(word, controls)
		i += swar.First(found)
		if found == 0 {
			continue
		}
		if i >= len(data) {
			break
		}
		switch data[i] {
		case quote:
			return i, escaped, objectWhole
		case '\\':
			escaped = true
			i++
		case '\n', '\r':
			if !strict {
				break
			}
			if at, state := newObject(data, i); state != objectWhole {
				return at, escaped, state
			}
		}
		i++
	}
	return len(data), escaped, objectOpen
}

// newObject reports whether nothing but space lies between a line end and the beginning of an
// object.
func newObject(data []byte, i int) (int, objectState) {
	const farthest = 64
	for n := 0; n < farthest; n++ {
		switch {
		case i == len(data):
			return i, objectOpen
		case data[i] == '{':
			return i, objectBroken
		case !cut.IsSpace(data[i]):
			return i, objectWhole
		}
		i++
	}
	return i, objectWhole
}

// startsValue reports whether a value may stand after what was read.
func startsValue(before []byte, inObject bool) bool {
	i := len(before) - 1
	for i >= 0 && cut.IsSpace(before[i]) {
		i--
	}
	switch b := before[i]; b {
	case ':', '[', '(':
		return true
	default:
		return b == ',' && !inObject
	}
}

// wraps reports whether the list at bracket holds records: its first element names a user and a
// secret, and what the object says before does neither. Exports wrap all rows into such a list.
func (o *objects) wraps(data []byte, start, bracket int) objectState {
	before, first := data[start:bracket], bracket+1
	if len(before) > wrapperBefore {
		return objectWhole
	}
	for first < len(data) && cut.IsSpace(data[first]) {
		first++
	}
	switch {
	case first == len(data):
		return objectOpen
	case data[first] != '{' || o.read(before) != 0:
		return objectWhole
	}
	end, state := (*objects)(nil).end(data, first)
	if state == objectWhole && o.read(data[first:end]) == hasIdentifier|hasSecret {
		o.decided = max(o.decided, end) // the element may be a wrapper as well: what is in it ends before
		return objectWrapper
	} else if state == objectOpen {
		return objectOpen
	}
	return objectWhole
}

const (
	hasIdentifier = 1 << iota
	hasSecret
)

// read returns what an object, perhaps cut off, names.
func (o *objects) read(text []byte) (has int) {
	o.cuts.Reset()
	o.walk.read(&o.cuts, text)
	return o.walk.names()
}

// isBetween reports whether a byte is what stands between records: space, comma, and the brackets
// around them.
func isBetween(b byte) bool {
	return cut.IsSpace(b) || b == ',' || b == '[' || b == ']' || b == '}'
}

// session is the session of a member of JSON.
type session struct {
	format.Lines
	within enclosure
}

// enclosure is what the records of a member lie in.
type enclosure int

const (
	inNothing enclosure = iota
	inArray             // one array of all
	inWrapper           // a list in an object that holds nothing else
	inMap               // an object of objects by key
)

// enclosureOf tells it by the beginning. What a log writes before its objects may stand in brackets too.
func enclosureOf(text []byte) enclosure {
	text = cut.TrimSpace(text)
	if len(text) == 0 {
		return inNothing
	}
	switch next := cut.TrimSpace(text[1:]); {
	case text[0] == '[' && (len(next) == 0 || next[0] == '{' || next[0] == '['):
		return inArray
	case text[0] == '{':
		end, state := new(objects).end(text, 0)
		switch {
		case state == objectWrapper && bytes.HasSuffix(bytes.TrimRight(text[:end], " \t\r\n"), []byte{'['}):
			return inWrapper
		case state == objectWrapper:
			return inMap
		}
	}
	return inNothing
}

// Open reports whether the array is not closed that all records lie in, or the object around it. An object
// may follow its list with more, so that only the end of that list is looked for.
func (d session) Open(tail []byte) bool {
	tail = cut.TrimSpace(tail)
	if len(tail) == 0 {
		return false
	}
	switch last := tail[len(tail)-1]; d.within {
	case inArray:
		return last != ']'
	case inWrapper:
		return last != '}' && last != ']' || !listEnd.Match(tail)
	case inMap:
		return last != '}' && last != ']' || !mapEnd.Match(tail)
	}
	return false
}

// The ends of a list of objects, and of a map of them.
var (
	listEnd = regexp.MustCompile(`[}\[]\s*\]`)
	mapEnd  = regexp.MustCompile(`[}\]{]\s*\}`)
)

// Last looks at each object, because only from the start of one can be told what is inside of it.
func (d session) Last(data []byte) int {
	var o objects
	cut, inside := 0, false // inside: what stands before only shows with what follows
	// A map of users shows by the second of them: what is cut off before its end would be read as something else.
	before := 0
	certain := func() int {
		if cut < o.decided {
			return before
		}
		return cut
	}
	for pos := 0; ; {
		i := 0
		if pos == len(data) || data[pos] != '{' { // nearly always it is
			i = bytes.IndexByte(data[pos:], '{')
			text := data[pos:]
			if i >= 0 {
				text = text[:i]
			}
			if n := max(bytes.LastIndexByte(text, '\n'), bytes.LastIndexByte(text, '\r')); n >= 0 && !inside {
				cut = pos + n + 1
			}
			if i < 0 {
				return certain()
			}
		}
		if cut >= o.decided {
			before = cut
		}
		end, state := o.end(data, pos+i)
		if state == objectOpen || state == objectWhole && end == len(data) {
			return certain() // a byte after the object belongs to it: a line end or a comma
		}
		if pos, inside = end, state != objectWhole; inside {
			continue
		}
		for pos < len(data) && isBetween(data[pos]) {
			pos++
		}
		cut = pos
	}
}

// Overlong returns a function that is shown what a record over the limit goes on with, and returns
// where it ends, -1 when not yet.
func (d session) Overlong() func(data []byte) int {
	depth, quote, escaped, newLine := 0, byte(0), false, false
	return func(data []byte) int {
		for i, b := range data {
			begins := newLine && b == '{' && depth > 0
			newLine = b == '\n' || b == '\r'
			switch {
			case begins, depth == 0 && newLine:
				return i
			case quote != 0 && escaped:
				escaped = false
			case quote != 0:
				escaped = b == '\\'
				if b == quote {
					quote = 0
				}
			case depth > 0 && (b == '"' || b == '\''):
				quote = b
			case b == '{', depth > 0 && b == '[':
				depth++
			case depth > 0 && (b == '}' || b == ']'):
				if depth--; depth == 0 {
					return i + 1
				}
			}
		}
		return -1
	}
}

// Unfinished reports whether what is left at the end of a member is the beginning of an object: what
// followed it was lost as well.
func (d session) Unfinished(rest []byte) (is bool) {
	d.Parse(&format.Block{Data: rest}, func(*leak.Record) {}, func(r leak.Reject) {
		is = is || r.Reason == leak.ReasonTruncated
	})
	return is
}

// Parse implements format.Session.
func (d session) Parse(b *format.Block, record func(*leak.Record), reject func(leak.Reject)) {
	c := format.Collector{Block: b, Record: record, Reject: reject}
	var o objects
	for pos, line := 0, b.Line; pos < len(b.Data); {
		for pos < len(b.Data) && isBetween(b.Data[pos]) {
			if b.Data[pos] == d.End {
				line++
			}
			pos++
		}
		if pos == len(b.Data) {
			return
		}
		next := d.one(&c, &o, pos, line)
		line += int64(bytes.Count(b.Data[pos:next], []byte{d.End}))
		pos = next
	}
}

// one reports what begins at start and returns where that ends.
func (d session) one(c *format.Collector, o *objects, start int, line int64) int {
	data := c.Block.Data
	brace := start // what a log writes before an object counts as part of it
	for brace < len(data) && data[brace] != '{' && data[brace] != '\n' && data[brace] != '\r' {
		brace++
	}
	lost := func(end int, reason leak.Reason) int {
		c.Done(start, len(bytes.TrimRight(data[start:end], " \t\v\f\r\n\x1a")), line, reason)
		return end
	}
	if brace == len(data) || data[brace] != '{' {
		return lost(brace, leak.ReasonSyntax)
	}
	end, state := o.end(data, brace)
	switch state {
	case objectOpen:
		return lost(end, leak.ReasonTruncated)
	case objectBroken:
		return lost(end, leak.ReasonSyntax)
	case objectWrapper:
		return end
	}
	text := data[brace:end]
	if !isBulkAction(text) {
		reason := o.walk.cut(&c.Cuts, text, keyBefore(data[start:brace]), func(reason leak.Reason) {
			c.Done(start, end-start, line, reason)
		})
		c.Done(start, end-start, line, reason)
	}
	return end
}

// isBulkAction knows the lines between the documents of an Elasticsearch bulk file
// (https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-bulk).
func isBulkAction(text []byte) bool {
	const longest = 1 << 10
	if len(text) >= longest {
		return false
	}
	rest := cut.TrimSpace(text[1:])
	if len(rest) < 2 || rest[0] != '"' || bytes.IndexByte([]byte("iucd"), rest[1]) < 0 {
		return false
	}
	for _, action := range []string{`"index"`, `"create"`, `"update"`, `"delete"`} {
		if inner, ok := bytes.CutPrefix(rest, []byte(action)); ok {
			inner = cut.TrimSpace(bytes.TrimPrefix(cut.TrimSpace(inner), []byte(":")))
			return bytes.HasPrefix(inner, []byte(`{"_`)) || bytes.HasPrefix(inner, []byte("{}"))
		}
	}
	return false
}
