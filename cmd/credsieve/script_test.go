package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/hashing/stored"
)

func TestMain(m *testing.M) {
	if slices.Contains(os.Args[1:], childName) { // of a test that runs a scan in its own process
		main()
	}
	commands := map[string]func(){"credsieve": main}
	if path := os.Getenv(programVariable); path != "" {
		commands = nil
		if err := os.Setenv("PATH", filepath.Dir(path)+string(os.PathListSeparator)+os.Getenv("PATH")); err != nil {
			panic(err)
		}
	}
	testscript.Main(m, commands)
}

// programVariable has the path of a program that was built of the same sources, as "make test" sets it: it starts in half the time of
// the test program. Without it that stands in, and brings what is built into it alone, such as the race detector.
const programVariable = "CREDSIEVE_TEST_PROGRAM"

// TestScript runs the stories in testdata/script, one file each.
func TestScript(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		Setup: func(e *testscript.Env) error {
			e.Setenv("GOGC", "400") // hundreds of processes live for a moment: half of it was collecting garbage
			return nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"exits":    scriptExits,
			"export":   scriptExport,
			"json":     scriptJSON,
			"samelist": scriptSameList,
			"flipbyte": scriptFlipByte,
			"cut":      scriptCut,
			"longline": scriptLongLine,
			"runid":    scriptRunID,
			"heldrun":  scriptHeldRun,
			"flipall":  scriptFlipAll,
		},
	})
}

// scriptExits runs a command that must end with the given exit code: exits CODE PROGRAM ARG...
func scriptExits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM ARG...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		got = exit.ExitCode()
	case err != nil:
		ts.Fatalf("failed to run %q: %v", args[1], err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// cheap keeps the tests fast: the lowest costs that argon2 has.
var cheap = stored.Argon2Params{Memory: 8, Time: 1, Threads: 1}

// scriptExport writes an account export: export USERS FILE. Each line of USERS is
// account_id|email|password|column=value|...; the password is hashed, or kept when it begins with "=".
func scriptExport(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: export USERS FILE")
	}
	columns := []string{"account_id", "email", "password_hash", "username", "phone", "privilege",
		"status", "mfa_enabled", "last_active_at", "canary", "password_changed_at"}
	var out bytes.Buffer
	table := csv.NewWriter(&out)
	ts.Check(table.Write(columns))
	lines := bufio.NewScanner(strings.NewReader(ts.ReadFile(args[0])))
	for lines.Scan() {
		fields := strings.Split(lines.Text(), "|")
		row := map[string]string{
			"account_id": fields[0], "email": fields[1], "password_hash": storedHash(fields[2]),
		}
		for _, field := range fields[3:] {
			name, value, _ := strings.Cut(field, "=")
			row[name] = value
		}
		record := make([]string, len(columns))
		for i, name := range columns {
			record[i] = row[name]
		}
		ts.Check(table.Write(record))
	}
	table.Flush()
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), out.Bytes(), 0o600))
}

func storedHash(password string) string {
	if literal, ok := strings.CutPrefix(password, "="); ok {
		return literal
	}
	return stored.FormatArgon2id([]byte(password), []byte("a salt for tests"), cheap)
}

// scriptJSON compares one value of a JSON file: json FILE PATH WANT, where PATH is like inputs.0.status.
func scriptJSON(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 3 {
		ts.Fatalf("usage: json FILE PATH WANT")
	}
	var value any
	decoder := json.NewDecoder(strings.NewReader(ts.ReadFile(args[0])))
	decoder.UseNumber()
	ts.Check(decoder.Decode(&value))
	for _, step := range strings.Split(args[1], ".") {
		switch node := value.(type) {
		case map[string]any:
			var ok bool
			if value, ok = node[step]; !ok {
				ts.Fatalf("%s has no %s", args[0], args[1])
			}
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i >= len(node) {
				ts.Fatalf("%s has no %s", args[0], args[1])
			}
			value = node[i]
		default:
			ts.Fatalf("%s has no %s", args[0], args[1])
		}
	}
	if got := fmt.Sprint(value); (got == args[2]) == neg {
		ts.Fatalf("%s: %s is %q", args[0], args[1], got)
	}
}

