package told

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/credsieve/credsieve/cmd/credsieve/internal/terminal"
	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/pipeline"
)

// failedRun is what a program gets to read of a run without a manifest.
type failedRun struct {
	SchemaVersion int    `json:"schema_version"`
	Status        string `json:"status"`
	ExitCode      int    `json:"exit_code"`
	Error         string `json:"error"`
}

// writeJSON writes the manifest, or why there is none, so that nobody takes the file of an earlier night for this one.
func (n *Night) writeJSON(outcome *pipeline.Outcome, code int, failed error) error {
	if n.JSONOut == "" {
		return nil
	}
	var data []byte
	var err error
	if outcome != nil {
		data, err = outcome.Manifest.Encode()
	} else {
		data, err = json.MarshalIndent(failedRun{
			SchemaVersion: rundir.SchemaVersion, Status: statusWord(nil, code), ExitCode: code, Error: terminal.Sentence(failed.Error()),
		}, "", "  ")
		data = append(data, '\n')
	}
	if err == nil {
		err = replaceFile(n.JSONOut, data)
	}
	if err != nil {
		return fmt.Errorf("failed to write %q: %w", n.JSONOut, err)
	}
	return nil
}

// statusWord is the status of a run for programs, also of one that failed.
func statusWord(outcome *pipeline.Outcome, code int) string {
	switch {
	case outcome != nil:
		return string(outcome.Manifest.Status)
	case code == exitInterrupted:
		return "interrupted"
	default:
		return "failed"
	}
}

// replaceFile puts a file into its place in one step.
func replaceFile(path string, data []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(data)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
