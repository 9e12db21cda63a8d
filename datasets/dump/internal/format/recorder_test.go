package format

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
	"github.com/credsieve/credsieve/datasets/dump/leak"
)

// received is what came of the packets of a recorder, a line for each record and reject.
type received struct {
	packets int
	lines   []string
}

func (r *received) take(p *Packet) error {
	r.packets++
	p.Parse(func(rec *leak.Record) {
		line := fmt.Sprint(rec.Position)
		for i := range rec.Cuts {
			c := &rec.Cuts[i]
			line += fmt.Sprintf(" %s=%s@%s", c.Identifier, c.Secret, c.Host)
			if i > 0 && c.SharesIdentifier(&rec.Cuts[i-1]) {
				line += " shared"
			}
		}
		r.lines = append(r.lines, line)
	}, func(rej leak.Reject) { r.lines = append(r.lines, fmt.Sprint(rej)) })
	return nil
}

func running() error { return nil }

func TestRecorder_keeps_what_it_was_shown(t *testing.T) {
	t.Parallel()
	var got received
	out := NewRecorder(running, got.take, 1000)
	text := []byte("al:pw:x")
	var c cut.Cutter
	c.Line(text)
	for _, reason := range []leak.Reason{"", leak.ReasonSyntax} {
		if err := out.Done(leak.Position{Offset: 7, Length: 7, Line: 2}, &c, reason); err != nil {
			t.Fatal(err)
		}
	}
	copy(text, "*******") // the window of a session moves on
	if err := errors.Join(out.RejectTooLong(leak.Position{Offset: 20, Line: 3}), out.Flush()); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"{7 7 2} al=pw:x@ al=pw@ shared al=x@ shared x=al:pw@ pw=x@", "{{7 7 2} syntax}", "{{20 0 3} too_long}",
	}
	if !slices.Equal(got.lines, want) || !out.Seen || out.TooLong != 1 {
		t.Errorf("got %q and %+v, want %q", got.lines, out.Notes, want)
	}
}

func TestRecorder_cuts_of_one_identifier_share_it(t *testing.T) {
	t.Parallel()
	var got received
	out := NewRecorder(running, got.take, 1000)
	id := []byte("al")
	err := out.Record(leak.Position{Line: 1}, []leak.Cut{
		{Identifier: id, Secret: []byte("pw"), Host: []byte("example.com")},
		{Identifier: id, Secret: []byte("other")}, {Identifier: []byte("bo"), Secret: []byte("pw")},
	})
	if err := errors.Join(err, out.Flush()); err != nil {
		t.Fatal(err)
	}
	if want := []string{"{0 0 1} al=pw@example.com al=other@ shared bo=pw@"}; !slices.Equal(got.lines, want) {
		t.Errorf("got %q, want %q", got.lines, want)
	}
}

func TestRecorder_many_records_come_in_packets(t *testing.T) {
	t.Parallel()
	var got received
	out := NewRecorder(running, got.take, 1000)
	const n = 3*packetItems + 1
	for i := range n {
		if err := out.Reject(leak.Position{Offset: int64(i)}, leak.ReasonSyntax); err != nil {
			t.Fatal(err)
		}
	}
	if err := out.Flush(); err != nil || len(got.lines) != n || got.packets != 4 {
		t.Errorf("%d rejects in %d packets, %v", len(got.lines), got.packets, err)
	}
	if err := out.Flush(); err != nil || got.packets != 4 {
		t.Errorf("nothing makes a packet: %d, %v", got.packets, err)
	}
}

func TestRecorder_stops(t *testing.T) {
	t.Parallel()
	full := errors.New("full")
	out := NewRecorder(running, func(*Packet) error { return full }, 1000)
	_ = out.Reject(leak.Position{}, leak.ReasonSyntax)
	if err := out.Flush(); !errors.Is(err, full) || !errors.Is(out.Failed, full) {
		t.Errorf("got %v and %+v, want that it is full", err, out.Notes)
	}
	out = NewRecorder(func() error { return context.Canceled }, nil, 1000)
	_ = out.Reject(leak.Position{}, leak.ReasonSyntax)
	if err := out.Flush(); !errors.Is(err, context.Canceled) || out.Failed != nil {
		t.Errorf("got %v and %+v, want that it was cancelled", err, out.Notes)
	}
}
