package delimited

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
)

// dialect is how a writer of delimited text separates and quotes. A file's header line shows it.
type dialect struct {
	separator byte
	// plain means that a line is a row and that quotes are characters like others, as mysql --batch, COPY,
	// INTO OUTFILE and bcp write. A backslash stands before a backslash, a TAB and a line end in a value.
	plain bool
	// padded: blanks around values mean nothing, as they do around the names.
	padded bool
}

// separators are those that a header is tried with, the likeliest first.
var separators = []byte{',', ';', '\t', '|'}

var separatorNames = map[byte]string{
	',': "commas", ';': "semicolons", '\t': "TABs", '|': "vertical bars", ':': "colons",
}

var (
	errTypeLine = errors.New(`its first line is "#TYPE …" of PowerShell, not the names of columns; ` +
		"export with -NoTypeInformation, or delete that line")
	errLoneCR = errors.New("its lines end with a carriage return alone; convert them to line feeds")
	errNUL    = errors.New("its first line holds NUL bytes: it is neither text in UTF-8 nor UTF-16 with " +
		"a byte order mark")
)

// dialectOf tells the dialect of a header line and the names in it. Names that are wanted weigh most, for a
// comma in a name must not win over the semicolons between names.
func dialectOf(line string, tabs bool, wanted []string) (dialect, []string, error) {
	switch {
	case strings.HasPrefix(line, "#TYPE"):
		return dialect{}, nil, errTypeLine
	case strings.Contains(line, "\r"):
		return dialect{}, nil, errLoneCR
	case strings.Contains(line, "\x00"):
		return dialect{}, nil, errNUL
	}
	var best dialect
	var names []string
	most := -1
	for _, separator := range separators {
		d := dialect{separator: separator}
		found, state := d.cut(line, false)
		if state != rowWhole {
			found = strings.Split(line, string(separator))
		}
		score := likeHeader(found, wanted)
		if tabs && separator == '\t' && len(found) > 1 {
			score = math.MaxInt // as the file's name says
		}
		if score > most {
			best, names, most = d, found, score
		}
	}
	best.plain = tabs && best.separator == '\t' && !strings.Contains(line, `"`)
	names = slices.Clone(names)
	for i, name := range names {
		names[i] = strings.Trim(name, " \u00a0")
		best.padded = best.padded || names[i] != name
	}
	return best, names, nil
}

// dialectOfData takes the separator that gives the first row as many fields as there are names.
func dialectOfData(line string, tabs bool, opts Options) dialect {
	if opts.Separator != 0 {
		return dialect{separator: opts.Separator, plain: opts.Separator == ':'}
	}
	for _, separator := range separators {
		d := dialect{separator: separator, plain: tabs && separator == '\t'}
		if fields, state := d.cut(line, false); state == rowWhole && len(fields) == len(opts.Header) ||
			d.columnCount(line) == len(opts.Header) {
			return d
		}
	}
	return dialect{separator: ',', plain: false}
}

// likeHeader says how much the fields of a first line look like the names that are wanted.
func likeHeader(fields, wanted []string) int {
	score := len(fields)
	for _, name := range fields {
		name = strings.TrimSpace(name)
		if slices.ContainsFunc(wanted, func(w string) bool { return strings.EqualFold(w, name) }) {
			score += 1000
		}
	}
	return score
}

// separatorLine reads "sep=;", which spreadsheets write and read as a first line.
func separatorLine(line string) (byte, bool) {
	rest, ok := strings.CutPrefix(strings.ToLower(line), "sep=")
	if !ok || len(rest) != 1 {
		return 0, false
	}
	return rest[0], true
}

// rowState says how the quotes of a text come out.
type rowState uint8

const (
	rowWhole  rowState = iota
	rowOpen            // a quote is open at its end
	rowBroken          // no writer that quotes writes this
)

// cut splits quoted text by its separators, strictly: a quote opens only at the beginning of a value and
// closes only at its end. With backslash, \" and \\ stand for a quote and a backslash; a doubled quote
// always stands for one.
func (d dialect) cut(text string, backslash bool) ([]string, rowState) {
	fields := make([]string, 0, 16)
	for at := 0; ; {
		start := at
		for start < len(text) && text[start] == ' ' {
			start++
		}
		var value string
		if start < len(text) && text[start] == '"' {
			var state rowState
			if value, at, state = quoted(text, start+1, backslash); state != rowWhole {
				return fields, state
			}
			for at < len(text) && text[at] == ' ' {
				at++
			}
			if at < len(text) && text[at] != d.separator {
				return fields, rowBroken
			}
		} else {
			end := strings.IndexByte(text[at:], d.separator)
			if end < 0 {
				end = len(text) - at
			}
			value = text[at : at+end]
			if strings.IndexByte(value, '"') >= 0 {
				return fields, rowBroken
			}
			value, at = d.bare(value), at+end
		}
		fields = append(fields, value)
		if at == len(text) {
			return fields, rowWhole
		}
		at++ // the separator
	}
}

// quoted reads a value up to its closing quote and returns where it goes on.
func quoted(text string, at int, backslash bool) (value string, next int, state rowState) {
	var built []byte
	from, changed := at, false
	for ; at < len(text); at++ {
		switch c := text[at]; {
		case backslash && c == '\\' && at+1 < len(text) && (text[at+1] == '"' || text[at+1] == '\\'):
			built, changed = append(built, text[from:at]...), true
			at++
			from = at
		case c == '"' && at+1 < len(text) && text[at+1] == '"':
			built, changed = append(built, text[from:at]...), true
			at++
			from = at
		case c == '"':
			if !changed {
				return text[from:at], at + 1, rowWhole
			}
			return string(append(built, text[from:at]...)), at + 1, rowWhole
		}
	}
	return "", at, rowOpen
}

// split cuts at every separator, whatever quotes there are. A value that is enclosed in quotes loses them.
func (d dialect) split(text string) []string {
	fields := strings.Split(text, string(d.separator))
	for i, value := range fields {
		if bare := strings.Trim(value, " "); len(bare) >= 2 && bare[0] == '"' && bare[len(bare)-1] == '"' {
			fields[i] = bare[1 : len(bare)-1]
			continue
		}
		fields[i] = d.bare(value)
	}
	return fields
}

// bare is a value that stands without quotes.
func (d dialect) bare(value string) string {
	if d.padded {
		value = strings.Trim(value, " \u00a0")
	}
	if value == "NULL" || value == `\N` {
		return ""
	}
	return value
}

// note says in words what is not what the name of a file promises.
func (d dialect) note(tabs bool) string {
	expected := byte(',')
	if tabs {
		expected = '\t'
	}
	if d.separator == expected {
		return ""
	}
	name, ok := separatorNames[d.separator]
	if !ok {
		name = fmt.Sprintf("%q", string(d.separator))
	}
	return "the columns are separated by " + name
}

// columnCount is how many columns a line has when its quotes mean nothing.
func (d dialect) columnCount(line string) int {
	return 1 + strings.Count(line, string(d.separator))
}
