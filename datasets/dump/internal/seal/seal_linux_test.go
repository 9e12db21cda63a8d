package seal_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/credsieve/credsieve/datasets/dump/internal/seal"
)

// sealed makes the test binary the process that is sealed: its value is what that tries then.
const sealed = "CREDSIEVE_TEST_SEALED"

func TestMain(m *testing.M) {
	if what := os.Getenv(sealed); what != "" {
		for _, err := range seal.Process() {
			fmt.Println("not taken:", err)
		}
		fmt.Println(attempts[what](os.Getenv("CREDSIEVE_TEST_PATH")))
		os.Exit(0)
	}
	os.Exit(m.Run())
}

var attempts = map[string]func(path string) error{
	"read": func(path string) error { _, err := os.ReadFile(path); return err },
	"read_in_another_thread": func(path string) (err error) {
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() {
				if _, e := os.ReadFile(path); e == nil {
					err = errors.New("read")
				}
			})
		}
		all.Wait()
		if err == nil {
			err = syscall.EMFILE
		}
		return err
	},
	"remove":   os.Remove,
	"truncate": func(path string) error { return os.Truncate(path, 0) },
	"folder":   func(path string) error { return os.Mkdir(path+"d", 0o700) },
	// Not package net: it links C, and Landlock is then not to be had.
	"connect": func(string) error { _, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM, 0); return err },
	"program": func(string) error { return exec.Command("/bin/true").Run() },
	"timer": func(string) error { // Go's runtime needs nothing more
		time.Sleep(time.Millisecond)
		<-time.After(time.Millisecond)
		return errors.New("worked")
	},
	"compute": func(string) error {
		if err := seal.Work(0); err != nil {
			return err
		}
		over := seal.WorkIsOver()
		for n := 0; ; n++ {
			select {
			case <-over:
				return errors.New("over")
			default:
			}
		}
	},
}

// hasLandlock tells whether this kernel, and a program built like this one, can restrict all threads.
func hasLandlock(t *testing.T, out string) bool {
	t.Helper()
	if !strings.Contains(out, "not taken") {
		return true
	}
	if !strings.Contains(out, "landlock") && !strings.Contains(out, "prctl") {
		t.Errorf("more was not taken: %s", out)
	}
	return false
}

// TestProcess_can_do_nothing_more is run in processes of their own, since a seal is for good.
func TestProcess_can_do_nothing_more(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		what     string
		errors   []error // any of them
		landlock bool    // it takes Landlock
	}{
		{"read", []error{unix.EMFILE, unix.EACCES}, false},
		{"read_in_another_thread", []error{unix.EMFILE}, false},
		{"connect", []error{unix.EMFILE, unix.EACCES}, false},
		{"program", []error{unix.EMFILE, unix.EACCES}, false},
		{"remove", []error{unix.EACCES}, true},
		{"truncate", []error{unix.EACCES}, true},
		{"folder", []error{unix.EACCES}, true},
		{"timer", []error{errors.New("worked")}, false},
		{"compute", []error{errors.New("over")}, false},
	} {
		t.Run(test.what, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "file")
			if err := os.WriteFile(path, []byte("secret"), 0o600); err != nil {
				t.Fatal(err)
			}
			cmd := exec.CommandContext(t.Context(), os.Args[0])
			cmd.Env = []string{sealed + "=" + test.what, "CREDSIEVE_TEST_PATH=" + path}
			out, err := cmd.CombinedOutput()
			if err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			if !hasLandlock(t, string(out)) && test.landlock {
				t.Skip("this kernel has no Landlock, or the race detector links C")
			}
			for _, want := range test.errors {
				if strings.Contains(string(out), want.Error()) {
					return
				}
			}
			t.Errorf("got %s", out)
		})
	}
}
