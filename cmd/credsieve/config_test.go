package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestConfigExample lives through a night with the one file that docs/examples has for all commands.
func TestConfigExample(t *testing.T) {
	t.Parallel()
	example, err := os.ReadFile(filepath.Join("..", "..", "docs", "examples", "credsieve.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	b := newBench(t)
	place := func(name string) string { return b.path(name) }
	file := b.write("credsieve.yaml", strings.NewReplacer("/srv/credsieve", place("srv"), "/etc/credsieve", place("etc"),
		"/var/lib/node_exporter", place("srv")).Replace(string(example)))
	for _, dir := range []string{"srv/export", "etc"} {
		if err := os.MkdirAll(place(dir), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	b.write("srv/export/users.csv", "user_id,email,password_hash\nu1,alice@example.com,"+
		"$2b$04$abcdefghijklmnopqrstuu5s0Vbbv2qyRDdT7T5Vl3OCW0Kx5DmLO\n")
	dump := b.write("dump.txt", "alice@example.com:Made-Up-1\n")
	b.run(exitComplete, "keygen", "--out", place("etc/key"))
	b.run(exitComplete, "index", "build", "--config", file)
	b.run(exitComplete, "doctor", "--config", file)
	b.run(exitComplete, "scan", "--config", file, dump)
	b.run(exitComplete, "runs", "prune", place("srv/runs"), "--config", file)
	b.run(exitComplete, "recheck", place("srv/runs/latest"), "--config", file, "--out", place("holds.csv"))
	b.run(exitComplete, "state", "verify", place("srv/state"), "--config", file)
	b.out.Reset()
	b.run(exitComplete, "config", "show", "scan", "--config", file, "--max-accounts", "7")
	if !regexp.MustCompile(`--max-accounts +7 +command`).MatchString(b.out.String()) {
		t.Errorf("config show says\n%s", b.out.String())
	}
	if _, err := os.Stat(place("srv/credsieve.prom")); err != nil {
		t.Error(err)
	}
}
