// Package sniff helps to tell kinds of data by their first bytes. What kinds there are is decided
// where they are read or refused.
package sniff

import (
	"bytes"
	"unicode/utf8"
)

// StartsWith returns a function that knows data by the bytes that it begins with.
func StartsWith(magic string) func(head []byte) bool {
	return func(head []byte) bool { return bytes.HasPrefix(head, []byte(magic)) }
}

// HoldsControl reports whether a byte that is not text stands soon after a mark of so many letters:
// a password may begin with any four letters, but hardly goes on like this.
func HoldsControl(head []byte, mark int) bool {
	const soon = 16
	for _, b := range head[mark:min(len(head), mark+soon)] {
		if isControl(b) {
			return true
		}
	}
	return false
}

// IsBinary counts control bytes. A ninth of random bytes are; in text they are rare, though passwords with NUL do
// occur, and one of them may part the fields of all lines: Hive writes 0x01.
func IsBinary(text []byte) bool {
	const escape = 0x1b // colours of a terminal
	var have [' ']int
	control, parting := 0, 0
	for _, b := range text {
		if !isControl(b) || b == escape {
			continue
		}
		control++
		if b > 0 && b < ' ' {
			have[b]++
			parting = max(parting, have[b])
		}
	}
	return 100*(control-parting) > 8*len(text)
}

// isControl leaves out white space, and the Ctrl-Z that ends text files of old systems.
func isControl(b byte) bool {
	if b >= ' ' {
		return b == 0x7f
	}
	switch b {
	case '\t', '\v', '\f', '\r', '\n', 0x1a:
		return false
	}
	return true
}

// IsEBCDIC knows text of mainframes: most of its bytes are letters and digits there, and it has no line end of
// ASCII. No other encoding has letters from 0x81 to 0xa9 that often.
func IsEBCDIC(text []byte) bool {
	const shortest = 16
	letters, small := 0, 0
	for _, b := range text {
		switch {
		case b == '\n':
			return false
		case b >= 0x81 && b <= 0x89, b >= 0x91 && b <= 0x99, b >= 0xa2 && b <= 0xa9:
			letters, small = letters+1, small+1
		case b >= 0xc1 && b <= 0xc9, b >= 0xd1 && b <= 0xd9, b >= 0xe2 && b <= 0xe9, b >= 0xf0 && b <= 0xf9:
			letters++
		}
	}
	return len(text) >= shortest && 10*letters > 6*len(text) && 4*small > len(text) && !utf8.Valid(text)
}

// IsHexDump knows bytes that a program printed as numbers of hex, a row of them after the place where it begins, as xxd,
// hexdump and od write them.
func IsHexDump(text []byte) bool {
	const fewest = 4 // groups of a row
	digits := hexDigits(text)
	if digits < len("0000000") || digits > 16 || len(bytes.Trim(text[:digits], "0")) > 0 {
		return false
	}
	rest := bytes.TrimPrefix(text[digits:], []byte(":"))
	for groups := 0; ; groups++ {
		blank := len(rest) - len(bytes.TrimLeft(rest, " "))
		n := hexDigits(rest[blank:])
		if blank == 0 || n != 2 && n != 4 && n != 8 {
			return groups >= fewest && (blank == 0 || blank > 1)
		}
		rest = rest[blank+n:]
	}
}

func hexDigits(text []byte) int {
	for i, b := range text {
		if (b < '0' || b > '9') && (b|0x20 < 'a' || b|0x20 > 'f') {
			return i
		}
	}
	return len(text)
}

// IsUUEncoded knows what uuencode writes: begin, the rights and the name of a file, and rows that begin with how many
// bytes they stand for.
func IsUUEncoded(text []byte) bool {
	head, rest, ok := bytes.Cut(text, []byte("\n"))
	if !ok || !bytes.HasPrefix(head, []byte("begin ")) || len(head) < len("begin 644 x") || len(rest) == 0 {
		return false
	}
	row, _, ok := bytes.Cut(rest, []byte("\n"))
	row = bytes.TrimRight(row, "\r")
	if !ok || len(row) < 2 || row[0] <= ' ' || row[0] > '`' {
		return false
	}
	return len(row)-1 == (int(row[0]-' ')+2)/3*4
}
