package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/rundir"
)

// What a dump may cost at most, whoever wrote it.
const (
	mostTextsBeside  = 24 // candidates beside one mention: sweep.DefaultTexts
	mostPerAccount   = 64 // --max-candidates-per-account
	mostCutsOfRecord = 8
)

// TestSweep_attacks_cost_the_caps scans dumps that were made to exploit the sweep. Each costs at most the caps, the manifest
// says what was cut off, its equations hold, and the outcome does not depend on the workers.
func TestSweep_attacks_cost_the_caps(t *testing.T) {
	t.Parallel()
	many, few, million := rounds(2_500, 10_000), rounds(50, 200), rounds(250_000, 1_000_000)
	address := func(i int) string { return fmt.Sprintf("u%d@example.com", i) }
	for _, attack := range []struct {
		name     string
		accounts int
		dump     func(*strings.Builder)
		most     int // verifications
		met      int
		cut      bool // the manifest says that texts were kept back
	}{
		{"one line of addresses, then texts", many, func(b *strings.Builder) {
			for i := range many {
				b.WriteString(address(i) + " ")
			}
			for i := range many {
				fmt.Fprintf(b, "text%d-and-more-of-it ", i)
			}
		}, many * mostTextsBeside, many, false},
		{"one line in turns", many, func(b *strings.Builder) {
			for i := range many {
				fmt.Fprintf(b, "%s,text%d-and-more-of-it, ", address(i), i)
			}
		}, many * (mostTextsBeside + mostCutsOfRecord), many, true},
		{"one address, plain", 1, func(b *strings.Builder) {
			for i := range million {
				fmt.Fprintf(b, "%s:text%d\n", address(0), i)
			}
		}, mostPerAccount, 1, false},
		{"one address, swept", 1, func(b *strings.Builder) {
			for i := range million / 10 { // TestOneAddressAMillionTimesCostsTheCaps has more
				fmt.Fprintf(b, "%s text%d\n", address(0), i)
			}
		}, mostPerAccount, 1, true},
		{"texts for every account", few, func(b *strings.Builder) {
			for i := range few {
				fmt.Fprintf(b, "<p>%s</p>", address(i))
				for n := range 1000 {
					fmt.Fprintf(b, "<q>text-%d-%d</q>", i, n)
				}
				b.WriteString("\n")
			}
		}, few * (mostTextsBeside + mostCutsOfRecord), few, true},
	} {
		t.Run(attack.name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			rows := [][]string{{"account_id", "email", "password_hash"}}
			hash := cheapHash("not in the dump")
			for i := range attack.accounts {
				rows = append(rows, []string{fmt.Sprint("a", i), address(i), hash})
			}
			var text strings.Builder
			attack.dump(&text)
			b.write("dump.txt", text.String())
			b.run(exitComplete, "index", "build", "--accounts", b.writeCSV("accounts.csv", rows...), "--out", b.path("index"), "--progress", "none")
			m := scanAttack(t, b, "one", "1")
			if c := &m.Counts; c.Verifications > int64(attack.most) || m.Inputs[0].AccountsMet != int64(attack.met) || c.AccountsListed != 0 {
				t.Errorf("%d verifications, %d accounts met, %d listed; want %d at most, %d and none",
					c.Verifications, m.Inputs[0].AccountsMet, c.AccountsListed, attack.most, attack.met)
			}
			if said := m.Sweep.Cut+m.Sweep.OverCap > 0; said != attack.cut {
				t.Errorf("the manifest says %+v", m.Sweep)
			}
			scanAttack(t, b, "four", "4")
			for _, name := range []string{"at_risk.csv", "undecided.csv", "rejects.csv", "accounts.csv"} {
				if one, four := readFile(t, filepath.Join(b.path("one"), name)), readFile(t, filepath.Join(b.path("four"), name)); one != four {
					t.Errorf("%s depends on the workers", name)
				}
			}
		})
	}
}

// scanAttack scans the dump of a bench with so many workers, and has the run verified.
func scanAttack(t *testing.T, b *bench, name, workers string) *rundir.Manifest {
	t.Helper()
	code := b.tryRun("scan", "--index", b.path("index"), "--out", b.path(name), "--workers", workers, "--now", "2026-06-01T00:00:00Z",
		"--max-accounts", "99999", "--max-share", "100%", "--max-confirm-rate", "100%", "--progress", "none", b.path("dump.txt"))
	if code != exitComplete && code != exitPartial {
		t.Fatalf("exit code %d\n%s", code, b.err.String())
	}
	b.run(exitComplete, "verify", b.path(name))
	return b.manifest(name)
}

func readFile(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
