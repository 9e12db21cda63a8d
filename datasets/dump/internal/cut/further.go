package cut

import (
	"bytes"
	"strconv"

	encoded "github.com/credsieve/credsieve/datasets/dump/internal/escape"
)

const (
	// MaxFurther bounds how many further readings a text has.
	MaxFurther = 4
	// longestFurther is more than any form of a password that people choose takes; all other texts have no further reading.
	longestFurther = 512
	// leastFurther is the length of the shortest reading. Less would be tried for every other password with a sign in it.
	leastFurther = 4
)

// Further returns what a text in the place of a password may stand for beside itself: what it is in hex or base64 as a
// whole, what numbers of characters say, and what stands before what a tool has noted after it without a separator. It
// is for texts of which it is known whom they are for: asked of all lines of a list, it would cost more than reading it.
//
// What is shaped like a stored hash has no note after it.
func Further(text []byte) (readings [][]byte) {
	if len(text) < leastFurther || len(text) > longestFurther {
		return nil
	}
	add := func(reading []byte) {
		if len(reading) >= leastFurther && len(readings) < MaxFurther && !bytes.Equal(reading, text) && !isStoredHash(reading) {
			readings = append(readings, reading)
		}
	}
	add(unpacked(text))
	add(spelledBytes(text))
	if !isStoredHash(text) {
		notedAfter(text, add)
	}
	return readings
}

// packedMarks stand before texts in hex or base64.
var packedMarks = []string{"{base64}", "{BASE64}", "{b64}", "{B64}", "base64:", "b64:", "hex:", "{hex}", "{HEX}"}

// unpacked returns what a text of hex or base64 stands for, nil for any other.
func unpacked(text []byte) []byte {
	for _, mark := range packedMarks {
		if inner, ok := bytes.CutPrefix(text, []byte(mark)); ok {
			text = inner
			break
		}
	}
	if n := len(text) - 1; n > 2 && text[n] == '\'' && text[1] == '\'' && text[0]|0x20 == 'x' { // X'54756c6970'
		text = text[2:n]
	}
	const least = 6 // of four letters, in base64
	if len(text) < least {
		return nil
	}
	for _, b := range bytes.TrimRight(text, "=") {
		if !IsWord(b) && b != '+' && b != '/' && b != '-' || b >= 0x80 {
			return nil
		}
	}
	return encoded.Unpack(text)
}

// spelledBytes returns the text of which each byte is written as a number, in hex or decimal: "54 75 6c", "84,117,108".
func spelledBytes(text []byte) []byte {
	i := bytes.IndexAny(text, " ,:-")
	if i < 1 || i > len("0x54") {
		return nil
	}
	words := bytes.Split(text, text[i:i+1])
	if len(words) < leastFurther {
		return nil
	}
	decimal := false
	for _, word := range words {
		decimal = decimal || len(word) == 3
	}
	var out []byte
	for _, word := range words {
		base, digits := 16, bytes.TrimPrefix(word, []byte("0x"))
		if decimal && len(digits) == len(word) {
			base = 10
		} else if len(digits) != 2 {
			return nil
		}
		n, err := strconv.ParseUint(string(digits), base, 8)
		if err != nil {
			return nil
		}
		out = append(out, byte(n))
	}
	if readable := encoded.Readable(out); readable != nil {
		return readable
	}
	if !decimal { // two digits each, of capital letters and digits
		return decimalBytes(words)
	}
	return nil
}

func decimalBytes(words [][]byte) (out []byte) {
	for _, word := range words {
		n, err := strconv.ParseUint(string(word), 10, 8)
		if err != nil {
			return nil
		}
		out = append(out, byte(n))
	}
	return encoded.Readable(out)
}

// notedAfter gives what stands before a number, a country or the names of roles that a sign parts from it, as in
// "password#7,ROLE_USER" and "password@12".
func notedAfter(text []byte, add func([]byte)) {
	first, last := -1, -1
	for i, b := range text {
		if i < leastFurther || i+1 == len(text) {
			continue
		}
		switch b {
		case '#', '@', '/', ',', '_', '~', '=', '+', '*':
			if isNote(text[i+1:]) && (b != '_' || isCountry(text[i+1:])) {
				if first < 0 {
					first = i
				}
				last = i
			}
		}
	}
	if first > 0 {
		add(text[:first])
		add(text[:last])
	}
	if i := bytes.IndexByte(text, ','); i > 0 && bytes.IndexByte(text[i:], '@') < 0 { // before another address stands a password of its own
		add(text[:i])
	}
}

// isNote reports whether a text is a number, or words in capital letters.
func isNote(text []byte) bool {
	const longest = 64
	if len(text) > longest {
		return false
	}
	for _, b := range text {
		if (b < 'A' || b > 'Z') && !IsDigit(b) && bytes.IndexByte([]byte("_,;:-/#@ |"), b) < 0 {
			return false
		}
	}
	return true
}

func isCountry(text []byte) bool {
	return len(text) == 2 && text[0] >= 'A' && text[0] <= 'Z' && text[1] >= 'A' && text[1] <= 'Z'
}
