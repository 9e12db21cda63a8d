package stealer

import (
	"bytes"
	"strings"

	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
	"github.com/credsieve/credsieve/datasets/dump/leak"
	"github.com/credsieve/credsieve/hashing"
)

// cutBlock makes the cuts of a block: each login with each password.
func cutBlock(c *cut.Cutter, data []byte, b *block) leak.Reason {
	c.Reset()
	c.Kind, c.Host = hashing.KindUnspecified, cut.HostOf(b.url)
	for _, login := range b.logins {
		id := cut.Identifier(beforeTag(login))
		if isNothing(id) || !cut.CouldName(id) {
			continue
		}
		cutLogin(c, id, data, b)
		if account := cut.AccountName(id); account != nil {
			cutLogin(c, account, data, b)
		}
	}
	if c.Count() == 0 {
		return leak.ReasonNoIdentifier
	}
	return ""
}

// cutLogin makes the cuts of one name.
func cutLogin(c *cut.Cutter, id, data []byte, b *block) {
	had := c.Count()
	for _, s := range b.secrets {
		cutSecret(c, id, data, s)
	}
	if c.Count() == had {
		c.Untestable(id, nil)
	}
}

func cutSecret(c *cut.Cutter, id, data []byte, s secret) {
	value := data[s.start:s.end]
	switch {
	case isNothing(value):
	case !mayHoldMore(value):
		c.Add(id, value)
	default:
		c.Add(id, value)
		c.Add(id, bytes.TrimPrefix(value, []byte("\t"))) // some write it in place of the space
		c.Add(id, cut.TrimSpace(value))
		c.Add(id, c.Unquote(cut.TrimSpace(value))) // YAML
		c.Add(id, cut.TrimSpace(beforeTag(value)))
	}
	if s.whole > s.end {
		whole := data[s.start:s.whole]
		c.Add(id, whole)
		if bytes.IndexByte(whole, '\r') >= 0 { // the line ends are the log's, not the user's
			from := len(c.Arena)
			c.Arena = append(c.Arena, bytes.ReplaceAll(whole, []byte("\r\n"), []byte("\n"))...)
			c.Add(id, c.Since(from))
		}
	}
}

// mayHoldMore reports whether a value may be meant without what it begins or ends with.
func mayHoldMore(value []byte) bool {
	first, last := value[0], value[len(value)-1]
	return cut.IsSpace(first) || cut.IsSpace(last) || first == '"' || first == '\'' || last == '>'
}

// isNothing knows what logs write in place of a value.
func isNothing(value []byte) bool {
	if value = cut.TrimSpace(value); len(value) > len("[NOT_SAVED]") {
		return false
	}
	for _, word := range []string{"", "UNKNOWN", "N/A", "NULL", "[NOT_SAVED]"} { // nearly all values differ in the first byte
		if len(word) == len(value) && (word == "" || word[0]|0x20 == value[0]|0x20) && strings.EqualFold(word, string(value)) {
			return true
		}
	}
	return false
}

// beforeTag leaves out the line break with which logs that are sent as HTML end a value.
func beforeTag(value []byte) []byte {
	text := cut.TrimSpace(value)
	if len(text) == 0 || text[len(text)-1] != '>' {
		return value
	}
	if tag := bytes.LastIndexByte(text, '<'); tag >= 0 && text[len(text)-1] == '>' && len(text)-tag <= len("</span>") {
		return text[:tag]
	}
	return value
}
