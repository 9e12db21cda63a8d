package list

import (
	"encoding/binary"
	"math/bits"

	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
	"github.com/credsieve/credsieve/datasets/dump/internal/format"
	"github.com/credsieve/credsieve/datasets/dump/leak"
)

// plainLines reads off the marks of a block the lines that can be cut in one way only, and takes only
// what cut.Cutter.Line would cut in the very same way.
type plainLines struct {
	window
	end byte        // of lines
	cut [1]leak.Cut // of the line read last
	out leak.Record // of which it is the one cut

	site bool // it began with a URL, and so does the next one nearly always
}

func newPlainLines(data []byte, end byte) *plainLines {
	p := &plainLines{window: window{data: data}, end: end}
	p.cut[0].Testable = true
	p.out.Cuts, p.out.Plain = p.cut[:], true
	return p
}

// line makes the cut of the line at pos and returns where it ends, -1 when it is not plain or does not
// end in the window.
//
// It begins with the lines of combo lists of which nearly all are: less than 64 bytes, with no other
// marks than those of an address, a separator, a password and the line's end.
func (p *plainLines) line(pos int) int {
	if pos >= p.window.end {
		p.at(pos)
	}
	if p.site {
		if end := p.url(pos); end > 0 {
			return end
		}
	}
	part := p.part(pos)
	at := pos + bits.TrailingZeros64(part)
	if part == 0 || at >= p.window.end {
		return -1
	}
	after := walk{pos, part & (part - 1)}
	switch p.data[at] {
	case ':':
		return p.url(pos)
	case '@':
		part = after.part
	default:
		return -1
	}
	sep := pos + bits.TrailingZeros64(part)
	part &= part - 1
	end := pos + bits.TrailingZeros64(part)
	if part == 0 || end >= p.window.end || p.data[end] != p.end || !cut.IsSeparator(p.data[sep]) ||
		!p.isAddress(pos, at, sep) || !isVerbatim(p.data[sep+1:end]) {
		return p.pair(pos, at, after)
	}
	cut := &p.cut[0]
	cut.Identifier, cut.Secret, cut.Host = p.data[pos:sep:sep], p.data[sep+1:end:end], nil
	return end
}

// move makes the window begin at the line at pos, and reports whether that shows more of the line.
func (p *plainLines) move(pos int) bool {
	if pos-p.start < windowBytes/2 || p.window.end == len(p.data) {
		return false
	}
	p.at(pos)
	return true
}

// walk goes from mark to mark: part are those to come of the 64 bytes at base.
type walk struct {
	base int
	part uint64
}

// next returns the next mark, or a place that is not in the window.
func (p *plainLines) next(w walk) (int, walk) {
	if w.part == 0 {
		w = p.further(w)
	}
	return w.base + bits.TrailingZeros64(w.part), walk{w.base, w.part & (w.part - 1)}
}

// further goes on to where there are marks. Behind the window there are.
func (p *plainLines) further(w walk) walk {
	for w.part == 0 {
		if w.base += markBytes; w.base >= p.window.end {
			return walk{p.window.end, 1}
		}
		w.part = p.part(w.base)
	}
	return w
}

// pair reads address and password of the line at pos, whose first mark is the @; w goes on after it.
func (p *plainLines) pair(pos, at int, w walk) int {
	sep, w := p.next(w)
	if sep >= p.window.end || !cut.IsSeparator(p.data[sep]) || !p.isAddress(pos, at, sep) {
		return -1
	}
	p.cut[0].Identifier, p.cut[0].Host = p.data[pos:sep:sep], nil
	return p.secret(sep+1, w)
}

// secret reads the password at from, with which the line ends.
func (p *plainLines) secret(from int, w walk) int {
	for {
		var stop int
		if stop, w = p.next(w); stop >= p.window.end {
			return -1
		}
		switch b := p.data[stop]; {
		case b == p.end:
		case b == format.OtherEnd(p.end) && stop+1 < len(p.data) && p.data[stop+1] == p.end:
		case b >= 0x80 || b < ' ' || cut.IsParting(b) || b == ' ' && cut.BeginsCapture(p.data, stop) ||
			cut.Encodes(p.data[stop:]):
			return -1
		default: // it is only a byte of the password
			continue
		}
		p.cut[0].Secret = p.data[from:stop:stop]
		if !isVerbatim(p.cut[0].Secret) {
			return -1
		}
		return stop
	}
}

// verbatimEnds tells which bytes at the start and at the end of a secret ask for a closer look.
var verbatimEnds = func() (table [256]struct{ first, last bool }) {
	for b := range table {
		table[b].first = cut.MayBeginStoredHash(byte(b))
		table[b].last = cut.IsSpace(byte(b)) || cut.MayEndLate(byte(b))
	}
	return table
}()

// isVerbatim reports whether a secret without separators can only be meant as it stands, and is no
// stored hash.
func isVerbatim(secret []byte) bool {
	if len(secret) == 0 || verbatimEnds[secret[len(secret)-1]].last {
		return false
	}
	first := secret[0]
	return !verbatimEnds[first].first || len(secret) < cut.MinStoredHash && isLetter(first)
}

