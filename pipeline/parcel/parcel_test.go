package parcel_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/pipeline/parcel"
)

func newKey(t *testing.T, secret string) parcel.Key {
	t.Helper()
	key, err := parcel.NewKey([]byte(secret))
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// pack seals texts by section.
func pack(t *testing.T, key parcel.Key, name string, sections map[uint32][]string) ([]byte, string) {
	t.Helper()
	var out bytes.Buffer
	w := parcel.NewWriter(&out, key, name)
	for section := range uint32(9) {
		for _, text := range sections[section] {
			if err := w.Add(section, []byte(text)); err != nil {
				t.Fatal(err)
			}
		}
	}
	sum, err := w.Close()
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes(), sum
}

func TestParcel(t *testing.T) {
	t.Parallel()
	key := newKey(t, "a secret of a run")
	long := strings.Repeat("x", 700_000)
	texts := map[uint32][]string{0: {"head"}, 3: {"one", long, long, "two"}, 8: {strings.Repeat("y", 3<<20)}}
	data, sum := pack(t, key, "screen/1", texts)
	again, sumAgain := pack(t, key, "screen/1", texts)
	if !bytes.Equal(data, again) || sum != sumAgain {
		t.Error("the same content has other bytes")
	}
	if bytes.Contains(data, []byte("head")) || bytes.Contains(data, []byte("xxxx")) {
		t.Error("a text can be read")
	}
	r, err := parcel.Open(t.Context(), parcel.FromBytes(data), int64(len(data)), key, "screen/1")
	if err != nil {
		t.Fatal(err)
	}
	for section := range uint32(10) {
		got, err := r.Section(t.Context(), section)
		if want := strings.Join(texts[section], ""); err != nil || string(got) != want {
			t.Errorf("section %d has %d bytes, want %d: %v", section, len(got), len(want), err)
		}
	}
	chunks := 0
	err = r.Each(t.Context(), 3, func(text []byte) error {
		if chunks++; strings.Trim(strings.TrimSuffix(strings.TrimPrefix(string(text), "one"), "two"), "x") != "" {
			t.Error("a text was cut")
		}
		return nil
	})
	if err != nil || chunks != 2 {
		t.Errorf("%d chunks: %v", chunks, err)
	}
	if s := fmt.Sprintf("%v %+v %#v %x", key, key, key, key); strings.Contains(s, "[") || strings.Count(s, "redacted") != 4 {
		t.Errorf("a key shows as %s", s)
	}
}

// TestParcel_refuses: every byte counts, and so do name, key and length.
func TestParcel_refuses(t *testing.T) {
	t.Parallel()
	key := newKey(t, "a secret of a run")
	data, _ := pack(t, key, "screen/1", map[uint32][]string{0: {"head"}, 3: {"one"}, 4: {"one"}})
	reads := func(data []byte, key parcel.Key, name string) error {
		r, err := parcel.Open(t.Context(), parcel.FromBytes(data), int64(len(data)), key, name)
		for section := uint32(0); err == nil && section < 5; section++ {
			_, err = r.Section(t.Context(), section)
		}
		return err
	}
	if err := reads(data, key, "screen/1"); err != nil {
		t.Fatal(err)
	}
	const magic = len("credsieve parcel 1\n")
	for i := magic; i < len(data); i++ {
		damaged := bytes.Clone(data)
		damaged[i] ^= 0x40
		if reads(damaged, key, "screen/1") == nil {
			t.Errorf("byte %d of %d does not count", i, len(data))
		}
	}
	for n := range len(data) {
		if reads(data[:n], key, "screen/1") == nil {
			t.Errorf("the first %d bytes are enough", n)
		}
	}
	if reads(data, key, "screen/2") == nil {
		t.Error("it opens under another name")
	}
	if reads(data, newKey(t, "another secret"), "screen/1") == nil {
		t.Error("it opens under another key")
	}
}
