package hashing

// E.164 allows 15 digits; the shortest numbers with a country code in use have 7.
const (
	minPhoneDigits = 7
	maxPhoneDigits = 15
)

// internationalPrefix is how + is dialled in most of the world.
const internationalPrefix = "00"

// phone puts the form of a phone number at c.forms[n] and returns how many forms there are then: n
// when text has not the shape of a number.
func (c *Canonicalizer) phone(n int, text []byte) int {
	international := text[0] == '+'
	if international {
		text = text[1:]
	}
	digits := c.digits[:0]
	for _, b := range text {
		switch b {
		case '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
			if len(digits) == cap(digits) {
				return n
			}
			digits = append(digits, b)
		case ' ', '-', '.', '/', '(', ')':
		default:
			return n
		}
	}
	if !international && len(digits) > 2 && string(digits[:2]) == internationalPrefix {
		international = true
		digits = digits[2:]
	}
	if len(digits) < minPhoneDigits || len(digits) > maxPhoneDigits {
		return n
	}
	// No country code begins with 0. This also makes the text its own canonical text: it cannot
	// begin with 00, which would be dropped the next time.
	if international && digits[0] == '0' {
		return n
	}
	c.forms[n] = Form{Kind: KindPhone, Attribution: AttributionExact, Text: digits}
	return n + 1
}
