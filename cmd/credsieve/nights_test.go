package main

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/credsieve/credsieve/hashing/stored"
)

// life is an organisation over many nights: users, what leaks, and a reset step with a memory. The test
// knows every password, so it knows each night who must be told.
type life struct {
	*bench
	ledger bool
	random *rand.Rand
	night  int

	passwords []string // of each user
	epochs    []int    // how often each has changed it
	stored    []string // hashes
	changed   []int64  // when, in seconds of a clock that counts changes
	clock     int64
	dumps     [][]string      // lines
	leaked    map[string]bool // lines of all dumps

	acted  map[string]bool // finding ids: the memory of the reset step
	listed map[string]bool // finding ids that any list had
	told   map[string]int  // user and epoch: how often

	outstanding int // rows that an earlier run listed
}

func newLife(t *testing.T, users int, seed uint64, ledger bool) *life {
	l := &life{
		bench: newBench(t), ledger: ledger, random: rand.New(rand.NewPCG(2026, seed)),
		passwords: make([]string, users), epochs: make([]int, users), stored: make([]string, users),
		changed: make([]int64, users), clock: time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC).Unix(),
		leaked: make(map[string]bool), listed: make(map[string]bool),
		acted: make(map[string]bool), told: make(map[string]int),
	}
	for user := range users {
		l.change(user, l.fresh())
	}
	return l
}

func (l *life) maybe(percent int) bool { return l.random.IntN(100) < percent }

func (l *life) fresh() string { return fmt.Sprintf("Made-Up-%d", l.random.Int64()) }

func (l *life) line(user int, password string) string {
	return fmt.Sprintf("user%d@example.com:%s", user, password)
}

// change gives a user another password, with a salt of its own.
func (l *life) change(user int, password string) {
	l.passwords[user] = password
	l.epochs[user]++
	l.clock++
	l.changed[user] = l.clock
	l.rehash(user)
}

// rehash hashes a user's password again, as a login does at a higher cost. It is the same password as before.
func (l *life) rehash(user int) {
	salt := fmt.Appendf(nil, "%016x", l.random.Int64())
	l.stored[user] = stored.FormatArgon2id([]byte(l.passwords[user]), salt, cheap)
}

// day is what users and thieves do: passwords change, also to one that has leaked before, lists come, of
// right, old and wrong passwords, and lists come again under other names.
func (l *life) day() {
	for user := range l.passwords {
		switch {
		case l.maybe(3):
			l.change(user, l.fresh())
		case l.maybe(2) && len(l.dumps) > 0:
			dump := l.dumps[l.random.IntN(len(l.dumps))]
			_, password, _ := strings.Cut(dump[l.random.IntN(len(dump))], ":")
			l.change(user, password)
		case l.ledger && l.maybe(5): // without one, nothing knows that it is the same finding
			l.rehash(user)
		}
	}
	switch {
	case l.maybe(30):
		lines := []string{l.line(99, "nobody's")}
		for user := range l.passwords {
			switch {
			case l.maybe(10):
				lines = append(lines, l.line(user, l.passwords[user]))
			case l.maybe(20):
				lines = append(lines, l.line(user, l.fresh()))
			}
		}
		l.leak(lines)
	case l.maybe(15) && len(l.dumps) > 0:
		l.leak(l.dumps[l.random.IntN(len(l.dumps))])
	}
}

func (l *life) leak(lines []string) {
	l.dumps = append(l.dumps, lines)
	l.write(fmt.Sprintf("dumps/%03d.txt", len(l.dumps)), strings.Join(lines, "\n")+"\n")
	for _, line := range lines {
		l.leaked[line] = true
	}
}

// matching are the users whose present password is in a dump.
func (l *life) matching() map[int]bool {
	users := make(map[int]bool)
	for user, password := range l.passwords {
		if l.leaked[l.line(user, password)] {
			users[user] = true
		}
	}
	return users
}

func (l *life) export() string {
	rows := [][]string{{"account_id", "email", "password_hash", "password_changed_at"}}
	for user, hash := range l.stored {
		rows = append(rows, []string{
			fmt.Sprint(user), fmt.Sprintf("user%d@example.com", user), hash, fmt.Sprint(l.changed[user]),
		})
	}
	return l.writeCSV("accounts.csv", rows...)
}

