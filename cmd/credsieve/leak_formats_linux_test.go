package main

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/credsieve/credsieve/hashing/stored"
)

// The marks that a planted password begins and ends with: a part of it that is cut off has one of them.
const plantedHead, plantedTail = "Plnt7Qx9Z", "z9xQ7tnLp"

func planted() string { return plantedHead + rand.Text()[:8] + plantedTail }

// plantedForms are what a mark looks like in a file that should not hold it, by name.
func plantedForms() map[string][]byte {
	forms := make(map[string][]byte)
	for _, mark := range []string{plantedHead, plantedTail} {
		reversed := []byte(mark)
		slices.Reverse(reversed)
		wide := make([]byte, 0, 2*len(mark))
		for _, unit := range utf16.Encode([]rune(mark)) {
			wide = append(wide, byte(unit), byte(unit>>8))
		}
		forms["plain "+mark] = []byte(mark)
		forms["lower case "+mark] = []byte(strings.ToLower(mark))
		forms["upper case "+mark] = []byte(strings.ToUpper(mark))
		forms["reversed "+mark] = reversed
		forms["UTF-16 "+mark] = wide
		forms["hex "+mark] = []byte(hex.EncodeToString([]byte(mark)))
		forms["upper hex "+mark] = []byte(strings.ToUpper(hex.EncodeToString([]byte(mark))))
		forms["Go %d "+mark] = []byte(strings.Trim(fmt.Sprintf("%d", []byte(mark)), "[]"))
		for before := range 3 { // bytes that share the first group
			text := base64.RawStdEncoding.EncodeToString(append(make([]byte, before), mark...))
			whole := (8*before + 5) / 6 // characters that hold bits of what is before
			forms[fmt.Sprintf("base64 +%d %s", before, mark)] = []byte(text[whole : len(text)-1])
		}
	}
	return forms
}

