package main

import (
	"crypto/md5"
	"crypto/rand"
	"encoding/hex"
	"os"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/hashing/stored"
)

// TestNoPepperLeavesTheProcess does the same for what proves and verifies peppered and wrapped hashes: keys,
// known answers, and leaked digests.
func TestNoPepperLeavesTheProcess(t *testing.T) {
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
	md5Hex := func(text string) string {
		sum := md5.Sum([]byte(text))
		planted = append(planted, hex.EncodeToString(sum[:]))
		return planted[len(planted)-1]
	}
	pepper := plant()
	peppered := func(password string) string { // prepend, then the outer hash
		return stored.FormatArgon2id([]byte(pepper+password), []byte("a salt for tests"), cheap)
	}
	wrapped := func(password string) string {
		return stored.FormatArgon2i([]byte(md5Hex(password)), []byte("a salt for tests"), cheap)
	}
	probe1, probe2, leaked, digested := plant(), plant(), plant(), plant()
	export := b.writeCSV("accounts.csv", []string{"account_id", "email", "password_hash"},
		[]string{"probe1", "probe1@example.com", peppered(probe1)},
		[]string{"probe2", "probe2@example.com", wrapped(probe2)},
		[]string{"u1", "u1@example.com", peppered(leaked)},
		[]string{"u2", "u2@example.com", wrapped(digested)})
	b.write("pepper.key", pepper+"\n")
	b.write("wrong.key", plant())
	rules := `rules:
  - {name: peppered, stored_prefix: $argon2id$, steps: [{prepend: key, key_file: KEY}]}
  - {name: wrapped, stored_prefix: $argon2i$, steps: [{digest: md5, encoding: hex}]}
`
	steps := b.write("steps.yaml", strings.Replace(rules, "KEY", "pepper.key", 1))
	wrong := b.write("wrong.yaml", strings.Replace(rules, "KEY", "wrong.key", 1))
	inline := b.write("inline.yaml", strings.Replace(strings.Replace(rules, "KEY", "pepper.key", 1),
		"prepend: key", "prepend: "+pepper, 1))
	answers := b.write("answers.csv", "account_id,password\nprobe1,"+probe1+"\nprobe2,"+probe2+"\n")
	mistaken := b.write("mistaken.csv", "account_id,password\nprobe1,"+probe1+"\nprobe2,"+plant()+"\n")
	garbled := b.write("garbled.csv", "account_id,password\nprobe1,\""+probe1+"\"x,"+probe2+"\n")

	build := func(want int, steps, answers string) {
		b.run(want, "index", "build", "--accounts", export, "--out", b.path("index"), "--hash-steps", steps,
			"--known-answers", answers)
	}
	for _, args := range [][2]string{{wrong, answers}, {inline, answers}, {steps, mistaken}, {steps, garbled}} {
		build(exitFailed, args[0], args[1])
	}
	build(exitComplete, steps, answers)
	b.run(exitComplete, "index", "inspect", b.path("index"))
	b.run(exitComplete, "index", "inspect", "--json", b.path("index"))
	dump := b.write("dump.txt", "u1@example.com:"+leaked+"\nu2@example.com:"+md5Hex(digested)+
		"\nu2@example.com:"+plant()+"\n")
	b.run(exitComplete, "scan", "--index", b.path("index"), "--out", b.path("run"), dump)
	b.run(exitComplete, "scan", "--index", b.path("index"), "--dry-run", "--json", dump)
	if got := b.listed("run"); len(got) != 2 {
		t.Fatalf("listed %v: the run did not see what it must not leak", got)
	}
	inputs := map[string]bool{
		"pepper.key": true, "wrong.key": true, "inline.yaml": true, "answers.csv": true, "mistaken.csv": true,
		"garbled.csv": true, "dump.txt": true,
	}
	if searched := search(t, b.dir, inputs, planted); searched < 10 {
		t.Errorf("only %d files were searched", searched)
	}
	for name, text := range map[string][]byte{"stdout": b.out.Bytes(), "stderr": b.err.Bytes()} {
		if leak := findAny(text, planted); leak != "" {
			t.Errorf("%s holds a secret %s", name, leak)
		}
	}
}
