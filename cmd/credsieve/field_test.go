package main

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// fieldDumps holds small dumps like those that people in this job receive. Each case is a folder: accounts.csv,
// the dump, expected.txt with the accounts that a scan must list, and accept_loud where exit 3 will do.
// pending.txt names those that do not pass yet.
const fieldDumps = "../../testdata/field/dumps"

// TestFieldDumps scans each case. It also scans it with the stored hashes of the expected accounts rotated
// among them, so that no pair of the dump is true any more: then nobody may be listed.
func TestFieldDumps(t *testing.T) {
	t.Parallel()
	cases, err := filepath.Glob(filepath.Join(fieldDumps, "*", "expected.txt"))
	if err != nil || len(cases) == 0 {
		t.Fatalf("there are no cases below %s (%v)", fieldDumps, err)
	}
	pending := fieldNames(t, filepath.Join(fieldDumps, "pending.txt"))
	for i, expected := range cases {
		dir := filepath.Dir(expected)
		name := filepath.Base(dir)
		isPending := slices.Contains(pending, name)
		pending = slices.DeleteFunc(pending, func(p string) bool { return p == name })
		if isLeftOut(i) {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			testFieldDump(t, dir, fieldNames(t, expected), isPending)
		})
	}
	if len(pending) > 0 {
		t.Errorf("pending.txt names cases that do not exist: %q", pending)
	}
}

// isLeftOut reports whether case i of a long table is left out: of short tests, which look for races in code that
// all cases share, most are.
func isLeftOut(i int) bool { return testing.Short() && i%8 != 0 }

func testFieldDump(t *testing.T, dir string, want []string, isPending bool) {
	b := newBench(t)
	accounts := filepath.Join(dir, "accounts.csv")
	got, code := scanField(t, b, "true", accounts, filepath.Join(dir, "dump"))
	_, err := os.Stat(filepath.Join(dir, "accept_loud"))
	loud := err == nil && code == exitPartial
	passes := slices.Equal(got, want) || loud && len(got) == 0
	var strangers []string // listed though no pair of the dump is theirs
	if len(want) > 1 {
		deranged := b.writeCSV("deranged.csv", derangedAccounts(t, accounts, want)...)
		strangers, _ = scanField(t, b, "deranged", deranged, filepath.Join(dir, "dump"))
	}
	switch {
	case passes && len(strangers) == 0 && isPending:
		t.Error("it passes: take it off pending.txt")
	case isPending:
	case !passes:
		t.Errorf("exit code %d, listed %q, want %q", code, got, want)
	case len(strangers) > 0:
		t.Errorf("with the passwords of the accounts rotated %q are listed", strangers)
	}
}

// scanField builds an index and scans a dump with open limits. It returns the listed accounts, sorted.
func scanField(t *testing.T, b *bench, name, accounts, dump string) (listed []string, code int) {
	t.Helper()
	index, run := b.path(name+"-index"), name+"-run"
	b.run(exitComplete, "index", "build", "--accounts", accounts, "--out", index, "--progress", "none")
	code = b.tryRun("scan", "--index", index, "--out", b.path(run), "--max-accounts", "9999",
		"--max-share", "100%", "--max-confirm-rate", "100%", "--progress", "none", dump)
	if code != exitComplete && code != exitPartial {
		t.Fatalf("exit code %d\n%s", code, b.err.String())
	}
	listed = b.listed(run)
	slices.Sort(listed)
	return listed, code
}

// derangedAccounts returns the export with each expected account's stored hash given to the next of them.
func derangedAccounts(t *testing.T, export string, expected []string) [][]string {
	t.Helper()
	f, err := os.Open(export)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	id, hash := slices.Index(rows[0], "account_id"), slices.Index(rows[0], "password_hash")
	var among [][]string
	for _, row := range rows[1:] {
		if slices.Contains(expected, row[id]) {
			among = append(among, row)
		}
	}
	first := among[0][hash]
	for i := range among[:len(among)-1] {
		among[i][hash] = among[i+1][hash]
	}
	among[len(among)-1][hash] = first
	return rows
}

// fieldNames returns the words of a file, sorted.
func fieldNames(t *testing.T, path string) []string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	names := strings.Fields(string(text))
	slices.Sort(names)
	return names
}