// wantNothingPlanted searches all files below a folder but the inputs, and says how many it has read.
func wantNothingPlanted(t *testing.T, dir, inputs string) (files int) {
	t.Helper()
	forms := plantedForms()
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || path == inputs {
			return errorOrSkip(err)
		}
		if !entry.Type().IsRegular() {
			return nil
		}
		files++
		data, err := os.ReadFile(path)
		for form, text := range forms {
			if bytes.Contains(data, text) || strings.Contains(path, string(text)) {
				t.Errorf("%s holds a planted password, %s", path, form)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func errorOrSkip(err error) error {
	if err != nil {
		return err
	}
	return fs.SkipDir
}

// TestPlantedForms: what is searched for is found where it is.
func TestPlantedForms(t *testing.T) {
	t.Parallel()
	for _, before := range []string{"", "a", "ab", "abc"} {
		for form, text := range map[string]string{
			"plain":   before + planted(),
			"base64":  base64.StdEncoding.EncodeToString([]byte(before + planted())),
			"hex":     hex.EncodeToString([]byte(before + planted())),
			"go":      fmt.Sprintf("%d", []byte(before+planted())),
			"lowered": strings.ToLower(before + planted()),
		} {
			found := 0
			for _, pattern := range plantedForms() {
				if strings.Contains(text, string(pattern)) {
					found++
				}
			}
			if found < 2 {
				t.Errorf("%s after %q: only %d marks are found in %q", form, before, found, text)
			}
		}
	}
}

// TestNoPlantedPassword_is_in_any_output plants some 500 passwords in dumps of all formats, runs every command that meets them in processes
// of their own, complete, held, failed, interrupted, killed and crashed, and searches what they printed and wrote.
func TestNoPlantedPassword_is_in_any_output(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	dumps := b.path("dumps")
	for _, dir := range []string{"dumps", "tmp", "spool", "work"} {
		if err := os.Mkdir(b.path(dir), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	rows, own := [][]string{{"account_id", "email", "password_hash"}}, []string{}
	for i := range 13 {
		own = append(own, planted())
		hash := stored.FormatArgon2id([]byte(own[i]), []byte("a salt for tests"), cheap)
		rows = append(rows, []string{fmt.Sprintf("u%d", i), fmt.Sprintf("user%d@example.com", i), hash})
	}
	if n := plantDumps(t, dumps, own); n < 500 {
		t.Fatalf("only %d passwords are planted", n)
	}
	export := b.writeCSV("accounts.csv", rows...)
	p := plantedRun{t: t, b: b, watched: watched{seen: make(map[string]int)}}
	p.start(nil, "index", "build", "--accounts", export, "--out", b.path("index"))
	scan := func(after func(*exec.Cmd), run string, args ...string) int {
		return p.start(after, append([]string{
			"scan", "--index", b.path("index"), "--out", b.path(run), "--show-identifiers", "--verbose", "--log-format", "json", "--spool-dir", b.path("spool"),
			"--json-out", b.path(run + ".json"), "--metrics", b.path(run + ".prom"), "--exec-after", "env > " + b.path(run+".env"), dumps,
		}, args...)...)
	}
	if code := scan(nil, "run", "--max-share", "100%", "--state", b.path("state"), "--progress", "plain"); code != exitPartial {
		t.Fatalf("exit code %d: %s", code, mustRead(t, p.logs[len(p.logs)-1]))
	}
	if got := b.listed("run"); len(got) < 10 {
		t.Fatalf("only %v are listed: the run did not see what it must not leak", got)
	}
	for _, in := range b.manifest("run").Inputs {
		switch filepath.Base(in.Path) {
		case "list.rar", "list.7z", "table.parquet", "book.xlsx", "all.zip":
			if in.AccountsMet < 1 || in.Error != "" && filepath.Base(in.Path) != "all.zip" {
				t.Errorf("%s was not read: %d accounts met: %s", in.Path, in.AccountsMet, in.Error)
			}
		}
	}
	scan(nil, "held", "--max-accounts", "1")
	scan(nil, "again", "--max-share", "100%", "--state", b.path("state"), "--json")
	scan(nil, "small", "--max-share", "100%", "--memory", "64MiB")
	scan(nil, "dry", "--dry-run", "--json")
	for name, signal := range map[string]syscall.Signal{"terminated": syscall.SIGTERM, "killed": syscall.SIGKILL, "aborted": syscall.SIGABRT, "quit": syscall.SIGQUIT} {
		scan(func(cmd *exec.Cmd) {
			time.Sleep(150 * time.Millisecond) // somewhere in the middle
			_ = cmd.Process.Signal(signal)     // or it was faster
		}, name, "--max-share", "100%")
	}
	p.reviews(export, dumps)
	p.tasks(dumps)
	shrink := b.path("index")
	for _, file := range p.glob(shrink + "/accounts.*.arrow") {
		if err := os.Truncate(file, 100); err != nil {
			t.Fatal(err)
		}
	}
	if code := scan(nil, "failed", "--max-share", "100%"); code != exitFailed {
		t.Errorf("with a damaged index: exit code %d", code)
	}
	if files := wantNothingPlanted(t, b.dir, dumps); files < 60 {
		t.Errorf("only %d files were searched", files)
	}
	wantNothingPlantedIn(t, "/proc, or a file without a name,", p.watched.text.Bytes())
	if w := &p.watched; w.children == 0 || !bytes.Contains(w.text.Bytes(), []byte("--show-identifiers")) {
		t.Errorf("looked %d times, and saw %d children and %d files without a name", w.looks, w.children, len(w.seen))
	}
}

// plantedRun runs commands, each with a file of what it printed.
type plantedRun struct {
	t       *testing.T
	b       *bench
	logs    []string
	watched watched
}

func (p *plantedRun) glob(pattern string) []string {
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		p.t.Fatalf("%s: %v", pattern, err)
	}
	return files
}

// start runs a command and returns its exit code, -1 when a signal ended it.
func (p *plantedRun) start(after func(*exec.Cmd), args ...string) int {
	p.t.Helper()
	log, err := os.Create(p.b.path(fmt.Sprintf("command-%d.log", len(p.logs))))
	if err != nil {
		p.t.Fatal(err)
	}
	defer log.Close()
	p.logs = append(p.logs, log.Name())
	cmd := exec.CommandContext(p.t.Context(), "credsieve", args...)
	cmd.Stdout, cmd.Stderr, cmd.Dir = log, log, p.b.path("work") // a core file would lie there
	cmd.Env = append(os.Environ(), "TMPDIR="+p.b.path("tmp"), "GOTRACEBACK=crash", keyFileVariable+"="+p.b.path("key"))
	if err := cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	done, looked := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(looked)
		p.watched.watch(cmd.Process.Pid, p.b.dir, done)
	}()
	if after != nil {
		after(cmd)
	}
	_ = cmd.Wait() // the exit code says it
	close(done)
	<-looked
	return cmd.ProcessState.ExitCode()
}

// reviews runs what is run on dumps and on finished runs.
func (p *plantedRun) reviews(export, dumps string) {
	b := p.b
	p.start(nil, "inspect", dumps)
	p.start(nil, "inspect", "--json", dumps)
	p.start(nil, "verify", b.path("run"), "--json")
	p.start(nil, "doctor", "--index", b.path("index"), "--state", b.path("state"))
	p.start(nil, "explain", b.path("run"), "u1", "--index", b.path("index"))
	p.start(nil, "explain", b.path("run"), "--email", "user2@example.com", "--index", b.path("index"), "--json")
	p.start(nil, "diff", b.path("run"), b.path("again"))
	p.start(nil, "recheck", b.path("run"), "--accounts", export, "--out", b.path("holds.csv"))
	p.start(nil, "runs", "list", b.dir)
	p.start(nil, "state", "inspect", b.path("state"))
	for _, format := range []string{"html", "text", "md", "statement"} {
		args := []string{"report", b.path("run"), "--format", format, "--out", b.path("report." + format)}
		if format == "html" {
			args = append(args, "--identifiers")
		}
		if code := p.start(nil, args...); code != exitComplete {
			p.t.Errorf("report as %s: exit code %d", format, code)
		}
	}
	m := b.manifest("held")
	p.start(nil, "release", b.path("held"), "--approve", fmt.Sprintf("%s:%d", m.RunID, m.Counts.AccountsListed))
}

// tasks divides the scan into tasks, ends some of them early, and publishes.
func (p *plantedRun) tasks(dumps string) {
	tasks, index := p.b.path("tasks"), p.b.path("index")
	if code := p.start(nil, "plan", "--index", index, "--partitions", "2", "--shard-size", "64KiB", "--out", tasks, dumps); code != exitComplete {
		p.t.Fatalf("plan: exit code %d: %s", code, mustRead(p.t, p.logs[len(p.logs)-1]))
	}
	do := func(after func(*exec.Cmd), args ...string) int {
		return p.start(after, append([]string{"task", args[0], tasks, "--spool-dir", p.b.path("spool"), "--memory", "64MiB"}, args[1:]...)...)
	}
	abort := func(cmd *exec.Cmd) {
		time.Sleep(50 * time.Millisecond)       // somewhere in the middle
		_ = cmd.Process.Signal(syscall.SIGABRT) // or it was faster
	}
	shards := 0
	for ; shards < 1000 && do(nil, "screen", "--shard", fmt.Sprint(shards)) == exitComplete; shards++ {
		if shards == 0 {
			do(abort, "screen", "--shard", "0")
		}
	}
	do(abort, "confirm", "--partition", "0")
	for _, partition := range []string{"0", "1"} {
		if code := do(nil, "confirm", "--partition", partition); code != exitComplete {
			p.t.Errorf("%d shards, partition %s: exit code %d: %s", shards, partition, code, mustRead(p.t, p.logs[len(p.logs)-1]))
		}
	}
	code := p.start(nil, "publish", tasks, "--out", p.b.path("published"), "--max-share", "100%", "--show-identifiers", "--json")
	if code != exitPartial || len(p.b.listed("published")) < 10 {
		p.t.Errorf("publish: exit code %d: %s", code, mustRead(p.t, p.logs[len(p.logs)-1]))
	}
}
