//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package bloom

import (
	"runtime/debug"
	"testing"
)

// TestNew_of_more_than_there_is is refused with a sentence, and not with a filter of nothing.
func TestNew_of_more_than_there_is(t *testing.T) {
	t.Parallel()
	if f, err := New(1<<52, defaultFPR); err == nil {
		f.Free()
		t.Error("there is memory for 8 petabytes")
	}
}

// TestFree gives the memory back: it cannot be read any more. Nothing else runs that may get it meanwhile.
func TestFree(t *testing.T) {
	f, err := New(10_000_000, defaultFPR)
	if err != nil {
		t.Fatal(err)
	}
	f.Add(uniform(1)[0])
	f.Free()
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if recover() == nil {
			t.Error("the memory is still there")
		}
	}()
	t.Log(f.words[0])
}
