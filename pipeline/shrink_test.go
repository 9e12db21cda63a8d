//go:build unix

package pipeline

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/fault"
	"github.com/credsieve/credsieve/datasets/synth"
	"github.com/credsieve/credsieve/hashing/stored"
	"github.com/credsieve/credsieve/pipeline/progress"
)

// phaseProgress does something when a phase of a run begins.
type phaseProgress struct {
	phase string
	do    func()
}

func (p phaseProgress) Phase(name string, total int64, unit progress.Unit) progress.Meter {
	if name == p.phase {
		p.do()
	}
	return progress.None{}.Phase(name, total, unit)
}

// TestRun_of_an_index_that_shrinks: whoever truncates the files of an index that a run has mapped, to whatever size and in whatever phase,
// ends the run with a sentence and without a list, or does not matter because nothing more is read. It never ends the process.
func TestRun_of_an_index_that_shrinks(t *testing.T) {
	t.Parallel()
	o := synth.Defaults()
	o.Accounts, o.Records, o.Reuse, o.Formats = 1500, 600, 0.2, []string{"combo_colon"}
	o.Argon2 = stored.Argon2Params{Memory: 8, Time: 1, Threads: 1}
	for _, phase := range []string{"screen", "confirm"} {
		for _, left := range []int64{0, 1, 4096, 1 << 15} {
			t.Run(fmt.Sprintf("%s_%d", phase, left), func(t *testing.T) {
				t.Parallel()
				cfg := synthetic(t, o)
				shrunk := 0
				cfg.Progress = phaseProgress{phase, func() { shrunk = shrink(t, cfg.IndexDir, left) }}
				outcome, err := Run(context.Background(), cfg)
				if shrunk == 0 {
					t.Fatal("nothing was truncated")
				}
				if err == nil {
					if left == 0 {
						t.Fatal("a run without an index listed accounts")
					}
					return
				}
				if outcome != nil || !errors.Is(err, fault.ErrMemory) && !strings.Contains(err.Error(), "cannot be read at byte") &&
					!strings.Contains(err.Error(), "is damaged") {
					t.Errorf("got %v, %v", outcome, err)
				}
				if _, err := os.Stat(cfg.Out); err == nil {
					t.Error("something was left")
				}
			})
		}
	}
}

// shrink truncates all files of an index but its description, and returns how many.
func shrink(t *testing.T, dir string, left int64) (n int) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		info, err := os.Stat(file)
		if err != nil {
			t.Fatal(err)
		}
		if filepath.Base(file) == "index.json" || info.Size() <= left {
			continue
		}
		if err := os.Truncate(file, left); err != nil {
			t.Fatal(err)
		}
		n++
	}
	return n
}
