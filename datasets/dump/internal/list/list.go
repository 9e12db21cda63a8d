// Package list reads lists, in which each line is a record: combo, ulp and passwd.
//
// These three names only say what most lines are, for dumps are mixed: each line is cut by what it
// holds (cut.Cutter.Line). Nearly all lines of all dumps stand in such lists, so those that can be
// meant in one way only have a path of their own: a window of the block is turned into bits, 32 bytes
// an instruction where the processor can (marks.go), and a line is read off the bits (plain.go).
package list

import (
	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
	"github.com/credsieve/credsieve/datasets/dump/internal/format"
)

// Combo is a list of identifier and password, one pair a line.
type Combo struct{}

// Name implements format.Format.
func (Combo) Name() string { return "combo" }

// Score implements format.Format.
func (Combo) Score(s *format.Sample) int {
	return s.Share(func(line []byte) bool { return cut.SchemeEnd(cut.TrimSpace(line)) == 0 })
}

// Open implements format.Format.
func (Combo) Open(s *format.Sample) (format.Session, error) {
	if mark := agreedMark(s); mark != nil {
		return marked{format.Lines{End: s.LineEnd()}, mark}, nil
	}
	return session{format.Lines{End: s.LineEnd()}}, nil
}

// ULP is a list of URL, login and password, as stealer logs are traded.
type ULP struct{}

// Name implements format.Format.
func (ULP) Name() string { return "ulp" }

// Score implements format.Format.
func (ULP) Score(s *format.Sample) int {
	return s.Share(func(line []byte) bool { return cut.SchemeEnd(cut.TrimSpace(line)) > 0 })
}

// Open implements format.Format.
func (ULP) Open(s *format.Sample) (format.Session, error) {
	if mark := agreedMark(s); mark != nil {
		return marked{format.Lines{End: s.LineEnd()}, mark}, nil
	}
	return session{format.Lines{End: s.LineEnd()}}, nil
}

// Passwd is a file of accounts as systems keep them: htpasswd (user:hash), shadow and passwd of
// Unix (their manual pages: passwd(5) and shadow(5)), and pwdump or secretsdump of Windows. Such
// lines are known in a combo list as well. Their records name users; none has a testable secret,
// and the numbers after a hash are never taken for a password.
type Passwd struct{}

// Name implements format.Format.
func (Passwd) Name() string { return "passwd" }

// Score implements format.Format.
func (Passwd) Score(s *format.Sample) int {
	const most = 60 // percent
	if s.Share(cut.IsPasswd) >= most {
		return format.Certain
	}
	return -1
}

// Open implements format.Format.
func (Passwd) Open(s *format.Sample) (format.Session, error) {
	return session{format.Lines{End: s.LineEnd()}}, nil
}
