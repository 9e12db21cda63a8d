package review

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/index"
	"github.com/credsieve/credsieve/hashing"
	"github.com/credsieve/credsieve/pipeline/finding"
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
