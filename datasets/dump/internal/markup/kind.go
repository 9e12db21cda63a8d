package markup

import (
	"bytes"
	"regexp"

	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
	"github.com/credsieve/credsieve/datasets/dump/internal/format"
)

// Is knows the first line of XML and HTML, and text of which most lines begin with a tag.
func Is(s *format.Sample) bool {
	if len(s.Lines) == 0 {
		return false
	}
	first := format.LowerStart(s.Lines[0])
	if format.HasAnyPrefix(first, []string{"<?xml", "<!doctype", "<html", "<table"}) {
		return true
	}
	const most = 80 // percent
	return startsTag(first) && (bytes.Contains(s.Data, []byte("</")) || bytes.Contains(s.Data, []byte("/>"))) &&
		s.Share(startsTag) >= most
}

// startsTag reports whether a line begins with a tag. An address in angle brackets is none.
func startsTag(line []byte) bool {
	line = cut.TrimSpace(line)
	if len(line) < 3 || line[0] != '<' || !cut.IsWord(line[1]) && line[1] != '/' {
		return false
	}
	end := bytes.IndexAny(line, " >")
	return end > 0 && bytes.IndexByte(line[:end], '@') < 0
}

// IsPage tells a page from other XML by its tags.
func IsPage(text []byte) bool {
	return pageTag.Match(text)
}

// pageTag is a tag that pages have, or the root of a spreadsheet.
var pageTag = regexp.MustCompile(
	`(?i)<(!doctype html|html|body|td|tr|br|hr|pre|p|li|b|i|u|font|span|div|center|strong|h[1-6]|a)[ />]|<office:document|urn:schemas-microsoft-com:office:spreadsheet`)
