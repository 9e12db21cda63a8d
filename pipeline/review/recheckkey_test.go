package review

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/index"
	"github.com/credsieve/credsieve/hashing"
	"github.com/credsieve/credsieve/pipeline/finding"
	"github.com/credsieve/credsieve/pipeline/internal/workplace"
)

func TestRecheckKey_names_what_the_key_names(t *testing.T) {
	t.Parallel()
	whole, err := hashing.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	derived := DeriveRecheck(whole)
	key, err := ParseRecheckKey(derived.Text())
	if err != nil {
		t.Fatal(err)
	}
	account := index.Account{ID: "u1", StoredHash: "$made$up"}
	ids, wanted := key.ids(), finding.NewIDs(whole)
	if key.ID() != whole.ID() || ids.Finding(&account) != wanted.Finding(&account) ||
		ids.HashTag("$made$up") != wanted.HashTag("$made$up") || !bytes.Equal(key.seal(), whole.Derive(hashing.PurposeRunSeal, nil, 32)) {
		t.Error("the derived key names something else")
	}
	if said := fmt.Sprintf("%v %+v %#v %x %s", key, key, key, key, &key); strings.Contains(said, string(key.secret.Bytes()[:4])) ||
		strings.Count(said, "redacted") != 5 {
		t.Errorf("it shows: %q", said)
	}
	if _, err := hashing.ParseKey(derived.Text()); err == nil {
		t.Error("it passes for a whole key")
	}
}

func TestParseRecheckKey_refuses(t *testing.T) {
	t.Parallel()
	whole, err := hashing.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	good := string(DeriveRecheck(whole).Text())
	_, line, _ := strings.Cut(good, "\n")
	for name, text := range map[string]string{
		"nothing": "", "a comment": "# a\n", "a whole key": string(whole.Text()), "two keys": good + line,
		"one that was cut": line[:len(line)-9], "another letter": strings.Replace(line, "=", "!", 1), "more": strings.TrimSpace(line) + "AAAA\n",
		"too much": good + strings.Repeat("#\n", 4<<10),
	} {
		if _, err := ParseRecheckKey([]byte(text)); err == nil {
			t.Errorf("%s was taken", name)
		} else if strings.Contains(err.Error(), line[30:60]) {
			t.Errorf("%s: the error shows the key", name)
		}
	}
	if _, err := ParseRecheckKey([]byte("# a\r\n\r\n" + strings.TrimSpace(line) + "\r\n\r\n")); err != nil {
		t.Error(err)
	}
}

// TestParseRecheckKey_at_its_limits, and by the line that is wrong.
func TestParseRecheckKey_at_its_limits(t *testing.T) {
	t.Parallel()
	whole := workplace.NewKey(t)
	good := DeriveRecheck(whole).Text()
	full := append(bytes.Clone(good), bytes.Repeat([]byte("\n"), maxRecheckText-len(good))...)
	if _, err := ParseRecheckKey(full); err != nil {
		t.Error(err)
	}
	if _, err := ParseRecheckKey(append(full, '\n')); err == nil || !strings.Contains(err.Error(), "too long") {
		t.Errorf("one byte more: %v", err)
	}
	for text, want := range map[string]string{
		"# a\n\nsomething\n": "line 3: not a recheck key", "# a\n" + recheckKeyPrefix + "AAAA\n": "line 2: it was cut",
		string(good) + string(good): "line 4: more than one key", "# a\n": "no key line",
	} {
		if _, err := ParseRecheckKey([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	for text, want := range map[string]bool{string(good): true, string(whole.Text()): false, "": false, "# a\n" + string(good): true} {
		if IsRecheckKey([]byte(text)) != want {
			t.Errorf("a text of %d bytes is one: %v", len(text), !want)
		}
	}
}
