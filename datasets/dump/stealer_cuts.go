package dump

import (
	"bytes"
	"strings"

	"github.com/credsieve/credsieve/hashing"
)

// cutLogBlock makes the cuts of a block: each login with each password.
func cutLogBlock(c *cutter, data []byte, b *logBlock) Reason {
	c.reset()
	c.kind, c.host = hashing.KindUnspecified, hostOf(b.url)
	for _, login := range b.logins {
		id := identifier(login)
		if isLogNothing(id) || !couldName(id) {
			continue
		}
		had := c.count()
		for _, s := range b.secrets {
			cutLogSecret(c, id, data, s)
		}
		if c.count() == had {
			c.untestable(id, nil)
		}
	}
	if c.count() == 0 {
		return ReasonNoIdentifier
	}
	return ""
}

func cutLogSecret(c *cutter, id, data []byte, s logSecret) {
	value := data[s.start:s.end]
	if !isLogNothing(value) {
		c.add(id, value)
		c.add(id, bytes.TrimPrefix(value, []byte("\t"))) // some write it in place of the space
		c.add(id, trimSpace(value))
	}
	if s.whole > s.end {
		whole := data[s.start:s.whole]
		c.add(id, whole)
		if bytes.IndexByte(whole, '\r') >= 0 { // the line ends are the log's, not the user's
			from := len(c.arena)
			c.arena = append(c.arena, bytes.ReplaceAll(whole, []byte("\r\n"), []byte("\n"))...)
			c.add(id, c.since(from))
		}
	}
}

// isLogNothing knows what logs write in place of a value.
func isLogNothing(value []byte) bool {
	value = trimSpace(value)
	for _, word := range []string{"", "UNKNOWN", "N/A", "NULL", "[NOT_SAVED]"} {
		if len(word) == len(value) && strings.EqualFold(word, string(value)) {
			return true
		}
	}
	return false
}
