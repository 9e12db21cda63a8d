package index

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/credsieve/credsieve/datasets/index/internal/table"
)

func TestOpenRefusesFilesOfAnotherBuild(t *testing.T) {
	t.Parallel()
	key := newKey(t)
	for kind := range fileIDs + 1 {
		if kind == fileLive {
			continue // there is none
		}
		// Of other accounts: the same ones have the same token table under the same key.
		dir, m := builtOf(t, key, some(50))
		donor, n := builtOf(t, key, some(51)[1:])
		for _, suffix := range []string{"", table.SumsSuffix} {
			from, to := dataName(kind, n.ID)+suffix, dataName(kind, m.ID)+suffix
			if err := os.Rename(filepath.Join(donor, from), filepath.Join(dir, to)); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := openRetry(dir, key, true); err == nil {
			t.Errorf("the index opened with another build's %s", dataName(kind, n.ID))
		}
	}
}
