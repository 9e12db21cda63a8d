package apart_test

import (
	"bytes"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/dump/internal/apart"
)

func TestConn_gives_back_what_was_sent(t *testing.T) {
	t.Parallel()
	var pipe bytes.Buffer
	c := apart.NewConn(&pipe, &pipe)
	for _, body := range []string{"", "x", strings.Repeat("y", apart.MaxFrame)} {
		if err := c.Send(apart.KindText, []byte(body)); err != nil {
			t.Fatal(err)
		}
		kind, got, err := c.Receive(apart.MaxFrame)
		if kind != apart.KindText || string(got) != body || err != nil {
			t.Errorf("%d bytes came back as %d of kind %c, %v", len(body), len(got), kind, err)
		}
	}
	if _, _, err := c.Receive(apart.MaxFrame); err != io.EOF {
		t.Errorf("at the end: %v", err)
	}
}

// TestConn_distrusts_lengths: nothing is allocated for a frame that cannot be meant, and one that is cut is not an end.
func TestConn_distrusts_lengths(t *testing.T) {
	t.Parallel()
	long := apart.NewConn(strings.NewReader("t\xff\xff\xff\xffx"), io.Discard)
	if _, _, err := long.Receive(apart.MaxFrame); err == nil || errors.Is(err, io.EOF) {
		t.Errorf("too long: %v", err)
	}
	for _, text := range []string{"t\x00", "t\x00\x00\x00\x05abcd"} {
		if _, _, err := apart.NewConn(strings.NewReader(text), io.Discard).Receive(apart.MaxFrame); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestAnswer_gives_back_what_was_written(t *testing.T) {
	t.Parallel()
	for _, want := range []apart.Answer{
		{Data: []byte{}},
		{Failure: apart.OverLimit, Consumed: 1, Produced: 2, Entered: 3, Data: []byte("data"), Text: "a sentence"},
	} {
		if got, err := apart.ReadAnswer(want.Append(nil)); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("got %+v, want %+v, %v", got, want, err)
		}
	}
}

// TestSpent_never_sinks: a child must not give itself back what it has spent.
func TestSpent_never_sinks(t *testing.T) {
	t.Parallel()
	before := apart.Spent{Produced: 5, Output: 4, Entries: 3, Asked: 2, Opening: 1}
	if got, ok := apart.ReadSpent(before.Append(nil), before); !ok || got != before {
		t.Errorf("got %+v, %v", got, ok)
	}
	for i, less := range []apart.Spent{{4, 4, 3, 2, 1}, {5, 3, 3, 2, 1}, {5, 4, 2, 2, 1}, {5, 4, 3, 1, 1}, {5, 4, 3, 2, 0}} {
		if _, ok := apart.ReadSpent(less.Append(nil), before); ok {
			t.Errorf("%d: it sank", i)
		}
	}
	if _, ok := apart.ReadSpent(before.Append(nil)[1:], before); ok {
		t.Error("a part of it was taken for all")
	}
}

// FuzzFrames reads what a child that was taken over may say.
func FuzzFrames(f *testing.F) {
	f.Add([]byte("t\x00\x00\x00\x03a:bz\x00\x00\x00\x00"))
	f.Add(append([]byte("b\x00\x00\x00\x28"), apart.Spent{Output: 9}.Append(nil)...))
	f.Add(append([]byte("a\x00\x00\x00\x0c"), apart.AppendReadAt(nil, 1, 2)...))
	f.Fuzz(func(t *testing.T, data []byte) {
		c := apart.NewConn(bytes.NewReader(data), io.Discard)
		spent := apart.Spent{}
		for {
			_, body, err := c.Receive(apart.MaxFrame)
			if err != nil {
				return
			}
			if now, ok := apart.ReadSpent(body, spent); ok {
				if now.Output < spent.Output {
					t.Fatal("it sank")
				}
				spent = now
			}
			if off, n, ok := apart.ReadReadAt(body); ok && (off < 0 || n < 0 || n > apart.MaxFrame) {
				t.Fatalf("a question for %d bytes at %d", n, off)
			}
			if a, err := apart.ReadAnswer(body); err == nil && len(a.Data)+len(a.Text) > len(body) {
				t.Fatal("an answer grew")
			}
		}
	})
}
