package prune

import (
	"strings"
	"testing"
	"time"
)

func TestPolicy(t *testing.T) {
	t.Parallel()
	policy, err := ParsePolicy([]byte("- {from: 2020-01-01, min_length: 8}\n- {from: 2024-01-01, min_length: 12}\n"))
	if err != nil {
		t.Fatal(err)
	}
	at := func(date string) time.Time {
		on, err := time.Parse(time.DateOnly, date)
		if err != nil {
			t.Fatal(err)
		}
		return on
	}
	for name, test := range map[string]struct {
		password string
		changed  time.Time
		want     bool
	}{
		"never changed":         {"short", time.Time{}, false},
		"before any rule":       {"short", at("2019-12-31"), false},
		"on the day":            {"short", at("2020-01-01"), false},
		"too short":             {"seven77", at("2020-01-03"), true},
		"just long enough":      {"eight888", at("2020-01-03"), false},
		"on the second's day":   {"eleven-char", at("2024-01-01"), false},
		"too short on that day": {"seven77", at("2024-01-01"), true},
		"under the second":      {"eleven-char", at("2024-06-01"), true},
		"bytes count":           {"ümläütßß", at("2024-06-01"), false},
		"legacy bytes":          {"caf\xe9 \xe9", at("2020-06-01"), true},
		"accents count":         {"ếếế", at("2020-06-01"), false},
		"each accent counts":    {"ǕǕǕ", at("2020-06-01"), false}, // six bytes, nine code points where they are taken apart
	} {
		if got := policy.excludes([]byte(test.password), test.changed); got != test.want {
			t.Errorf("%s: excluded %v", name, got)
		}
	}
	for name, text := range map[string]string{
		"unknown key": "- {from: 2020-01-01, minimum: 8}", "no date": "- {min_length: 8}", "empty": "",
		"no list": "from: 2020-01-01", "negative": "- {from: 2020-01-01, min_length: -1}",
		"absurd": "- {from: 2020-01-01, min_length: 1000}", "twice": "- {from: 2020-01-01}\n- {from: 2020-01-01}",
		"no length": "- {from: 2020-01-01}", "no number": "- {from: 2020-01-01, min_length: some}",
		"no rule": "[]", "two documents": "- {from: 2020-01-01}\n---\n- {from: 2021-01-01}",
	} {
		if _, err := ParsePolicy([]byte(text)); err == nil {
			t.Errorf("%s was accepted", name)
		} else if strings.Contains(err.Error(), "struct") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestPolicy_of_rules_in_any_order: on the first days of a rule the laxer one counts, and messages name the rule.
func TestPolicy_of_rules_in_any_order(t *testing.T) {
	t.Parallel()
	policy, err := ParsePolicy([]byte("- {from: 2024-01-01, min_length: 8}\n- {from: 2022-01-01, min_length: 64}\n- {from: 2020-01-01, min_length: 0}\n"))
	if err != nil {
		t.Fatal(err)
	}
	on := func(year, day int) time.Time { return time.Date(year, 1, day, 0, 0, 0, 0, time.UTC) }
	for changed, want := range map[time.Time]bool{on(2021, 1): false, on(2023, 1): true, on(2024, 1): false, on(2024, 9): false} {
		if got := policy.excludes([]byte("nine99999"), changed); got != want {
			t.Errorf("changed on %v: excluded %v", changed, got)
		}
	}
	if !policy.excludes([]byte("seven77"), on(2024, 1)) {
		t.Error("what both rules forbid is not excluded")
	}
	for text, want := range map[string]string{
		"": "it is empty", "- {from: 2020-01-01, min_length: 8}\n- {min_length: 8}": "rule 2: from",
		"- {from: 2020-01-01, min_length: 65}": "rule 1: min_length: want a number", "- {from: 2020-01-01}": "rule 1: min_length is missing",
		"- {from: 2020-01-01, min_length: 8, other: 1}": "field other not found",
	} {
		if _, err := ParsePolicy([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
}
