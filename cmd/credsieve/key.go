package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/credsieve/credsieve/cmd/credsieve/internal/config"
	"github.com/credsieve/credsieve/cmd/credsieve/internal/secrets"
	"github.com/credsieve/credsieve/hashing"
	"github.com/credsieve/credsieve/pipeline/review"
)

const keyFileVariable = "CREDSIEVE_KEY_FILE"

func addKeyFlag(cmd *cobra.Command, path *string) {
	flags := cmd.Flags()
	flags.StringVar(path, "key-file", "", "`file` with the key, mode 0600 (default $"+keyFileVariable+")")
	flags.Var(fdFlag{path}, "key-fd", "descriptor `N` that the key is read from, as in: --key-fd 3 3<FILE")
	config.Alternatives(flags, "key-file", "key-fd")
	cmd.MarkFlagsMutuallyExclusive("key-file", "key-fd")
}

// fdFlag is a descriptor in the place of a file.
type fdFlag struct{ path *string }

func (fdFlag) Type() string { return "N" }

func (f fdFlag) String() string {
	if f.path == nil {
		return ""
	}
	if n, ok := secrets.ParseDescriptor(*f.path); ok {
		return strconv.Itoa(n)
	}
	return ""
}

func (f fdFlag) Set(text string) error {
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n == 1 || n == 2 {
		return fmt.Errorf("%q is not a descriptor that can be read from, such as 3", text)
	}
	*f.path = secrets.Descriptor(n)
	return nil
}

// keyWords are how a command line names the key again; none where the environment does.
func keyWords(path string) []string {
	if n, ok := secrets.ParseDescriptor(path); ok {
		return []string{fmt.Sprintf("--key-fd %d", n)}
	}
	if path == "" {
		return nil
	}
	return []string{"--key-file " + shellWord(path)}
}

// readKey reads the text of the key file, which nobody but its owner may read or write.
func readKey(e env, path string) (text []byte, name string, err error) {
	if path == "" {
		path = e.getenv(keyFileVariable)
	}
	if path == "" {
		return nil, "", &failure{
			code: exitUsage, err: errors.New("no key file was named"),
			hint: `use --key-file or ` + keyFileVariable + `; make a key with "credsieve keygen"`,
		}
	}
	const largest = 4 << 10 // a key file has two lines
	name = fmt.Sprintf("%q", path)
	if n, ok := secrets.ParseDescriptor(path); ok {
		name = fmt.Sprintf("of descriptor %d", n)
	}
	text, err = secrets.Read("key file", path, largest)
	return text, name, err
}

func loadKey(e env, path string) (*hashing.Key, error) {
	text, name, err := readKey(e, path)
	if err != nil {
		return nil, err
	}
	key, err := hashing.ParseKey(text)
	if review.IsRecheckKey(text) {
		err = withHint(errors.New("it is a recheck key, which opens no index and no state"), "recheck and verify take it")
	}
	if err != nil {
		return nil, fmt.Errorf("failed to read key file %s: %w", name, err)
	}
	return key, nil
}

// loadRecheckKey loads a recheck key, or derives it of a whole one, which it returns as well.
func loadRecheckKey(e env, path string) (review.RecheckKey, *hashing.Key, error) {
	text, name, err := readKey(e, path)
	if err != nil {
		return review.RecheckKey{}, nil, err
	}
	if review.IsRecheckKey(text) {
		key, err := review.ParseRecheckKey(text)
		if err != nil {
			err = fmt.Errorf("failed to read key file %s: %w", name, err)
		}
		return key, nil, err
	}
	key, err := hashing.ParseKey(text)
	if err != nil {
		return review.RecheckKey{}, nil, fmt.Errorf("failed to read key file %s: %w", name, err)
	}
	return review.DeriveRecheck(key), key, nil
}

type keygenOptions struct {
	out, derive, keyFile string
}

func newKeygenCommand(e env) *cobra.Command {
	var o keygenOptions
	cmd := &cobra.Command{
		Use:   "keygen --out FILE",
		Short: "Make a new key file",
		Long: `Make a new random key and write it to a file with mode 0600. An existing file is never
overwritten: an index can only be used with the key that it was built with.

With --derive recheck the key of --key-file is not copied: FILE gets what of it "recheck" and "verify" need, and nothing that
opens an index or a state or names an identifier. A reset step holds that one. It is a secret as well: whoever has it can
seal runs of their own.` + exitStatus,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return runKeygen(e, o) },
	}
	cmd.Flags().StringVar(&o.out, "out", "", "`file` to write (required)")
	cmd.Flags().StringVar(&o.derive, "derive", "", "`what` to derive of the key of --key-file instead: recheck")
	addKeyFlag(cmd, &o.keyFile)
	requireFlags(cmd, "out")
	return cmd
}

func runKeygen(e env, o keygenOptions) error {
	switch {
	case o.derive == "" && o.keyFile != "":
		return usagef("--key-file is for --derive: a new key comes of nothing")
	case o.derive == "":
		key, err := hashing.NewKey()
		if err != nil {
			return fmt.Errorf("failed to make a key: %w", err)
		}
		return writeKey(e, o.out, "key "+key.ID(), key.Text())
	case o.derive != "recheck":
		return usagef("--derive %q: there is recheck", o.derive)
	}
	key, err := loadKey(e, o.keyFile)
	if err != nil {
		return err
	}
	return writeKey(e, o.out, "recheck key of key "+key.ID(), review.DeriveRecheck(key).Text())
}

func writeKey(e env, path, name string, text []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return withHint(fmt.Errorf("refusing to overwrite %q", path),
			"an index is lost with its key; choose another name")
	}
	if err != nil {
		return fmt.Errorf("failed to write key file %q: %w", path, err)
	}
	_, err = f.Write(text)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		os.Remove(path) // half a key file is none
		return fmt.Errorf("failed to write key file %q: %w", path, err)
	}
	fmt.Fprintf(e.out, "%s written to %s\n", name, path)
	return nil
}
