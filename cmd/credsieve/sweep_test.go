package main

import (
	"encoding/base64"
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"golang.org/x/crypto/argon2"

	"github.com/credsieve/credsieve/datasets/rundir"
)

// TestSweep_no_layout_hides_an_account plants accounts into files of random layouts. Each must be listed, or be said
// to be open; none may be absent, and a file in which a pair was not found is loud. With the passwords of the accounts
// of each file rotated nobody is listed.
func TestSweep_no_layout_hides_an_account(t *testing.T) {
	t.Parallel()
	const (
		layouts     = 240
		wantListed  = 97 // percent
		mostRefuted = 8  // for each that is listed
	)
	l := &layouter{Rand: rand.New(rand.NewPCG(1, 12))}
	b := newBench(t)
	files := make([]layout, layouts)
	for i := range files {
		files[i] = l.layout(fmt.Sprintf("p%d", i))
		b.write(layoutName(i), string(files[i].text))
	}
	met, inputs := scanLayouts(t, b, "true", files, 0)
	accounts, listed, refuted := 0, 0, 0
	for i, f := range files {
		hidden := 0
		for _, v := range f.victims {
			m, ok := met[v.id]
			accounts++
			refuted += m.refuted
			switch {
			case !ok:
				t.Errorf("%s: %s is absent\n%q", f.kind, v.email, f.text)
			case m.state == rundir.StateListed:
				listed++
			default:
				hidden++
			}
		}
		if hidden > 0 && inputs[layoutName(i)].Status == "read" {
			t.Errorf("%s: %d pairs are not found, and nothing says so\n%q", f.kind, hidden, f.text)
		}
	}
	t.Logf("%d of %d accounts listed, %.1f refuted for each", listed, accounts, float64(refuted)/float64(max(listed, 1)))
	if 100*listed < wantListed*accounts || refuted > mostRefuted*listed {
		t.Errorf("%d of %d accounts listed, %d candidates refuted", listed, accounts, refuted)
	}
	for _, shift := range []int{1, accountsOfLayout - 1} { // the password of the next record, and of the one before
		deranged, _ := scanLayouts(t, b, fmt.Sprint("deranged", shift), files, shift)
		for _, f := range files {
			for _, v := range f.victims {
				if deranged[v.id].state == rundir.StateListed {
					t.Errorf("%s: with the passwords of the accounts rotated by %d %s is listed\n%q", f.kind, shift, v.email, f.text)
				}
			}
		}
	}
}

func layoutName(i int) string { return filepath.Join("dumps", fmt.Sprintf("d%03d", i)) }

// metAccount is a row of accounts.csv.
type metAccount struct {
	state   rundir.State
	refuted int
}

// scanLayouts scans all files against accounts that have the password of the victim so many places further on.
func scanLayouts(t *testing.T, b *bench, name string, files []layout, shift int) (map[string]metAccount, map[string]*rundir.Input) {
	t.Helper()
	rows := [][]string{{"account_id", "email", "password_hash"}}
	for _, f := range files {
		for i, v := range f.victims {
			rows = append(rows, []string{v.id, v.email, cheapHash(f.victims[(i+shift)%len(f.victims)].password)})
		}
	}
	b.run(exitComplete, "index", "build", "--accounts", b.writeCSV(name+".csv", rows...), "--out", b.path(name+"-index"), "--progress", "none")
	code := b.tryRun("scan", "--index", b.path(name+"-index"), "--out", b.path(name), "--max-accounts", "9999", "--max-share", "100%",
		"--max-confirm-rate", "100%", "--progress", "none", b.path("dumps"))
	if code != exitComplete && code != exitPartial {
		t.Fatalf("exit code %d\n%s", code, b.err.String())
	}
	inputs := map[string]*rundir.Input{}
	m := b.manifest(name)
	for i := range m.Inputs {
		rel, err := filepath.Rel(b.dir, m.Inputs[i].Path)
		if err != nil {
			t.Fatal(err)
		}
		inputs[rel] = &m.Inputs[i]
	}
	return readMet(t, b.path(name)), inputs
}

func readMet(t *testing.T, run string) map[string]metAccount {
	t.Helper()
	f, err := os.Open(filepath.Join(run, "accounts.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	met := make(map[string]metAccount, len(rows))
	for _, row := range rows[1:] {
		refuted, err := strconv.Atoi(row[3])
		if err != nil {
			t.Fatal(err)
		}
		met[row[0]] = metAccount{rundir.State(row[1]), refuted}
	}
	return met
}

// cheapHash is argon2id at its lowest costs.
func cheapHash(password string) string {
	salt := []byte("made up salt 16b")
	enc := base64.RawStdEncoding
	return "$argon2id$v=19$m=8,t=1,p=1$" + enc.EncodeToString(salt) + "$" +
		enc.EncodeToString(argon2.IDKey([]byte(password), salt, 1, 8, 1, 32))
}
