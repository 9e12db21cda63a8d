package unpackchild_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/dump/internal/dumptest"
	"github.com/credsieve/credsieve/datasets/dump/unpackchild"
)

// childMode makes the test binary the child that it starts.
const childMode = "CREDSIEVE_TEST_CHILD"

func TestMain(m *testing.M) {
	switch os.Getenv(childMode) {
	case "read":
		if unpackchild.Run(os.Stdin, os.Stdout) != nil {
			os.Exit(1)
		}
	case "once": // it dies while it waits for more
		go func() { _ = unpackchild.Run(os.Stdin, os.Stdout) }()
		time.Sleep(300 * time.Millisecond)
	case "panic":
		go panic("secret of a stranger")
		time.Sleep(time.Hour)
	case "hang":
		time.Sleep(time.Hour) // a test that waits for it fails
	case "hunger":
		unpackchild.Seal()
		for held := [][]byte{}; len(held) < 6; { // GiB, not touched: the limit is on what may be written to
			held = append(held, make([]byte, 1<<30))
		}
	case "babble":
		fmt.Print("t\xff\xff\xff\xff")
	case "lie": // text that nobody has paid for
		fmt.Print("m\x00\x00\x00\x17{\"name\":\"x\",\"number\":2}t\x00\x00\x00\x05a:b:c")
		time.Sleep(time.Hour)
	default:
		os.Exit(m.Run())
	}
	os.Exit(0)
}

// childIn returns children of a mode for the time of the test.
func childIn(t testing.TB, mode string) *dump.Children {
	children := dump.NewChildren(func(ctx context.Context) *exec.Cmd {
		cmd := exec.CommandContext(ctx, os.Args[0])
		cmd.Env = []string{childMode + "=" + mode}
		return cmd
	})
	t.Cleanup(children.Close)
	return children
}

// zipped is an archive of a list.
func zipped(t testing.TB) []byte {
	t.Helper()
	return dumptest.Zipped(t, dumptest.Packed("list.txt", dumptest.OneLine))
}

func TestChild_that_fails_spoils_its_input_only(t *testing.T) {
	t.Parallel()
	const shortly = 300 * time.Millisecond
	for _, test := range []struct{ mode, sentence string }{
		{"panic", "its decoder failed: extract it first"},
		{"babble", "its decoder failed: extract it first"},
		{"lie", "its decoder failed"},
		{"hang", "its decoder failed: it was silent for 300ms"},
		{"hunger", "it needed more memory than it may have"},
	} {
		t.Run(test.mode, func(t *testing.T) {
			t.Parallel()
			if test.mode == "hunger" && runtime.GOOS != "linux" {
				t.Skip("only Linux bounds what a process may allocate")
			}
			opts := dump.Options{Children: childIn(t, test.mode)}
			if test.mode == "hang" {
				opts.Limits.Silence = shortly
			}
			got := dumptest.ReadFile(t, "x.zip", zipped(t), opts)
			if got.Failed != nil || got.Status != dump.StatusPartial || !strings.Contains(fmt.Sprint(got.Err), test.sentence) {
				t.Errorf("got %s, %v, %v", got.Status, got.Err, got.Failed)
			}
			if strings.Contains(fmt.Sprint(got.Err), "stranger") {
				t.Error("the panic is quoted")
			}
		})
	}
}

// TestChild_that_died_while_it_waited is replaced: the next archive is not to suffer for what ended it.
func TestChild_that_died_while_it_waited(t *testing.T) {
	t.Parallel()
	opts := dump.Options{Children: childIn(t, "once")}
	for range 3 {
		got := dumptest.ReadFile(t, "x.zip", zipped(t), opts)
		got.WantReport(t, dump.StatusRead, "combo", "")
		time.Sleep(400 * time.Millisecond)
	}
}

func TestChild_that_does_not_start(t *testing.T) {
	t.Parallel()
	missing := dump.NewChildren(func(ctx context.Context) *exec.Cmd { return exec.CommandContext(ctx, "/nonexistent/program") })
	got := dumptest.ReadFile(t, "x.zip", zipped(t), dump.Options{Children: missing})
	if got.Failed != nil || got.Status != dump.StatusSkipped || !strings.Contains(fmt.Sprint(got.Err), "failed to start") {
		t.Errorf("got %s, %v, %v", got.Status, got.Err, got.Failed)
	}
}

func TestChild_can_be_cancelled(t *testing.T) {
	t.Parallel()
	file := dumptest.File(t, "x", zipped(t))
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	_, err := dump.Read(ctx, dump.Input{Path: file}, dump.Options{Children: childIn(t, "hang")}, func(*dump.Block) error { return nil })
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}