func isLetter(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' }

// The schemes of nearly all lists, as numbers so that one comparison tells.
var (
	httpsScheme   = binary.LittleEndian.Uint64([]byte("https://"))
	androidScheme = binary.LittleEndian.Uint64([]byte("android:"))
	httpScheme    = binary.LittleEndian.Uint64([]byte("http://\x00"))
)

// authorityAt returns where the authority of the URL at pos begins, 0 when there is none of a scheme
// that is known.
func authorityAt(data []byte, pos int) int {
	const seven = 1<<56 - 1
	if len(data)-pos < len("android://") {
		return 0
	}
	switch start := binary.LittleEndian.Uint64(data[pos:]); {
	case start == httpsScheme:
		return pos + len("https://")
	case start&seven == httpScheme:
		return pos + len("http://")
	case start == androidScheme && data[pos+8] == '/' && data[pos+9] == '/':
		return pos + len("android://")
	}
	return 0
}

// url does what line does for the lines that begin with a URL.
func (p *plainLines) url(pos int) int {
	start := authorityAt(p.data, pos)
	if p.site = start > 0 && start < p.window.end; !p.site {
		return -1
	}
	path := start + bits.TrailingZeros64(p.host(start))
	stop := path
	if path >= p.window.end || p.data[path] != '/' || path == start || p.data[path-1] == '.' {
		if start, stop, path = p.authority(start); path == 0 {
			return -1
		}
	}
	host := p.data[start:stop:stop]
	if end := p.shortLogin(path, host); end > 0 {
		return end
	}
	return p.login(path, host)
}

// shortLogin does what login does where path, login and password are less than 64 bytes in which
// nothing else is marked.
func (p *plainLines) shortLogin(path int, host []byte) int {
	part := p.part(path)
	sep := path + bits.TrailingZeros64(part)
	part &= part - 1
	stop := path + bits.TrailingZeros64(part)
	part &= part - 1
	if part == 0 || stop >= p.window.end {
		return -1
	}
	sign := stop
	if p.data[sign] == '@' {
		stop = path + bits.TrailingZeros64(part)
		part &= part - 1
	}
	end := path + bits.TrailingZeros64(part)
	if part == 0 || end >= p.window.end || p.data[end] != p.end || !cut.IsSeparator(p.data[sep]) ||
		!cut.IsSeparator(p.data[stop]) || !isName(p.data[sep+1:stop]) || !isVerbatim(p.data[stop+1:end]) ||
		sign < stop && !p.isAddress(sep+1, sign, stop) {
		return -1
	}
	cut := &p.cut[0]
	cut.Identifier, cut.Secret, cut.Host = p.data[sep+1:stop:stop], p.data[stop+1:end:end], host
	return end
}

// login reads login and password after the path of a URL, and returns where the line ends.
func (p *plainLines) login(path int, host []byte) int {
	stop, w := p.next(walk{path, p.part(path)})
	for ; stop < p.window.end && !cut.IsSeparator(p.data[stop]); stop, w = p.next(w) {
		if b := p.data[stop]; b <= ' ' || b >= 0x7f || b == '@' { // an address in a path may be one of ours
			return -1
		}
	}
	login := stop + 1
	stop, w = p.next(w)
	sign := stop
	if stop < p.window.end && p.data[stop] == '@' {
		stop, w = p.next(w)
	}
	if stop >= p.window.end || !cut.IsSeparator(p.data[stop]) || !isName(p.data[login:stop]) ||
		sign < stop && !p.isAddress(login, sign, stop) {
		return -1
	}
	p.cut[0].Identifier, p.cut[0].Host = p.data[login:stop:stop], host
	end := p.secret(stop+1, w)
	if end > 0 && cut.NamesProgram(p.cut[0].Secret) {
		return -1
	}
	return end
}

// isName reports whether a login without spaces and double quotes is an identifier as it stands.
func isName(login []byte) bool {
	return len(login) > 0 && login[0] != '\'' &&
		(cut.IsWord(login[0]) || cut.CouldName(login))
}

// authority returns where the host begins and ends of the authority at start, and where the path after
// it begins, 0 when that takes a closer look.
func (p *plainLines) authority(start int) (host, stop, path int) {
	stop = p.hostEnd(start)
	switch {
	case stop < 0:
		return 0, 0, 0
	case p.data[stop] == '=', p.data[stop] == '@': // android://CERTIFICATE==@package
		for stop < p.window.end && p.data[stop] == '=' {
			stop++
		}
		if stop >= p.window.end || p.data[stop] != '@' {
			return 0, 0, 0
		}
		start = stop + 1
		if stop = p.hostEnd(start); stop < 0 {
			return 0, 0, 0
		}
		path = stop
	case p.data[stop] == ':':
		for path = stop + 1; path < p.window.end && cut.IsDigit(p.data[path]); {
			path++
		}
		if port := path - stop - 1; port < 1 || port > 5 || path >= p.window.end {
			return 0, 0, 0
		}
	default:
		path = stop
	}
	if p.data[path] != '/' || stop == start || p.data[stop-1] == '.' {
		return 0, 0, 0
	}
	return start, stop, path
}

// hostEnd returns where the bytes that a host can have end, -1 when not in the window.
func (p *plainLines) hostEnd(start int) int {
	if start >= p.window.end {
		return -1
	}
	other := p.host(start)
	if stop := start + bits.TrailingZeros64(other); other != 0 && stop < p.window.end {
		return stop
	}
	return -1
}
