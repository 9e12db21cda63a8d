package main

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/credsieve/credsieve/cmd/credsieve/internal/answers"
	"github.com/credsieve/credsieve/pipeline/review"
)

// TestExplain_fits_a_terminal explains the first three accounts of the demo, whose hashes are cheap here.
func TestExplain_fits_a_terminal(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.run(exitComplete, "synth", "--out", b.path("demo"), "--argon2-memory", "8", "--argon2-time", "1")
	b.run(exitComplete, "index", "build", "--accounts", b.path("demo/accounts.csv"), "--out", b.path("index"))
	b.run(exitComplete, "scan", "--index", b.path("index"), "--out", b.path("run"), b.path("demo/dumps"))
	listed := b.listed("run")
	if len(listed) < 3 {
		t.Fatalf("the demo lists %d accounts", len(listed))
	}
	for _, account := range listed[:3] {
		b.out.Reset()
		b.run(exitComplete, "explain", b.path("run"), account)
		text := b.out.String()
		lines := strings.Split(text, "\n")
		if len(lines) > 45 {
			t.Errorf("%s: %d lines are more than a screen", account, len(lines))
		}
		for _, line := range lines {
			if utf8.RuneCountInString(line) >= 80 {
				t.Errorf("%s: too long: %s", account, line)
			}
		}
		for _, want := range []string{"At risk", "In these dumps", "Score ", "+40", "What to do", "What we do not know"} {
			if !strings.Contains(text, want) {
				t.Errorf("%s: nothing says %q", account, want)
			}
		}
	}
}

func TestExplain_says_that_a_score_ends_at_100(t *testing.T) {
	t.Parallel()
	for weight, want := range map[float64]bool{60: false, 60.5: true} {
		var text strings.Builder
		answers.Explanation(&text, &review.Explanation{
			Finding: &review.Finding{Score: 100},
			Reasons: []review.Explained{{Code: "a", Weight: 40}, {Code: "b", Weight: weight}},
		})
		if strings.Contains(text.String(), "They add up to 100.5; no score is above 100.") != want {
			t.Errorf("with %v:\n%s", weight, &text)
		}
	}
}
