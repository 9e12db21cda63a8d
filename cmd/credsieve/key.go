package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"github.com/credsieve/credsieve/hashing"
)

const keyFileVariable = "CREDSIEVE_KEY_FILE"

func addKeyFlag(cmd *cobra.Command, path *string) {
	cmd.Flags().StringVar(path, "key-file", "",
		"`file` with the key, mode 0600 (default $"+keyFileVariable+")")
}

// readSecret reads a file that nobody but its owner may read or write, up to a size.
func readSecret(what, path string, largest int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("failed to read %s %q: %w", what, path, err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("failed to read %s %q: %w", what, path, err)
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("refusing %s %q: it is not a regular file", what, path)
	}
	if mode := info.Mode(); mode.Perm()&0o077 != 0 {
		return nil, withHint(
			fmt.Errorf("refusing %s %q with mode %04o: others may read or change it",
				what, path, mode.Perm()),
			fmt.Sprintf("chmod 0600 %s", path))
	}
	text, err := io.ReadAll(io.LimitReader(f, largest))
	if err != nil {
		return nil, fmt.Errorf("failed to read %s %q: %w", what, path, err)
	}
	return text, nil
}

// loadKey reads the key file, which nobody but its owner may read or write.
func loadKey(e env, path string) (*hashing.Key, error) {
	if path == "" {
		path = e.getenv(keyFileVariable)
	}
	if path == "" {
		return nil, &failure{
			code: exitUsage, err: errors.New("no key file was named"),
			hint: `use --key-file or ` + keyFileVariable + `; make a key with "credsieve keygen"`,
		}
	}
	const largest = 4 << 10 // a key file has two lines
	text, err := readSecret("key file", path, largest)
	if err != nil {
		return nil, err
	}
	key, err := hashing.ParseKey(text)
	if err != nil {
		return nil, fmt.Errorf("failed to read key file %q: %w", path, err)
	}
	return key, nil
}

func newKeygenCommand(e env) *cobra.Command {
	out := ""
	cmd := &cobra.Command{
		Use:   "keygen --out FILE",
		Short: "Make a new key file",
		Long: `Make a new random key and write it to a file with mode 0600. An existing file is never
overwritten: an index can only be used with the key that it was built with.` + exitStatus,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return runKeygen(e, out) },
	}
	cmd.Flags().StringVar(&out, "out", "", "`file` to write (required)")
	requireFlags(cmd, "out")
	return cmd
}

func runKeygen(e env, path string) error {
	key, err := hashing.NewKey()
	if err != nil {
		return fmt.Errorf("failed to make a key: %w", err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return withHint(fmt.Errorf("refusing to overwrite %q", path),
			"an index is lost with its key; choose another name")
	}
	if err != nil {
		return fmt.Errorf("failed to write key file %q: %w", path, err)
	}
	_, err = f.Write(key.Text())
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		os.Remove(path) // half a key file is none
		return fmt.Errorf("failed to write key file %q: %w", path, err)
	}
	fmt.Fprintf(e.out, "key %s written to %s\n", key.ID(), path)
	return nil
}
