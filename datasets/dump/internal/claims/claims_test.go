package claims_test

import (
	"bytes"
	"testing"

	"github.com/credsieve/credsieve/datasets/dump/internal/claims"
	"github.com/credsieve/credsieve/datasets/dump/internal/format"
	"github.com/credsieve/credsieve/datasets/dump/internal/sweep"
	"github.com/credsieve/credsieve/datasets/dump/leak"
)

// lines is a session of a list.
type lines struct{ format.Lines }

func (lines) Linewise() bool                                             { return true }
func (lines) Parse(*format.Block, func(*leak.Record), func(leak.Reject)) {}

// TestSweep_what_records_claim looks at one line of a list, of which a record names one user.
func TestSweep_what_records_claim(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, line, identifier string
		asked                  string // addresses that the sweep asks about
		loose                  bool
	}{
		{"a pair", "ann@example.com;secret", "ann@example.com", "", false},
		{"a second address", "ann@example.com;secret;bob@example.org", "ann@example.com", "bob@example.org ", false},
		{"the letter of a literal", "x N'ann@example.com' secret", "N'ann@example.com", "N'ann@example.com ", false},
		{"glued to a wide colon", "12：ann@example.com：secret", "12：ann@example.com", "ann@example.com ", false},
		{"glued to what follows", "ann@example.com-12:secret", "ann@example.com-12", "ann@example.com ", false},
		{"no record", "ann@example.com", "", "ann@example.com ", false},
		{"beside other signs", "(x=ann@example.com)=secret", "ann@example.com", "", true},
	} {
		var c claims.Claims
		c.Reset(format.Block{Data: []byte(test.line), Line: 1}, lines{format.Lines{End: '\n'}})
		at := leak.Position{Length: int64(len(test.line)), Line: 1}
		if test.identifier == "" {
			c.Reject(leak.Reject{Position: at, Reason: leak.ReasonNoSeparator})
		} else {
			c.Record(&leak.Record{Position: at, Cuts: []leak.Cut{{Identifier: []byte(test.identifier), Secret: []byte("secret")}}})
			if loose := c.Loose(0); test.identifier[0] == 'a' && loose != test.loose {
				t.Errorf("%s: loose is %v", test.name, loose)
			}
		}
		asked := ""
		counts := claims.NewSweeper().Sweep(&c, claims.Ask{
			Ours:  func(a []byte) bool { asked += string(bytes.Clone(a)) + " "; return true },
			Found: func(*sweep.Mention) {},
		})
		if asked != test.asked || counts.Addresses != counts.Claimed+counts.Unknown+counts.Named {
			t.Errorf("%s: asked about %q, want %q (%+v)", test.name, asked, test.asked, counts)
		}
	}
}

// TestLook_has_a_record_looked_at_again: what stands beside the address of a line is tried, though a record claims it.
func TestLook_has_a_record_looked_at_again(t *testing.T) {
	t.Parallel()
	line := []byte("one two ann@example.com;three;four")
	var c claims.Claims
	c.Reset(format.Block{Data: line, Offset: 100, Line: 7}, lines{format.Lines{End: '\n'}})
	c.Plain()
	c.Record(&leak.Record{
		Position: leak.Position{Offset: 100, Length: int64(len(line)), Line: 7},
		Cuts:     []leak.Cut{{Identifier: line[8:23], Secret: []byte("three")}},
	})
	s := claims.NewSweeper()
	found := 0
	ask := claims.Ask{Ours: func([]byte) bool { return true }, Found: func(m *sweep.Mention) {
		found++
		if at := c.Place(m); at.Offset != 108 || at.Line != 7 || len(m.Texts) == 0 {
			t.Errorf("found at %+v with %d texts", at, len(m.Texts))
		}
	}}
	if counts := s.Sweep(&c, ask); counts.Named != 0 {
		t.Errorf("a claimed address is named: %+v", counts)
	}
	if s.Look(&c, 0) {
		t.Error("a plain record is loose")
	}
	if !s.Look(&c, 1) {
		t.Error("the record is not loose")
	}
	s.Sweep(&c, ask)
	if found != 1 {
		t.Errorf("found %d addresses", found)
	}
}