// scan makes tonight's run, with a crash before it now and then, and returns its place.
func (l *life) scan() string {
	export := l.export()
	l.run(exitComplete, "index", "build", "--accounts", export, "--out", l.path("index"), "--progress", "none")
	name := fmt.Sprintf("run%03d", l.night)
	now := time.Date(2026, 1, 1, 2, 0, 0, 0, time.UTC).AddDate(0, 0, l.night)
	args := []string{"scan", "--index", l.path("index"), "--key-file", l.path("key"), "--out", l.path(name),
		"--now", now.Format(time.RFC3339), "--max-share", "100%", "--progress", "none"}
	if l.ledger {
		args = append(args, "--state", l.path("state"))
	}
	args = append(args, l.path("dumps"))
	if l.maybe(20) {
		ctx, cancel := context.WithTimeout(context.Background(), time.Duration(l.random.IntN(8000))*time.Microsecond)
		interrupted, stop := context.WithCancel(context.Background())
		context.AfterFunc(ctx, stop)
		code := run(interrupted, args, env{in: strings.NewReader(""), out: io.Discard, err: io.Discard, getenv: os.Getenv})
		cancel()
		stop()
		if code == exitComplete {
			return name // it was faster
		}
		if _, err := os.Stat(l.path(name)); err == nil {
			l.t.Fatalf("night %d: a crash (%d) left a run behind", l.night, code)
		}
	}
	l.run(exitComplete, args...)
	return name
}

// reset is the reset step: recheck, and tell each user once for each finding. A crash ends it early.
func (l *life) reset(run string, crash bool) {
	l.run(exitComplete, "verify", l.path(run))
	l.run(exitComplete, "recheck", l.path(run), "--accounts", l.export(), "--out", l.path("holds.csv"), "--progress", "none")
	rows := l.readCSV("holds.csv")
	matching := l.matching()
	for i, row := range rows[1:] {
		account, finding, holds := row[0], row[1], row[2] == "true"
		if crash && i == len(rows)/2 {
			return
		}
		if !holds || l.acted[finding] {
			continue
		}
		l.acted[finding] = true
		user, err := strconv.Atoi(account)
		if err != nil {
			l.t.Fatal(err)
		}
		if !matching[user] {
			l.t.Fatalf("night %d: user %d is told without a match", l.night, user)
		}
		told := fmt.Sprint(user, " ", l.epochs[user])
		if l.told[told]++; l.told[told] > 1 {
			l.t.Fatalf("night %d: user %d is told twice of one password", l.night, user)
		}
	}
}

func (l *life) readCSV(name string) [][]string {
	l.t.Helper()
	data, err := os.ReadFile(l.path(name))
	if err != nil {
		l.t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(string(data))).ReadAll()
	if err != nil {
		l.t.Fatal(err)
	}
	return rows
}

// checkStatus: with a ledger a list calls outstanding what an earlier list had, and new what none had. Without
// one everything is new.
func (l *life) checkStatus(run string) {
	l.t.Helper()
	rows := l.readCSV(run + "/at_risk.csv")
	status, finding := slices.Index(rows[0], "status"), slices.Index(rows[0], "finding_id")
	for _, row := range rows[1:] {
		want := "new"
		if l.ledger && l.listed[row[finding]] {
			want = "outstanding"
			l.outstanding++
		}
		l.listed[row[finding]] = true
		if row[status] != want {
			l.t.Fatalf("night %d: account %s is %s, want %s", l.night, row[1], row[status], want)
		}
	}
}

// TestNights lives through four lives of many nights with a ledger and two without: nobody is told twice of one
// finding, nobody without a match, and everybody who has one is told in the night in which it could be seen.
func TestNights(t *testing.T) {
	t.Parallel()
	nights := rounds(20, 50)
	if testing.Short() {
		nights = 10
	}
	for seed := range uint64(6) {
		name, ledger := "with_a_ledger", true
		if seed >= 4 {
			name, ledger = "without", false
		}
		t.Run(fmt.Sprintf("%s_%d", name, seed), func(t *testing.T) {
			t.Parallel()
			liveThrough(t, nights, seed, ledger)
		})
	}
}

func liveThrough(t *testing.T, nights int, seed uint64, ledger bool) {
	l := newLife(t, 25, seed, ledger)
	l.leak([]string{l.line(0, l.passwords[0])})
	for l.night = range nights {
		l.day()
		seen := l.matching()
		run := l.scan()
		l.checkStatus(run)
		before := make(map[int]int)
		for user := range seen {
			before[user] = l.epochs[user]
			switch { // between scan and reset
			case l.maybe(5):
				l.change(user, l.fresh())
			case l.ledger && l.maybe(10):
				l.rehash(user)
			}
		}
		l.reset(run, l.maybe(10))
		l.reset(run, false)
		for user := range seen {
			if l.epochs[user] == before[user] && l.told[fmt.Sprint(user, " ", l.epochs[user])] != 1 {
				t.Fatalf("night %d: user %d has a match and was not told", l.night, user)
			}
			if l.maybe(40) {
				l.change(user, l.fresh()) // who was told changes it, sooner or later
			}
		}
		os.RemoveAll(l.path(run))
	}
	if len(l.told) < nights/4 {
		t.Errorf("only %d findings in %d nights: the test saw nothing", len(l.told), nights)
	}
	if ledger && l.outstanding < nights/4 {
		t.Errorf("only %d outstanding rows in %d nights", l.outstanding, nights)
	}
	t.Logf("%d findings, %d outstanding rows, %d dumps", len(l.told), l.outstanding, len(l.dumps))
}
