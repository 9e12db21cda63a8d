package rundir

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
)

// SealWith has Encode seal the manifest under a key of this purpose alone: with it the digests of all files in the run,
// its lists among them, and the approval of a released one. Without a key there is no seal.
func (m *Manifest) SealWith(key []byte) { m.sealKey = key }

// ErrNotSealed says that a run has no seal: it was made by an earlier version, released without the key, or
// somebody took the seal off.
var ErrNotSealed = errors.New("it has no seal: it was released without the key, made by an earlier version, or changed " +
	"by somebody who has no key")

// errOtherSeal says that somebody without the key has changed a run.
var errOtherSeal = errors.New("its seal is not that of its manifest: somebody without the key has changed it")

// VerifySealed is Verify, and checks the seal under the key that SealWith had.
func VerifySealed(ctx context.Context, dir string, key []byte) (*Manifest, error) {
	m, data, err := verify(ctx, dir)
	if err != nil {
		return nil, err
	}
	if err := m.checkSeal(data, key); err != nil {
		return nil, fmt.Errorf("refusing run %q: %w", dir, err)
	}
	return m, nil
}

// checkSeal looks at the bytes of a manifest whose digest is right.
func (m *Manifest) checkSeal(data, key []byte) error {
	if m.Seal == "" {
		return ErrNotSealed
	}
	before, after := cutLast(data, digestField(m.SHA256))
	data = slices.Concat(before, digestField(""), after)
	before, after = cutLast(data, sealField(m.Seal))
	if !hmac.Equal([]byte(m.Seal), []byte(sealOf(key, slices.Concat(before, sealField(""), after)))) {
		return errOtherSeal
	}
	return nil
}

// sealOf is the seal of a manifest without digits.
func sealOf(key, data []byte) string {
	mac := hmac.New(sha256.New, key)
	mac.Write(data)
	return hex.EncodeToString(mac.Sum(nil))
}

// sealField is the last field but one of a manifest as its bytes.
func sealField(digits string) []byte { return []byte(`"seal": "` + digits + `"`) }
