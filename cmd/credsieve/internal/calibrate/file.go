package calibrate

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/credsieve/credsieve/pipeline/estimate"
)

// Of returns the calibration of a file, or measures and writes it when there is no such file. Without a path it is measured
// and not kept. A file that lacks a kind of stored hash that is asked for is an error: it may be of another machine.
func Of(ctx context.Context, path string, o Options) (*estimate.Calibration, error) {
	for _, k := range o.Kinds { // found out now, and not after all else was measured
		if _, err := SampleOf(k.Name); err != nil && path == "" {
			return nil, &KindError{Kind: k.Name, err: err}
		}
	}
	if path != "" {
		text, err := os.ReadFile(path)
		if err == nil {
			return read(path, text, o.Kinds)
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("failed to read calibration %q: %w", path, err)
		}
	}
	c, err := Measure(ctx, o)
	if err != nil || path == "" {
		return c, err
	}
	text, err := c.Text()
	if err == nil {
		err = os.WriteFile(path, text, 0o600)
	}
	if err != nil {
		return nil, fmt.Errorf("failed to write calibration %q: %w", path, err)
	}
	return c, nil
}

func read(path string, text []byte, kinds []estimate.Kind) (*estimate.Calibration, error) {
	c, err := estimate.ParseCalibration(text)
	if err != nil {
		return nil, fmt.Errorf("failed to read calibration %q: %w", path, err)
	}
	if missing := c.Missing(kinds); len(missing) > 0 {
		have := make([]string, len(c.Confirm.Schemes))
		for i, s := range c.Confirm.Schemes {
			have[i] = fmt.Sprintf("%q", s.Name)
		}
		return nil, &KindError{Kind: missing[0].Name, err: fmt.Errorf("calibration %q has %s only", path, strings.Join(have, ", "))}
	}
	return c, nil
}

// KindError says that nothing is known of a kind of stored hash.
type KindError struct {
	Kind string
	err  error
}

func (e *KindError) Error() string {
	return fmt.Sprintf("failed to say what verifications of %q take: %s", e.Kind, e.err)
}

func (e *KindError) Unwrap() error { return e.err }

// Hint says what to do.
func (e *KindError) Hint() string {
	return "measure into another file with each --scheme that is meant, or add what a verification takes to \"schemes\" in the file"
}
