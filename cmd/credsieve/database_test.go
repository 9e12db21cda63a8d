package main

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/credsieve/credsieve/datasets/dbtest"
)

// TestIndexFromPostgres goes from a table of a real server to a list, and then loses the connection.
func TestIndexFromPostgres(t *testing.T) {
	server := dbtest.Postgres(t, "UTF8")
	server.SQL(t, "CREATE TABLE users(id bigint PRIMARY KEY, mail text, hash bytea, changed timestamptz); "+
		fmt.Sprintf("INSERT INTO users SELECT i, 'user'||i||'@example.com', convert_to('%s', 'UTF8'), now() "+
			"FROM generate_series(1, 5000) i", storedHash("made-up-1")))
	source := "postgres://postgres@/postgres?host=" + url.QueryEscape(server.Dir)
	b := newBench(t)
	index := b.path("index")
	b.run(exitComplete, "index", "build", "--accounts", source, "--table", "public.users",
		"--map", "account_id=id,email=mail,password_hash=hash,password_changed_at=changed",
		"--out", index, "--progress", "none")
	dump := b.write("leak.txt", "user7@example.com:made-up-1\nuser8@example.com:made-up-2\n")
	b.run(exitComplete, "scan", "--index", index, "--out", b.path("run"), dump)
	if list, err := os.ReadFile(b.path("run/at_risk.csv")); err != nil ||
		strings.Count(string(list), "\n") != 2 || !strings.Contains(string(list), "\n1,7,") {
		t.Errorf("the list is %q, %v", list, err)
	}

	before, err := os.ReadFile(b.path("index/index.json"))
	if err != nil {
		t.Fatal(err)
	}
	b.err.Reset()
	b.run(exitFailed, "index", "build", "--accounts", source, "--query",
		"SELECT id AS account_id, mail AS email, hash AS password_hash, CASE WHEN id = 4000 "+
			"THEN pg_terminate_backend(pg_backend_pid()) END AS canary FROM users ORDER BY id",
		"--out", index, "--progress", "none")
	if text := b.err.String(); !strings.Contains(text, ": row 4001: the connection to the database was lost") {
		t.Errorf("the error is %q", text)
	}
	if after, err := os.ReadFile(b.path("index/index.json")); err != nil || string(after) != string(before) {
		t.Errorf("the failed build changed the index, %v", err)
	}
	b.run(exitComplete, "index", "verify", index)

	// An interruption ends a statement that has not sent a row yet.
	ctx, cancel := context.WithCancel(context.Background())
	defer time.AfterFunc(500*time.Millisecond, cancel).Stop()
	start := time.Now()
	code := run(ctx, []string{"index", "build", "--accounts", source, "--out", index, "--key-file",
		b.path("key"), "--query", "SELECT id AS account_id, mail AS email, hash AS password_hash " +
			"FROM users, pg_sleep(60)"}, env{in: strings.NewReader(""), out: &b.out, err: &b.err,
		getenv: func(string) string { return "" }})
	if took := time.Since(start); code != exitInterrupted || took > 30*time.Second {
		t.Errorf("exit code %d after %v: %s", code, took, b.err.String())
	}
	const ours = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'credsieve'"
	for deadline := time.Now().Add(10 * time.Second); server.SQL(t, ours) != "0"; {
		if time.Now().After(deadline) {
			t.Fatal("the statement still runs on the server")
		}
		time.Sleep(50 * time.Millisecond)
	}
}
