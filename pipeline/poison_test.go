package pipeline

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/rundir"
)

// nightsOf runs three nights on one state, and says in which the account with the real leak was listed, 0: never. Before
// each of them, junk writes what an attacker brings.
func nightsOf(t *testing.T, most int, junk func(p *place, night int)) int {
	t.Helper()
	p := newPlace(t)
	p.account(1, "Made-Up-1", "")
	p.leak("real", 1, "Made-Up-1")
	p.index()
	p.cfg.MaxCandidatesPerAccount = most
	p.cfg.StateDir = filepath.Join(p.dir, "state")
	for night := range 3 {
		junk(p, night)
		if m := p.run(fmt.Sprint("run", night)); m.Counts.AccountsListed == 1 {
			return night + 1
		}
	}
	return 0
}

func junkLines(night, file, lines int) string {
	var text strings.Builder
	for i := range lines {
		fmt.Fprintf(&text, "user1@example.com:junk-%d-%d-%d\n", night, file, i)
	}
	return text.String()
}

// TestCap_is_not_used_up_by_junk: whatever an attacker brings every night, a real leak has its turn.
func TestCap_is_not_used_up_by_junk(t *testing.T) {
	t.Parallel()
	const most = 8
	tests := map[string]struct {
		latest int // night
		junk   func(p *place, night int)
	}{
		"one_file_every_night": {1, func(p *place, night int) { p.file("attack.txt", junkLines(night, 0, 2*most)) }},
		"many_files_of_one_line": {3, func(p *place, night int) {
			for i := range 2 * most {
				p.file(fmt.Sprintf("attack%02d.txt", i), junkLines(night, i, 1))
			}
		}},
		"many_files_of_one_night": {2, func(p *place, night int) {
			for i := range 3 * most {
				p.file(fmt.Sprintf("attack%02d.txt", i), junkLines(0, i, most))
			}
		}},
		"many_files_every_night": {2, func(p *place, night int) {
			for i := range 3 * most {
				p.file(fmt.Sprintf("attack%02d.txt", i), junkLines(night, i, most))
			}
		}},
		"more_files_every_night": {2, func(p *place, night int) {
			for i := range 2 * most {
				p.file(fmt.Sprintf("attack%d-%02d.txt", night, i), junkLines(night, i, most))
			}
		}},
		"before_it_in_its_own_file": {2, func(p *place, night int) {
			p.file("real.txt", junkLines(night, 0, 5*most)+"user1@example.com:Made-Up-1\n")
		}},
		"in_front_of_copies_of_it": {2, func(p *place, night int) {
			for i := range 3 * most {
				p.file(fmt.Sprintf("copy%02d.txt", i), junkLines(night, 0, 5*most)+"user1@example.com:Made-Up-1\n")
			}
		}},
		"a_folder_that_waits_already": {3, func(p *place, night int) {
			p.file("attack.txt", junkLines(0, 0, 50*most))
			if night == 0 {
				if err := os.Remove(filepath.Join(p.dir, "synth", "dumps", "real.txt")); err != nil {
					t.Fatal(err)
				}
			}
			if night == 1 {
				p.file("real.txt", "user1@example.com:Made-Up-1\n")
			}
		}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if night := nightsOf(t, most, test.junk); night == 0 || night > test.latest {
				t.Errorf("listed in night %d, want %d at the latest", night, test.latest)
			}
		})
	}
}

// TestCap_chooses_the_same_whatever_the_workers: lists and counts are the same bytes.
func TestCap_chooses_the_same_whatever_the_workers(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	for n := range 40 {
		p.account(n, fmt.Sprint("Made-Up-", n), "")
		for i := range 30 {
			p.leak(fmt.Sprint("junk", i%7), n, fmt.Sprintf("junk-%d-%d", n, i))
		}
		p.leak(fmt.Sprint("junk", n%7), n, fmt.Sprint("Made-Up-", n))
	}
	p.index()
	p.cfg.MaxCandidatesPerAccount = 10
	var first string
	for _, workers := range []int{1, 2, 5} {
		p.cfg.Workers = workers
		m := p.run(fmt.Sprint("run", workers))
		text := fmt.Sprint(m.Counts)
		for _, name := range []string{"undecided.csv", "at_risk.csv"} {
			bytes, err := os.ReadFile(filepath.Join(p.dir, fmt.Sprint("run", workers), name))
			if err != nil {
				t.Fatal(err)
			}
			text += string(bytes)
		}
		if first == "" {
			first = text
		}
		if text != first || m.Counts.OverCap != 40*21 {
			t.Errorf("%d workers: %+v", workers, m.Counts)
		}
	}
}

// TestAlias_joins_few_accounts: whoever registers many variants of an address does not make us try each leaked password
// of it as often; those that were left out are not cleared.
func TestAlias_joins_few_accounts(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	for n := range 200 {
		p.account(1000+n, "Made-Up", "")
	}
	accounts := p.accounts.String()
	p.accounts.Reset()
	for n := range 200 { // puppet+0@gmail.com and so on
		accounts = strings.Replace(accounts, fmt.Sprintf("user%d@example.com", 1000+n), fmt.Sprintf("puppet+%d@gmail.com", n), 1)
	}
	p.accounts.WriteString(accounts)
	p.file("leak.txt", "p.uppet@gmail.com:one\np.uppet@gmail.com:two\npuppet+7@gmail.com:Made-Up\n")
	p.index()
	m := p.run("run")
	if m.Counts.Verifications > 3*17 || m.Counts.AccountsListed < 1 {
		t.Errorf("counts %+v", m.Counts)
	}
	states := make(map[rundir.State]int)
	err := rundir.ReadMet(filepath.Join(p.dir, "run"), func(met rundir.Met) error { states[met.State]++; return nil })
	if err != nil || states[rundir.StateRefuted] != 0 || states[rundir.StateMentioned] < 150 {
		t.Errorf("states %v, %v", states, err)
	}
}
