package engines

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"golang.org/x/crypto/bcrypt"
)

// mark is in each planted password: it must be nowhere but in the dumps.
const mark = "zQ7-Unmistakable-vK9"

// marked is a planted password.
func marked(account, try int) string { return fmt.Sprintf("%s-%d-%d", mark, account, try) }

// opened are accounts that a planted password opens.
const opened = 20

// openedHash is what an account that a planted password opens has stored.
func openedHash(t *testing.T, account int) string {
	t.Helper()
	hash, err := bcrypt.GenerateFromPassword([]byte(marked(account, 0)), bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	return string(hash)
}

// markForms are how a text that holds the mark may be written: as it is, in other cases, reversed, as UTF-16, hex, base64 in all three
// places, and as Go prints bytes.
func markForms() (forms [][]byte) {
	add := func(form string) { forms = append(forms, []byte(form)) }
	backwards := []byte(mark)
	slices.Reverse(backwards)
	for _, text := range []string{mark, strings.ToLower(mark), strings.ToUpper(mark), string(backwards)} {
		add(text)
	}
	var little, big []byte
	for _, unit := range utf16.Encode([]rune(mark)) {
		little, big = append(little, byte(unit), byte(unit>>8)), append(big, byte(unit>>8), byte(unit))
	}
	forms = append(forms, little, big)
	add(hex.EncodeToString([]byte(mark)))
	add(strings.ToUpper(hex.EncodeToString([]byte(mark))))
	for skipped := range 3 {
		for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			text := mark[skipped:]
			add(encoding.EncodeToString([]byte(text[:len(text)/3*3])))
		}
	}
	add(strings.Trim(fmt.Sprintf("%d", []byte(mark)), "[]"))
	return forms
}

// holdsMark returns the forms of the mark that a file holds.
func holdsMark(t *testing.T, path string) (found []string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, form := range markForms() {
		if bytes.Contains(text, form) {
			found = append(found, string(form))
		}
	}
	return found
}

// searchMarks looks through all that is left of all runs: the bucket, logs, what commands said, folders of workers, temporary
// files. The dumps show that it finds what is there.
func (p *place) searchMarks(t *testing.T) {
	t.Helper()
	searched, inDumps := 0, 0
	err := filepath.WalkDir(p.dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		found := holdsMark(t, path)
		if strings.Contains(path, "/dumps/") {
			inDumps += min(len(found), 1)
			return nil
		}
		if searched++; len(found) > 0 {
			t.Errorf("%s holds planted passwords, as %q", path, found)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	const fewest = 100
	if searched < fewest || inDumps == 0 {
		t.Errorf("%d files were searched, and %d dumps hold planted passwords", searched, inDumps)
	}
	t.Logf("no planted password in %d files", searched)
}

func TestMarkForms(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "x")
	text := []byte("before " + marked(1, 2) + " after")
	for name, form := range map[string]string{
		"plain": string(text), "hex": hex.EncodeToString(text), "bytes": fmt.Sprintf("%d", text), "upper": strings.ToUpper(string(text)),
		"base64 0": base64.StdEncoding.EncodeToString(text), "base64 1": base64.StdEncoding.EncodeToString(text[1:]),
		"base64 2": base64.URLEncoding.EncodeToString(text[2:]),
	} {
		if err := os.WriteFile(path, []byte(form), 0o600); err != nil {
			t.Fatal(err)
		}
		if len(holdsMark(t, path)) == 0 {
			t.Errorf("%s: it is not found", name)
		}
	}
}
