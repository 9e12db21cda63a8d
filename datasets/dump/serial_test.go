package dump

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/dump/internal/format"
	"github.com/credsieve/credsieve/datasets/dump/internal/sql"
	"github.com/credsieve/credsieve/datasets/dump/internal/unpack"
	"github.com/credsieve/credsieve/datasets/dump/leak"
)

// pairs is a serial session for tests: each two lines are a record, "-" is a reject.
type pairs struct{ format.Unsplit }

var _ format.Serial = pairs{}

func (pairs) Read(from io.Reader, out *format.Recorder) (leak.Position, error) {
	in := bufio.NewReader(from)
	at := leak.Position{Line: 1}
	next := func() ([]byte, error) {
		text, err := in.ReadBytes('\n')
		return bytes.TrimSuffix(text, []byte("\n")), err
	}
	for {
		id, err := next()
		if err == io.EOF && len(id) == 0 {
			return at, nil
		}
		var secret []byte
		if err == nil {
			secret, err = next()
		}
		if err != nil {
			return at, err
		}
		at.Length = int64(len(id) + 1 + len(secret))
		if string(secret) == "-" {
			err = out.Reject(at, leak.ReasonNoSeparator)
		} else {
			err = out.Record(at, []leak.Cut{
				{Identifier: id, Secret: secret, Testable: true, Host: []byte("example.com")},
				{Identifier: id, Secret: []byte("other")},
			})
		}
		if err != nil {
			return at, err
		}
		at.Offset += at.Length + 1
		at.Line += 2
	}
}

// pairsFormat is a format of which all there is is its session.
type pairsFormat struct{ sql.Format }

func (pairsFormat) Open(*format.Sample) (format.Session, error) { return pairs{}, nil }

// readSerially reads text by the session and returns what was found, a line each.
func readSerially(t *testing.T, text []byte, emit func() error) (string, Report, error) {
	t.Helper()
	var found strings.Builder
	r := &reading{ctx: t.Context(), opts: Options{}.withDefaults(), forced: pairsFormat{}}
	r.emit = func(b *Block) error {
		b.Parse(func(rec *leak.Record) {
			fmt.Fprintf(&found, "%d+%d line %d:", rec.Offset, rec.Length, rec.Line)
			for _, c := range rec.Cuts {
				fmt.Fprintf(&found, " %s=%s@%s", c.Identifier, c.Secret, c.Host)
			}
			if !rec.Cuts[0].SharesIdentifier(&rec.Cuts[1]) {
				t.Error("cuts of one identifier do not share its slice")
			}
			found.WriteString("\n")
		}, func(rej leak.Reject) {
			fmt.Fprintf(&found, "%d+%d line %d: %s\n", rej.Offset, rej.Length, rej.Line, rej.Reason)
		})
		b.Release()
		return emit()
	}
	src := unpack.NewSource(t.Context(), bytes.NewReader(text), func(int64) {})
	err := unpack.Walk(t.Context(), src, unpack.Options{Budget: unpack.NewBudget(Limits{})}, r)
	return found.String(), r.books.report(0), err
}

func TestSerially(t *testing.T) {
	t.Parallel()
	ok := func() error { return nil }
	t.Run("records_and_rejects_in_order", func(t *testing.T) {
		got, rep, err := readSerially(t, []byte("al\npw\nbo\n-\n"), ok)
		want := "0+5 line 1: al=pw@example.com al=other@\n6+4 line 3: no_separator\n"
		if got != want || err != nil || rep.Status != StatusRead || rep.Format != "sql" {
			t.Errorf("got %q, %v, %+v", got, err, rep)
		}
	})
	t.Run("a_truncated_stream_leaves_a_reject", func(t *testing.T) {
		var packed bytes.Buffer
		z := gzip.NewWriter(&packed)
		if _, err := z.Write([]byte("al\npw\nbo\np")); err != nil || z.Close() != nil {
			t.Fatal(err)
		}
		whole := packed.Bytes()
		got, rep, err := readSerially(t, whole[:len(whole)-8], ok) // without its checksum
		want := "0+5 line 1: al=pw@example.com al=other@\n6+4 line 3: truncated\n"
		if got != want || err != nil || rep.Status != StatusPartial || rep.Members[0].Status != StatusPartial {
			t.Errorf("got %q, %v, %+v", got, err, rep)
		}
	})
	t.Run("an_error_of_emit_ends_it", func(t *testing.T) {
		full := errors.New("full")
		_, _, err := readSerially(t, []byte("al\npw\n"), func() error { return full })
		if !errors.Is(err, full) {
			t.Errorf("got %v", err)
		}
	})
}
