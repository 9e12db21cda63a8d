package rundir

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var aKey, otherKey = bytes.Repeat([]byte{7}, 32), bytes.Repeat([]byte{8}, 32)

// forge changes a run as somebody does who can write it, knows how a manifest is made and has no key.
func forge(t *testing.T, dir string, change func(*Manifest)) {
	t.Helper()
	m, err := ReadManifest(dir)
	if err != nil {
		t.Fatal(err)
	}
	seal := m.Seal
	change(m)
	m.SealWith(nil)
	data, err := m.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if m.Seal != "" { // with the seal that stood there, and a digest that fits
		m.SHA256 = ""
		sealed := bytes.Replace(data, sealField(""), sealField(seal), 1)
		m.Seal = seal
		data = redigest(t, sealed)
	}
	if err := os.WriteFile(filepath.Join(dir, ManifestName), data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// redigest makes the digest of the bytes of a manifest again.
func redigest(t *testing.T, data []byte) []byte {
	t.Helper()
	i := bytes.LastIndex(data, []byte(`"manifest_sha256": "`)) + len(`"manifest_sha256": "`)
	bare := append(bytes.Clone(data[:i]), data[i+64:]...)
	return append(append(bytes.Clone(bare[:i]), fmt.Sprintf("%x", sha256.Sum256(bare))...), bare[i:]...)
}

func TestVerifySealed(t *testing.T) {
	t.Parallel()
	seal := func(m *Manifest) { m.SealWith(aKey) }
	dir := publishExample(t, seal)
	ctx := context.Background()
	if _, err := VerifySealed(ctx, dir, aKey); err != nil {
		t.Fatal(err)
	}
	if _, err := VerifySealed(ctx, dir, otherKey); !errors.Is(err, errOtherSeal) {
		t.Errorf("another key: %v", err)
	}
	forge(t, dir, func(m *Manifest) { m.Tool.Version = "forged" })
	if _, err := Verify(ctx, dir); err != nil {
		t.Fatalf("without a key nothing is to be seen: %v", err)
	}
	if _, err := VerifySealed(ctx, dir, aKey); !errors.Is(err, errOtherSeal) {
		t.Errorf("a forged manifest: %v", err)
	}
	forge(t, dir, func(m *Manifest) { m.Seal = "" })
	if _, err := VerifySealed(ctx, dir, aKey); !errors.Is(err, ErrNotSealed) {
		t.Errorf("a seal that was taken off: %v", err)
	}
	if _, err := VerifySealed(ctx, publishExample(t, nil), aKey); !errors.Is(err, ErrNotSealed) {
		t.Errorf("a run without a seal: %v", err)
	}
}

// TestRelease_is_sealed: the released run carries a seal over its approval, and a forged one is not released.
func TestRelease_is_sealed(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	approve := func(m *Manifest) (Approval, error) {
		return Approval{RunID: m.RunID, Count: m.HeldAccounts(), IndexID: m.Index.ID, ApprovedBy: "ann"}, nil
	}
	held := func(m *Manifest) { hold(m); m.SealWith(aKey) }
	dir := publishExample(t, held)
	if _, err := ReleaseSealed(ctx, dir, Releasing{Key: otherKey}, approve); err == nil {
		t.Error("released under another key")
	}
	if _, err := ReleaseSealed(ctx, dir, Releasing{Key: aKey}, approve); err != nil {
		t.Fatal(err)
	}
	if _, err := VerifySealed(ctx, dir, aKey); err != nil {
		t.Error(err)
	}
	forge(t, dir, func(m *Manifest) { m.Release.ApprovedBy = "somebody else" })
	if _, err := VerifySealed(ctx, dir, aKey); err == nil {
		t.Error("another name on the approval is taken")
	}
}

// TestPublish_takes_no_place_that_is_taken: what came there while the run was written stays.
func TestPublish_takes_no_place_that_is_taken(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	from, to := filepath.Join(dir, "from"), filepath.Join(dir, "to")
	if err := errors.Join(os.Mkdir(from, 0o700), os.Mkdir(to, 0o700)); err != nil {
		t.Fatal(err)
	}
	if err := renameNew(from, to); err == nil {
		t.Error("a folder was renamed over one that is there")
	}
}

// TestPublish_looks_at_what_it_wrote: a list that changes between its writing and its publication is not published.
func TestPublish_looks_at_what_it_wrote(t *testing.T) {
	t.Parallel()
	out := filepath.Join(t.TempDir(), "run")
	s, err := Create(out)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Abort()
	m := stageExample(t, s, nil)
	if err := os.WriteFile(filepath.Join(s.Dir(), "at_risk.csv"), []byte("rank\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := s.Publish(m); err == nil || !strings.Contains(err.Error(), "refusing to publish") {
		t.Errorf("published: %v", err)
	}
	if _, err := os.Stat(out); err == nil {
		t.Error("the run is there")
	}
}
