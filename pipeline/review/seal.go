package review

import (
	"context"
	"fmt"

	"github.com/credsieve/credsieve/datasets/rundir"
)

// VerifyUnder checks a run with its seal. That it was made with another key is said first: its seal says less.
func VerifyUnder(ctx context.Context, dir string, key RecheckKey) (*rundir.Manifest, error) {
	m, err := rundir.ReadManifest(dir)
	if err != nil {
		return nil, err
	}
	if id := key.ID(); id != m.Index.KeyID {
		return nil, fmt.Errorf("run %q was made with key %q, the given key is %q", dir, m.Index.KeyID, id)
	}
	return rundir.VerifySealed(ctx, dir, key.seal())
}

// SealIsRight is what CheckSeal says of a seal that was checked.
const SealIsRight = "its seal is right: nobody without the key has changed it"

// CheckSeal says in a sentence what the seal of a verified run says. A key that somebody named is held against it; one
// that the environment happens to hold is not asked for what is not sealed under it, and that there is none is not an
// error.
func CheckSeal(ctx context.Context, dir string, m *rundir.Manifest, named bool, load func() (RecheckKey, error)) (string, error) {
	key, err := load()
	switch {
	case named && err != nil:
		return "", err
	case err != nil:
		return "its seal was not checked: that needs the key (--key-file)", nil
	case !named && key.ID() != m.Index.KeyID:
		return "its seal was not checked: it was made with another key than that of the environment", nil
	case !named && m.Seal == "":
		return "its seal was not checked: " + rundir.ErrNotSealed.Error(), nil
	}
	if _, err := VerifyUnder(ctx, dir, key); err != nil {
		return "", err
	}
	return SealIsRight, nil
}
