package index

import "testing"

// Whoever lacks the key can mend the SHA-256, but not the seal.
func TestOpenRefusesForgedSeal(t *testing.T) {
	t.Parallel()
	key := newKey(t)
	dir, m := builtOf(t, key, some(50))
	edit(t, dir, `"accounts": 50`, `"accounts": 51`)
	d, err := readDescription(dir)
	if err != nil {
		t.Fatal(err)
	}
	edit(t, dir, m.SHA256, checksum(d.body))
	if _, err := ReadMeta(dir); err != nil {
		t.Fatalf("the forgery is no good: %v", err)
	}
	_, err = Open(dir, key)
	wantError(t, err, "the seal of index.json does not fit")
}
