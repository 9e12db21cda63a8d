//go:build unix

package secrets

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestRead_refuses_what_others_may_read(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(path, []byte("made up"), 0o600); err != nil {
		t.Fatal(err)
	}
	for mode, taken := range map[fs.FileMode]bool{
		0o600: true, 0o400: true, 0o700: true, 0o644: false, 0o604: false, 0o620: false, 0o460: false, 0o444: false, 0o640: false,
		0o440: os.Getuid() == 0, // then it is root's, and its group is ours
	} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		text, err := Read("key file", path, 100)
		if (err == nil) != taken {
			t.Errorf("mode %04o: %v", mode, err)
		}
		if err == nil && string(text) != "made up" {
			t.Errorf("mode %04o: read %q", mode, text)
		}
		var hint interface{ Hint() string }
		if err != nil && (!errors.As(err, &hint) || !strings.Contains(hint.Hint(), "chmod 0600")) {
			t.Errorf("mode %04o: no way out in %v", mode, err)
		}
	}
	if _, err := Read("key file", t.TempDir(), 100); err == nil {
		t.Error("a folder was read")
	}
}

func TestMounted(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name     string
		mode     fs.FileMode
		uid, gid uint32
		want     bool
	}{
		{"Kubernetes with fsGroup", 0o440, 0, 2000, true}, {"a credential of systemd", 0o440, 0, 0, true},
		{"another group's", 0o440, 0, 3000, false}, {"another user's", 0o440, 1000, 2000, false},
		{"group may write", 0o460, 0, 2000, false}, {"owner may write", 0o640, 0, 2000, false},
		{"everybody may read", 0o444, 0, 2000, false},
	} {
		if got := mounted(tt.mode, tt.uid, tt.gid, []int{1000, 2000}); got != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
}

func TestRead_of_a_descriptor(t *testing.T) {
	t.Parallel()
	in, out, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := out.WriteString("made up"); err != nil {
		t.Fatal(err)
	}
	out.Close()
	defer in.Close()
	n, err := syscall.Dup(int(in.Fd())) // Read closes it
	if err != nil {
		t.Fatal(err)
	}
	path := Descriptor(n)
	if text, err := Read("key", path, 100); err != nil || string(text) != "made up" {
		t.Errorf("read %q, %v", text, err)
	}
	for _, n := range []int{-1, 9999} {
		if _, err := Read("key", Descriptor(n), 100); err == nil || strings.Contains(err.Error(), "\x00") {
			t.Errorf("descriptor %d: %v", n, err)
		}
	}
	null, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	if _, err := Read("key", Descriptor(int(null.Fd())), 100); err == nil {
		t.Error("a device was read")
	}
	if _, ok := ParseDescriptor("fd 3"); ok {
		t.Error("the name of a file is taken for a descriptor")
	}
}
