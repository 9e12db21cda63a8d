package ledger

import "testing"

func TestCompact_and_Verify(t *testing.T) {
	t.Parallel()
	dir, key := t.TempDir(), newKey(t)
	l := open(t, dir, key)
	fill(t, l)
	mustClose(t, l)
	want, err := Inspect(dir)
	if err != nil {
		t.Fatal(err)
	}
	before, after, err := Compact(dir)
	if err != nil || after > before || after == 0 {
		t.Fatalf("%d, %d, %v", before, after, err)
	}
	if err := Verify(dir, key); err != nil {
		t.Error(err)
	}
	got, err := Inspect(dir)
	if err != nil {
		t.Fatal(err)
	}
	want.Bytes, got.Bytes = 0, 0
	if *got != *want || got.Verdicts != 200 || got.FindingsNew != 1 || got.DumpsOpen != 1 {
		t.Errorf("after: %+v, before: %+v", got, want)
	}
	if err := Verify(dir, newKey(t)); err == nil {
		t.Error("another key passes")
	}
}

func inspected(dir string) error { _, err := Inspect(dir); return err }