// TestChild_finds_what_is_found_here: all containers, whole, cut and damaged, as a file, as a stream and inside of
// another, with limits that are met and without.
func TestChild_finds_what_is_found_here(t *testing.T) {
	t.Parallel()
	children := childIn(t, "read")
	in := dump.Input{Path: "-", Meta: dump.Meta{Passwords: []string{"wrong", "made-up-secret"}}}
	same := func(t *testing.T, name string, read func(dump.Options) dumptest.Outcome, opts dump.Options) {
		t.Helper()
		here := read(opts)
		opts.Children = children
		if apart := read(opts); !reflect.DeepEqual(here, apart) {
			t.Errorf("%s:\nhere  %+v\napart %+v", name, here, apart)
		}
	}
	for _, name := range dumptest.Containers(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			whole := dumptest.Container(t, name)
			damaged := append([]byte(nil), whole...)
			for i := len(damaged) / 3; i < len(damaged); i += len(damaged)/3 + 1 {
				damaged[i] ^= 0x5a
			}
			for how, data := range map[string][]byte{"whole": whole, "cut": whole[:len(whole)*2/3], "damaged": damaged} {
				file := in
				file.Path = dumptest.File(t, "dump-"+how, data)
				for _, limits := range []dump.Limits{{}, {Output: 50, Entries: 1}, {Member: 20, Held: 100}, {Depth: 1}} {
					what := fmt.Sprintf("%s %+v", how, limits)
					same(t, what, func(o dump.Options) dumptest.Outcome { return dumptest.ReadInput(t, file, o) }, dump.Options{Limits: limits})
					for _, stream := range [][]byte{data, dumptest.Gzipped(t, data), dumptest.Zipped(t, dumptest.Packed("a/b", string(data)))} {
						same(t, what+" stream", func(o dump.Options) dumptest.Outcome {
							o.Stdin = strings.NewReader(string(stream))
							return dumptest.ReadInput(t, in, o)
						}, dump.Options{Limits: limits})
					}
				}
			}
		})
	}
}

// TestChild_spends_the_budget_of_the_run: what many archives cost together is counted across processes.
func TestChild_spends_the_budget_of_the_run(t *testing.T) {
	t.Parallel()
	children := childIn(t, "read")
	run := dump.NewRunBudget(150, 0)
	for i, want := range []dump.Status{dump.StatusRead, dump.StatusRead, dump.StatusPartial} {
		archive := dumptest.Zipped(t, dumptest.Packed("a", strings.Repeat(dumptest.OneLine, 3)))
		got := dumptest.ReadFile(t, "x.zip", archive, dump.Options{Children: children, Run: run})
		if got.Status != want {
			t.Errorf("archive %d: %s, %v", i, got.Status, got.Err)
		}
	}
	if _, spent := run.Output(); !spent {
		t.Error("the budget is not spent")
	}
}

// TestChild_outlives_a_member_that_is_not_wanted: a picture is let be, and what follows is read.
func TestChild_outlives_a_member_that_is_not_wanted(t *testing.T) {
	t.Parallel()
	picture := "\x89PNG\r\n\x1a\n" + dumptest.Noise(3<<20)
	archive := dumptest.Zipped(t, dumptest.Packed("a.png", picture), dumptest.Packed("b.txt", dumptest.OneLine))
	got := dumptest.ReadFile(t, "x.zip", archive, dump.Options{Children: childIn(t, "read")})
	dumptest.WantCuts(t, got.FirstCuts(), []string{"alice@example.com=pw"})
}

// BenchmarkSmallArchives is what a folder of small archives costs, an archive.
func BenchmarkSmallArchives(b *testing.B) {
	file := dumptest.File(b, "x.zip", zipped(b))
	for _, where := range []string{"here", "apart"} {
		b.Run(where, func(b *testing.B) {
			opts := dump.Options{}
			if where == "apart" {
				opts.Children = childIn(b, "read")
			}
			for b.Loop() {
				dumptest.ReadInput(b, dump.Input{Path: file}, opts)
			}
		})
	}
}

// BenchmarkLargeArchive is what a large archive costs, a byte of text.
func BenchmarkLargeArchive(b *testing.B) {
	var text strings.Builder
	for i := range 1 << 20 {
		fmt.Fprintf(&text, "user%07d@example.com:Made-Up-%d\n", i, i*7919)
	}
	file := dumptest.File(b, "x.zip", dumptest.Zipped(b, dumptest.Packed("a", text.String())))
	for _, where := range []string{"here", "apart"} {
		b.Run(where, func(b *testing.B) {
			opts := dump.Options{}
			if where == "apart" {
				opts.Children = childIn(b, "read")
			}
			b.SetBytes(int64(text.Len()))
			for b.Loop() {
				if _, err := dump.Read(b.Context(), dump.Input{Path: file}, opts, func(block *dump.Block) error {
					block.Release()
					return nil
				}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
