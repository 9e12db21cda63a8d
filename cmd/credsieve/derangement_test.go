package main

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/dump/leak"
)

// TestDerangement gives each user whom an acceptance sample names the password of another one of that sample. Then no pair
// of it is true, whatever stands beside whom, and nobody may be listed. TestFieldDumps does the same with its cases.
func TestDerangement(t *testing.T) {
	t.Parallel()
	var samples []string
	for _, pattern := range []string{
		"../../datasets/dump/internal/*/testdata/*/*.txt", "../../testdata/golden/dumps/*.txt", "../../testdata/golden/dumps/*.csv",
	} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		samples = append(samples, found...)
	}
	const fewest = 30
	if len(samples) < fewest {
		t.Fatalf("only %d samples", len(samples))
	}
	deranged := 0
	b := newBench(t)
	for i, sample := range samples {
		users := usersOf(t, sample)
		rows := [][]string{{"account_id", "email", "username", "password_hash"}}
		for _, u := range rotated(users) {
			row := []string{fmt.Sprint("u", len(rows)), "", u.name, cheapHash(u.password)}
			if strings.Contains(u.name, "@") {
				row[1], row[2] = row[2], ""
			}
			rows = append(rows, row)
		}
		if len(rows) < 3 {
			continue
		}
		deranged++
		name := fmt.Sprint("s", i)
		listed, _ := scanField(t, b, name, b.writeCSV(name+".csv", rows...), sample)
		for _, id := range listed {
			t.Errorf("%s: %s is listed with the password of another user", sample, rows[slices.IndexFunc(rows, func(r []string) bool { return r[0] == id })])
		}
	}
	if deranged < fewest/2 {
		t.Errorf("only %d samples name two users with passwords", deranged)
	}
}

// user is somebody whom a sample names.
type user struct {
	name     string
	password string          // by the likeliest reading
	own      map[string]bool // all that may be a password of theirs
}

// usersOf returns whom a sample names with a password, each once, by name.
func usersOf(t *testing.T, sample string) []*user {
	t.Helper()
	users := map[string]*user{}
	_, err := dump.Read(context.Background(), dump.Input{Path: sample}, dump.Options{}, func(block *dump.Block) error {
		defer block.Release()
		block.Parse(func(r *leak.Record) {
			if len(r.Cuts) == 0 || !r.Cuts[0].Testable || len(r.Cuts[0].Secret) == 0 {
				return
			}
			name := strings.ToLower(string(r.Cuts[0].Identifier))
			u := users[name]
			if u == nil {
				u = &user{name: name, password: string(r.Cuts[0].Secret), own: map[string]bool{}}
				users[name] = u
			}
			for i := range r.Cuts {
				u.own[string(r.Cuts[i].Secret)] = true
			}
		}, func(leak.Reject) {})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return slices.SortedFunc(maps.Values(users), func(a, b *user) int { return strings.Compare(a.name, b.name) })
}

// rotated gives each user the password of the next one that is not also their own. Whoever has none is left out.
func rotated(users []*user) (out []user) {
	for i, u := range users {
		for n := 1; n < len(users); n++ {
			if other := users[(i+n)%len(users)]; !u.own[other.password] {
				out = append(out, user{name: u.name, password: other.password})
				break
			}
		}
	}
	return out
}
