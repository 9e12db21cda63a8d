package main

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/hashing/stored"
)

// TestNoPasswordLeavesTheProcess plants passwords in every way that a run can meet one and then searches
// everything that any command printed or wrote, and the folder for temporary files.
func TestNoPasswordLeavesTheProcess(t *testing.T) {
	b := newBench(t)
	temporary := b.path("tmp")
	if err := os.Mkdir(temporary, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TMPDIR", temporary)

	var planted []string
	plant := func() string {
		planted = append(planted, "Made-Up-"+rand.Text())
		return planted[len(planted)-1]
	}
	users := [][]string{{"account_id", "email", "password_hash", "status", "canary"}}
	var lines []string
	user := func(id, stored, status, canary string, passwords ...string) {
		email := id + "@example.com"
		users = append(users, []string{id, email, stored, status, canary})
		for _, password := range passwords {
			lines = append(lines, email+":"+password)
		}
	}
	hash := func(password string) string {
		return stored.FormatArgon2id([]byte(password), []byte("a salt for tests"), cheap)
	}
	found, disabled := plant(), plant()
	user("found", hash(found), "", "", plant(), found, plant())
	user("refuted", hash("another"), "", "", plant())
	user("disabled", hash(disabled), "disabled", "", disabled)
	user("undecided", "$9$unknown", "", "", plant())
	lines = append(lines,
		"nobody@example.com:"+plant(),         // screened out
		plant()+" an advert with no colon",    // rejected
		plant()+":refuted@example.com",        // the other order
		"https://example.com/:found:"+plant(), // with a URL
		":"+plant(),                           // no identifier
	)
	dump := b.write("dump.txt", strings.Join(lines, "\n")+"\n")
	b.write("table/leak.csv", "email,password\nfound@example.com,\""+plant()+"\nrefuted@example.com,"+
		plant()+"\n\"found@example.com\",\"a\",\""+plant()+"\"\n")
	long := b.write("long.txt", strings.Repeat(plant(), 1<<17)+":found@example.com\n")
	canary := b.write("canary.txt", "trap@example.com:"+plant()+"\n")
	users = append(users, []string{"trap", "trap@example.com", "", "", "true"})

	export := b.writeCSV("accounts.csv", users...)
	b.run(exitComplete, "index", "build", "--accounts", export, "--out", b.path("index"))
	index := b.path("index")
	scan := func(want int, run string, args ...string) {
		args = append([]string{"scan", "--index", index, "--out", b.path(run), "--show-identifiers"}, args...)
		b.run(want, args...)
	}
	scan(exitPartial, "run", dump, b.path("table"), long)
	scan(exitPartial, "json", "--json", "--progress", "plain", dump)
	scan(exitHeld, "held", "--max-accounts", "0", dump)
	scan(exitHeld, "canary", canary)
	scan(exitPartial, "budget", "--confirm-budget", "1ns", dump)
	scan(exitPartial, "first", "--state", b.path("state"), dump)
	scan(exitPartial, "again", "--state", b.path("state"), dump)
	b.run(exitComplete, "state", "inspect", b.path("state"))
	scan(exitFailed, "missing", b.path("nowhere"), dump)
	b.run(exitComplete, "scan", "--index", index, "--dry-run", dump)
	b.run(exitComplete, "verify", b.path("run"))
	for _, user := range users[1:] {
		b.run(exitComplete, "explain", b.path("run"), user[0], "--index", index)
		b.run(exitComplete, "explain", b.path("canary"), user[0], "--index", index, "--json")
	}
	b.run(exitComplete, "diff", b.path("run"), b.path("held"))
	b.run(exitComplete, "recheck", b.path("run"), "--accounts", export, "--out", b.path("holds.csv"))
	held := b.manifest("held")
	b.run(exitComplete, "release", b.path("held"), "--approve",
		fmt.Sprintf("%s:%d", held.RunID, held.Counts.AccountsListed))
	if got := b.listed("run"); len(got) != 1 || got[0] != "found" {
		t.Fatalf("listed %v: the run did not see what it must not leak", got)
	}

	inputs := map[string]bool{"dump.txt": true, "table/leak.csv": true, "long.txt": true, "canary.txt": true}
	searched := search(t, b.dir, inputs, planted)
	if searched < 20 {
		t.Errorf("only %d files were searched", searched)
	}
	for name, text := range map[string][]byte{"stdout": b.out.Bytes(), "stderr": b.err.Bytes()} {
		if leak := findAny(text, planted); leak != "" {
			t.Errorf("%s holds a password %s", name, leak)
		}
	}
}

// search looks for the secrets in every file below dir and returns how many files that were.
func search(t *testing.T, dir string, except map[string]bool, secrets []string) int {
	t.Helper()
	files := 0
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		rel, _ := filepath.Rel(dir, path)
		if except[rel] {
			return nil
		}
		files++
		data, err := os.ReadFile(path)
		if leak := findAny(data, secrets); leak != "" {
			t.Errorf("%s holds a password %s", rel, leak)
		}
		if leak := findAny([]byte(path), secrets); leak != "" {
			t.Errorf("%s is named by a password", rel)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// findAny says in which form one of the secrets stands in data, or nothing. The last characters are
// enough: a password cut short is one as well.
func findAny(data []byte, secrets []string) string {
	for _, secret := range secrets {
		tail := secret[len(secret)-12:]
		for form, text := range map[string]string{
			"as it is": tail,
			"as hex":   hex.EncodeToString([]byte(tail)),
			"as Go %q": fmt.Sprintf("%v", []byte(tail)),
			"as base64": base64.RawStdEncoding.EncodeToString(
				[]byte(secret))[:len(secret)/3*4],
		} {
			if bytes.Contains(data, []byte(text)) {
				return form
			}
		}
	}
	return ""
}
