package main

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/credsieve/credsieve/datasets/dbtest"
)

// TestIndexFromPostgres goes from a table of a real server to a list, and then loses the connection.
func TestIndexFromPostgres(t *testing.T) {
	t.Parallel()
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
	const ours = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'credsieve' " +
		"AND query LIKE '%pg_sleep%'"
	ctx, cancel := context.WithCancel(context.Background())
	var watch sync.WaitGroup
	watch.Go(func() {
		for ctx.Err() == nil && server.SQL(t, ours) == "0" {
			time.Sleep(20 * time.Millisecond)
		}
		cancel()
	})
	code := run(ctx, []string{"index", "build", "--accounts", source, "--out", index, "--key-file",
		b.path("key"), "--query", "SELECT id AS account_id, mail AS email, hash AS password_hash " +
			"FROM users, pg_sleep(600)"}, env{in: strings.NewReader(""), out: &b.out, err: &b.err,
		getenv: func(string) string { return "" }})
	cancel()
	watch.Wait()
	if code != exitInterrupted {
		t.Errorf("exit code %d: %s", code, b.err.String())
	}
	for range 500 {
		if server.SQL(t, ours) == "0" {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Error("the statement still runs on the server")
}
