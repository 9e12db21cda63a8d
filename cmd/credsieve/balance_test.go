package main

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/credsieve/credsieve/hashing/stored"
)

// TestManifestBalances scans random dumps of every sort of line and holds the manifest against a count
// that was made while they were written.
func TestManifestBalances(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	hash := func(password string) string {
		return stored.FormatArgon2id([]byte(password), []byte("a salt for tests"), cheap)
	}
	// Two accounts share an address, one has a hash that cannot be verified, one is not active.
	export := b.writeCSV("accounts.csv",
		[]string{"account_id", "email", "username", "password_hash", "status"},
		[]string{"u1", "alice@example.com", "", hash("Made-Up-1"), ""},
		[]string{"u2", "shared@example.com", "", hash("Made-Up-2"), ""},
		[]string{"u3", "shared@example.com", "", hash("Made-Up-3"), ""},
		[]string{"u4", "dave@example.com", "dave", "$9$unknown", ""},
		[]string{"u5", "erin@example.com", "erin", hash("Made-Up-5"), "locked"},
	)
	b.run(exitComplete, "index", "build", "--accounts", export, "--out", b.path("index"))

	identifiers := []string{"alice@example.com", "shared@example.com", "dave@example.com", "dave", "erin",
		"ERIN@example.com", "nobody@example.org", "somebody"}
	passwords := []string{"Made-Up-1", "Made-Up-2", "Made-Up-3", "Made-Up-5", "other", "a:b;c|d", "",
		"shared@example.com", "$2b$04$abcdefghijklmnopqrstuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuu"}
	others := []string{"", "   ", "an advert", "*****", ":", "::", "\xff:\xfe"}
	runs := 0
	rapid.Check(t, func(t *rapid.T) {
		var text strings.Builder
		lines := int64(0)
		for range rapid.IntRange(1, 40).Draw(t, "lines") {
			line := rapid.SampledFrom(others).Draw(t, "other")
			if rapid.IntRange(0, 9).Draw(t, "sort") > 0 {
				id := rapid.SampledFrom(identifiers).Draw(t, "identifier")
				password := rapid.SampledFrom(passwords).Draw(t, "password")
				separator := rapid.SampledFrom([]string{":", ";", "|", "\t"}).Draw(t, "separator")
				line = id + separator + password
				if rapid.Bool().Draw(t, "password first") {
					line = password + separator + id
				}
			}
			if strings.TrimSpace(line) != "" {
				lines++
			}
			text.WriteString(line + "\n")
		}
		runs++
		run := fmt.Sprintf("run%d", runs)
		dump := b.write("dump.txt", text.String())
		// Whatever the exit code, a run that published balances; verify checks every equation.
		if b.tryRun("scan", "--index", b.path("index"), "--out", b.path(run), "--progress", "none",
			"--max-candidates-per-account", fmt.Sprint(rapid.IntRange(1, 4).Draw(t, "cap")), dump) == exitFailed {
			t.Fatalf("the scan failed: %s", b.err.String())
		}
		b.run(exitComplete, "verify", b.path(run))
		m := b.manifest(run)
		if m.Inputs[0].Status == "skipped" { // only hashes with plaintexts: it names nobody
			lines = 0
		}
		if m.Counts.RecordsRead != lines {
			t.Fatalf("records_read is %d, the dump has %d lines", m.Counts.RecordsRead, lines)
		}
		// A verdict is paid for by a verification, at least one.
		if m.Counts.Verifications < m.Counts.Confirmed+m.Counts.Refuted {
			t.Fatalf("%d verifications for %+v", m.Counts.Verifications, m.Counts)
		}
		os.RemoveAll(b.path(run))
	})
}
