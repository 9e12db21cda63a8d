package index

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/credsieve/credsieve/datasets/accounts"
	"github.com/credsieve/credsieve/datasets/index/internal/table"
)

func TestFacts_come_back(t *testing.T) {
	t.Parallel()
	v, err := newVault(newKey(t), [buildIDSize]byte{1})
	if err != nil {
		t.Fatal(err)
	}
	m := masker{block: v.facts}
	row := sealedRow{
		Account: Account{
			PasswordChangedAt: time.Unix(-5, 0).UTC(), LastActiveAt: time.Unix(1<<33, 0).UTC(), MFA: accounts.MFADisabled,
			Canary: true, Privilege: accounts.PrivilegeAdmin, Status: accounts.StatusNoPasswordLogin, HashSteps: 255,
			CredentialTag: "8:a3", StoredHash: cheapHash,
		},
		class: 255, changedIn: 1 << 31, counts: [countsSize]byte{1, 2, 3, 4, 5, 6, 7, 8},
	}
	f := factsOf(&row)
	covered := f
	m.mask(7, &covered)
	for i := 0; i < factsSize; i += 16 {
		if bytes.Equal(covered[i:i+16], f[i:i+16]) {
			t.Errorf("block %d is not covered", i/16)
		}
	}
	other := covered
	m.mask(7, &covered)
	if covered != f || covered.check() != nil || covered.time(factChangedAt) != row.PasswordChangedAt ||
		covered.time(factActiveAt) != row.LastActiveAt || !covered.is(factCanary) || !covered.is(factTagged) ||
		covered.changedIn() != row.changedIn || covered.hashSize() != len(cheapHash) || covered.counts() != row.counts {
		t.Errorf("got %v, want %v", covered, f)
	}
	if m.mask(8, &other); other.check() == nil {
		t.Error("the facts of another row passed for facts")
	}
}

// TestPadding_hides_lengths: stored hashes of the usual schemes, and none, look alike.
func TestPadding_hides_lengths(t *testing.T) {
	t.Parallel()
	v, err := newVault(newKey(t), [buildIDSize]byte{1})
	if err != nil {
		t.Fatal(err)
	}
	s, c := newSealer(v), table.NewChunk(accountSchema)
	sizes := make(map[[3]int]bool)
	for i, a := range []Account{
		{ID: "a", Identifier: "b"}, {ID: "an-id-of-31-bytes-that-is-as-lon", Identifier: "somebody.else@example.org", StoredHash: cheapHash},
		{ID: "b", Identifier: "a@example.com", StoredHash: "$2b$04$" + strings.Repeat("x", 53), CredentialTag: "8:a3"},
	} {
		before := [3]int{len(c.Columns[columnID].Values), len(c.Columns[columnHash].Values), len(c.Columns[columnIdentifier].Values)}
		a.ID = a.ID[:min(len(a.ID), 31)]
		s.appendAccount(c, &sealedRow{Account: a, exportRow: uint32(i + 1)})
		sizes[[3]int{
			len(c.Columns[columnID].Values) - before[0], len(c.Columns[columnHash].Values) - before[1],
			len(c.Columns[columnIdentifier].Values) - before[2],
		}] = true
	}
	if len(sizes) != 1 {
		t.Errorf("lengths differ: %v", sizes)
	}
	for _, text := range []string{"", "\x80", "\x00\x00", strings.Repeat("x", 31), strings.Repeat("x", 32), "a\x80\x00"} {
		padded := appendPadded([]byte("before"), text, 32)[len("before"):]
		got, err := cutPadding(padded)
		if err != nil || string(got) != text || len(padded)%32 != 0 {
			t.Errorf("%q came back as %q, %v, from %d bytes", text, got, err, len(padded))
		}
	}
	if _, err := cutPadding(make([]byte, 32)); err == nil {
		t.Error("zeros passed for a padded text")
	}
}

// TestIndex_shows_nothing_without_the_key: not an id, an identifier, a stored hash or a tag, in any of its files; and two accounts
// that differ in what is sealed have rows that are of one size.
func TestIndex_shows_nothing_without_the_key(t *testing.T) {
	t.Parallel()
	dir, key := t.TempDir(), newKey(t)
	all := some(300)
	for i := range all {
		all[i].ID = "acct-of-somebody-" + all[i].ID
		all[i].CredentialTag = "8:a3"
	}
	mustBuild(t, dir, key, all...)
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(files) < 5 {
		t.Fatalf("files %v, %v", files, err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range []string{"acct-of-somebody", "@example", "$argon2id$v=19", "8:a3"} {
			if strings.HasSuffix(file, metaName) && text == "$argon2id$v=19" {
				continue // costs
			}
			if bytes.Contains(data, []byte(text)) {
				t.Errorf("%s holds %q", filepath.Base(file), text)
			}
		}
	}
	x := mustOpen(t, dir, key)
	n := 0
	if err := x.EachID(func(id string) {
		if strings.HasPrefix(id, "acct-of-somebody-") {
			n++
		}
	}); err != nil || n != len(all) {
		t.Errorf("%d of %d ids, %v", n, len(all), err)
	}
}
