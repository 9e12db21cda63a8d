package main

import (
	"strings"
	"testing"
	"time"

	"github.com/credsieve/credsieve/datasets/ledger"
	"github.com/credsieve/credsieve/hashing"
)

// TestState_of_another_run: a second run on the same state ends at once and publishes nothing.
func TestState_of_another_run(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	export := b.write("accounts.csv", "account_id,email,password_hash\nu1,alice@example.com,$9$unknown\n")
	b.run(exitComplete, "index", "build", "--accounts", export, "--out", b.path("index"))
	dump := b.write("dump.txt", "nobody@example.com:Made-Up-1\n")
	key, err := hashing.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	other, err := ledger.Open(b.path("state"), key, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	// The other run ends after this one: who waited for it would wait for good.
	b.run(exitFailed, "scan", "--index", b.path("index"), "--state", b.path("state"), "--out", b.path("run"), dump)
	if !strings.Contains(b.err.String(), "another run is using it") {
		t.Error(b.err.String())
	}
	b.run(exitFailed, "state", "compact", b.path("state"))
	if err := other.Close(); err != nil {
		t.Fatal(err)
	}
}
