package dump

import (
	"github.com/credsieve/credsieve/datasets/dump/internal/format"
	"github.com/credsieve/credsieve/datasets/dump/internal/markup"
)

// unmarked returns a member that is XML or HTML as the text that it stands for, and false for any other.
func (m member) unmarked(s *format.Sample) (member, bool) {
	switch {
	case m.markup || !markup.Is(s):
		return m, false
	case markup.IsPage(s.Data):
		m = m.rewritten(markup.PageReader(m.from))
	default:
		m = m.rewritten(markup.TreeReader(m.from))
	}
	m.markup = true
	return m, true
}
