package terminal_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/credsieve/credsieve/cmd/credsieve/internal/terminal"
	"github.com/credsieve/credsieve/pipeline/progress"
)

// newTerminal returns the two ends of a terminal of a width: what a program writes to inner is read from outer.
func newTerminal(t *testing.T, width uint16) (outer, inner *os.File) {
	t.Helper()
	outer, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skip("there are no terminals here: ", err)
	}
	t.Cleanup(func() { outer.Close() })
	if err := unix.IoctlSetPointerInt(int(outer.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	number, err := unix.IoctlGetInt(int(outer.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	inner, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { inner.Close() })
	if err := unix.IoctlSetWinsize(int(inner.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: 24, Col: width}); err != nil {
		t.Fatal(err)
	}
	return outer, inner
}

func environment(pairs ...string) func(string) string {
	return func(name string) string {
		for _, pair := range pairs {
			if value, ok := strings.CutPrefix(pair, name+"="); ok {
				return value
			}
		}
		return ""
	}
}

// TestNewPage_on_a_terminal: lines are drawn there, unless the terminal or its owner says otherwise.
func TestNewPage_on_a_terminal(t *testing.T) {
	t.Parallel()
	_, inner := newTerminal(t, 73)
	for _, test := range []struct {
		set   []string
		width int
		box   bool
	}{
		{[]string{"TERM=xterm"}, 73, true},
		{[]string{"TERM=dumb"}, 73, false},
		{[]string{"TERM=xterm", "NO_COLOR=1"}, 73, false},
		{[]string{"TERM=xterm", "COLUMNS=90"}, 90, true},
	} {
		if p := terminal.NewPage(inner, environment(test.set...)); p.Width != test.width || p.Box != test.box {
			t.Errorf("%v: %d columns, lines %v", test.set, p.Width, p.Box)
		}
	}
}

// TestProgress_on_a_terminal: a bar never has more than one line, shows no time left before 5 %, and a dumb terminal none.
func TestProgress_on_a_terminal(t *testing.T) {
	t.Parallel()
	for term, drawn := range map[string]bool{"xterm": true, "dumb": false} {
		t.Run(term, func(t *testing.T) {
			t.Parallel()
			outer, inner := newTerminal(t, 60)
			meter := terminal.NewProgress("auto", terminal.NewJournal(inner, environment("TERM="+term))).
				Phase("confirm", 1000, progress.Verifications)
			var seen strings.Builder
			part := make([]byte, 4096)
			until := func(want string) {
				t.Helper()
				for !strings.Contains(seen.String(), want) {
					n, err := outer.Read(part)
					if err != nil {
						t.Fatalf("%v, after %q", err, seen.String())
					}
					seen.Write(part[:n])
				}
			}
			meter.Add(49)
			if drawn {
				until("confirm [..........] 4%, 49 pairs of 1000 pairs")
				if strings.Contains(seen.String(), "left") {
					t.Errorf("a time left is guessed: %q", seen.String())
				}
				meter.Add(51)
				until("s left")
				until("confirm [#.........] 10%, ")
			}
			meter.(progress.Finder).Found(3)
			meter.Done()
			until(", 3 accounts confirmed\r\n")
			for _, line := range strings.Split(seen.String(), "\r") {
				if line = strings.TrimPrefix(line, "\x1b[K"); len(line) > 59 {
					t.Errorf("%d columns: %q", len(line), line)
				}
			}
			if strings.Contains(seen.String(), "\x1b") != drawn {
				t.Errorf("drawn over: %q", seen.String())
			}
		})
	}
}