// scriptSameList compares the account ids of two CSV files: samelist A B.
func scriptSameList(ts *testscript.TestScript, neg bool, args []string) {
	a, err := accountColumn(ts.MkAbs(args[0]))
	ts.Check(err)
	b, err := accountColumn(ts.MkAbs(args[1]))
	ts.Check(err)
	in := make(map[string]bool)
	for _, id := range a {
		in[id] = true
	}
	same := len(a) == len(b) && len(in) == len(a)
	for _, id := range b {
		same = same && in[id]
	}
	if same == neg {
		ts.Fatalf("%v\n%v", a, b)
	}
}

// scriptRunID puts the id of a run into a variable: runid RUN NAME.
func scriptRunID(ts *testscript.TestScript, _ bool, args []string) {
	m, err := rundir.ReadManifest(ts.MkAbs(args[0]))
	ts.Check(err)
	ts.Setenv(args[1], m.RunID)
}

// scriptHeldRun checks that a run is whole, held by one limit first of all, and that nothing of its list lies
// where a reset step looks: heldrun RUN LIMIT.
func scriptHeldRun(ts *testscript.TestScript, _ bool, args []string) {
	dir := ts.MkAbs(args[0])
	m, err := rundir.Verify(context.Background(), dir)
	ts.Check(err)
	if m.Status != rundir.StatusHeld || m.Guard.Refusals[0].Limit != args[1] {
		ts.Fatalf("%s is %s, guard %+v", args[0], m.Status, m.Guard)
	}
	published, err := filepath.Glob(filepath.Join(dir, "at_risk*"))
	ts.Check(err)
	if len(published) > 0 {
		ts.Fatalf("published: %v", published)
	}
}

// scriptFlipByte changes one byte in the middle of each file that a pattern matches: flipbyte PATTERN.
func scriptFlipByte(ts *testscript.TestScript, _ bool, args []string) {
	paths, err := filepath.Glob(ts.MkAbs(args[0]))
	ts.Check(err)
	if len(paths) == 0 {
		ts.Fatalf("%s matches nothing", args[0])
	}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		ts.Check(err)
		data[len(data)/2] ^= 0x10
		ts.Check(os.WriteFile(path, data, 0o600))
	}
}

// scriptFlipAll changes every byte of a file: flipall FILE.
func scriptFlipAll(ts *testscript.TestScript, _ bool, args []string) {
	data, err := os.ReadFile(ts.MkAbs(args[0]))
	ts.Check(err)
	for i := range data {
		data[i] ^= 0x10
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), data, 0o600))
}

// scriptCut keeps the first part of a file: cut FILE BYTES; BYTES below zero count from the end.
func scriptCut(ts *testscript.TestScript, _ bool, args []string) {
	path := ts.MkAbs(args[0])
	n, err := strconv.ParseInt(args[1], 10, 64)
	ts.Check(err)
	if n < 0 {
		info, err := os.Stat(path)
		ts.Check(err)
		n += info.Size()
	}
	ts.Check(os.Truncate(path, n))
}

// scriptLongLine appends a line of n bytes to a file: longline FILE N.
func scriptLongLine(ts *testscript.TestScript, _ bool, args []string) {
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	f, err := os.OpenFile(ts.MkAbs(args[0]), os.O_APPEND|os.O_WRONLY|os.O_CREATE, 0o600)
	ts.Check(err)
	chunk := bytes.Repeat([]byte("x:"), 1<<15)
	for n > 0 {
		w, err := f.Write(chunk[:min(n, len(chunk))])
		ts.Check(err)
		n -= w
	}
	_, err = f.Write([]byte("\n"))
	ts.Check(errors.Join(err, f.Close()))
}
