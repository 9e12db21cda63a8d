package metrics

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Write puts the text into a file in one step: the node exporter never sees half of it. It may be read by others, as it
// names nobody.
func Write(path string, text []byte) error {
	err := func() error {
		f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
		if err != nil {
			return err
		}
		defer os.Remove(f.Name())
		_, err = f.Write(text)
		if err := errors.Join(err, f.Chmod(0o644), f.Sync(), f.Close()); err != nil {
			return err
		}
		return os.Rename(f.Name(), path)
	}()
	if err != nil {
		return fmt.Errorf("failed to write metrics %q: %w", path, err)
	}
	return nil
}

// largestFile is more than any file of this package; what is larger was written by somebody else.
const largestFile = 1 << 20

// Published returns when the last list was published, as an earlier file says: a run that fails carries it over. It is
// zero when there is no such file, or none that says so.
func Published(path string) time.Time {
	if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() || info.Size() > largestFile {
		return time.Time{}
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return time.Time{}
	}
	said := ""
	for line := range strings.Lines(string(text)) {
		if value, is := strings.CutPrefix(line, "credsieve_last_success_timestamp_seconds "); is && said == "" {
			said = strings.TrimSpace(value)
		} else if is {
			return time.Time{}
		}
	}
	seconds, err := strconv.ParseFloat(said, 64)
	if err != nil || !(seconds > 0 && seconds < 1<<40) {
		return time.Time{}
	}
	return time.Unix(int64(seconds), 0).UTC()
}
