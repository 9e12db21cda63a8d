package dump_test

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/dump/internal/dumptest"
)

// listed returns the inputs as "path below dir [error]".
func listed(t *testing.T, dir string, paths ...string) []string {
	t.Helper()
	inputs, err := dump.List(t.Context(), paths, dump.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	out := make([]string, len(inputs))
	for i, in := range inputs {
		out[i] = strings.TrimPrefix(strings.TrimPrefix(in.Path, dir), "/")
		if in.Err != nil {
			out[i] += " [" + in.Err.Error() + "]"
		}
	}
	return out
}

func wantPaths(t *testing.T, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("\n got %q\nwant %q", got, want)
	}
}

func TestList_missing_path_fails(t *testing.T) {
	t.Parallel()
	_, err := dump.List(t.Context(), []string{"no/such/dump"}, dump.ListOptions{})
	const sentence = `failed to find dump "no/such/dump": no such file or directory`
	if err == nil || err.Error() != sentence {
		t.Errorf("got %v, want %s", err, sentence)
	}
}

func TestList_folders_are_walked(t *testing.T) {
	t.Parallel()
	dir := dumptest.Folder(t, map[string]string{
		"data/a/b": "x", "data/a/symbols": "x", "data/c.txt": "x", "data/0": "x", "data/a.txt": "",
		"data/.hidden": "x", "data/.git/config": "x", "data/c.txt.meta.yaml": "name: c",
		"data/dump.meta.yaml": "", "empty/": "", "hidden/.x": "x", "other.txt": "x",
	})
	for link, target := range map[string]string{
		"data/link": "../other.txt", "data/loop": "..", "data/broken": "nowhere",
	} {
		if err := os.Symlink(target, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	data := filepath.Join(dir, "data")
	wantPaths(t, listed(t, dir, data), []string{
		"data/.git/config", "data/.hidden", "data/0", "data/a.txt", "data/a/b", "data/a/symbols", "data/broken [no such file or directory]",
		"data/c.txt", "data/link [a link that leads out of the folder is not followed: name it]", "data/loop [a link to a folder is not followed: name it]",
	})
	wantPaths(t, listed(t, dir, filepath.Join(dir, "empty"), filepath.Join(dir, "hidden")),
		[]string{"empty [the folder holds no files]", "hidden/.x"})
}

func TestList_a_file_counts_once(t *testing.T) {
	dir := dumptest.Folder(t, map[string]string{"a/x": "1", "a/y": "22"})
	if err := os.Symlink("x", filepath.Join(dir, "a/z")); err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	got := listed(t, dir, "a/y", "-", filepath.Join(dir, "a/y"), "a", "a/../a/x", "-", "./a")
	wantPaths(t, got, []string{"a/y", "-", "a/x"})
	inputs, err := dump.List(t.Context(), []string{"a/y", "-"}, dump.ListOptions{})
	if err != nil || inputs[0].Size != 2 || inputs[1].Size != -1 {
		t.Errorf("got sizes %+v (%v)", inputs, err)
	}
}

func TestList_what_is_no_file(t *testing.T) {
	t.Parallel()
	dir := dumptest.Folder(t, map[string]string{"d/": "", "s/": "", "x.meta.yaml": "name: x"})
	pipe := filepath.Join(dir, "d", "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Skip(err)
	}
	socket, err := net.Listen("unix", filepath.Join(dir, "s", "socket"))
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	const sentence = " [it is a device, a socket or a pipe]"
	wantPaths(t, listed(t, dir, filepath.Join(dir, "d")), []string{"d/pipe" + sentence})
	wantPaths(t, listed(t, dir, pipe), []string{"d/pipe"}) // as a shell's <(command)
	wantPaths(t, listed(t, dir, filepath.Join(dir, "s")), []string{"s/socket" + sentence})
	wantPaths(t, listed(t, "/dev", "/dev/null"), []string{"null" + sentence})
	wantPaths(t, listed(t, dir, filepath.Join(dir, "x.meta.yaml")),
		[]string{"x.meta.yaml [it describes a dump and is not one]"})
}

func TestList_what_may_not_be_read(t *testing.T) {
	dir, err := os.MkdirTemp("", "credsieve-list-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.CopyFS(dir, os.DirFS(dumptest.Folder(t,
		map[string]string{"d/open": "x", "d/closed": "x", "d/sub/x": "x"}))); err != nil {
		t.Fatal(err)
	}
	notAsRoot(t, dir)
	for path, mode := range map[string]os.FileMode{"d/closed": 0, "d/sub": 0} {
		if err := os.Chmod(filepath.Join(dir, path), mode); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { _ = os.Chmod(filepath.Join(dir, "d/sub"), 0o700) }) // so that it can be removed
	wantPaths(t, listed(t, dir, filepath.Join(dir, "d")), []string{
		"d/closed [permission denied]", "d/open",
		"d/sub [failed to read the folder: permission denied]",
	})
}

func TestList_hidden_files_are_dumps(t *testing.T) {
	t.Parallel()
	dir := dumptest.Folder(t, map[string]string{
		"d/.x": "a", "d/.y/z": "a", "d/.DS_Store": "a", "d/._x": "a", "d/.git/x": "a",
		"d/.run.partial-1/x": "a", "d/.x.meta.yaml": "alice@example.com:pw",
	})
	wantPaths(t, listed(t, dir, filepath.Join(dir, "d")), []string{
		"d/.DS_Store", "d/._x", "d/.git/x", "d/.run.partial-1/x", "d/.x",
		"d/.x.meta.yaml", "d/.y/z",
	})
}

func TestList_a_run_is_no_dump(t *testing.T) {
	t.Parallel()
	dir := dumptest.Folder(t, map[string]string{
		"d/x": "a", "d/run/manifest.json": "{}", "d/run/at_risk.csv": "email,password\n",
		"d/run/rejects.csv": "", "d/late/manifest.json": "{}", "d/late/held/at_risk.csv": "",
		"d/other/manifest.json": "{}",
	})
	const sentence = " [it is a run of credsieve, not a dump]"
	wantPaths(t, listed(t, dir, filepath.Join(dir, "d")), []string{
		"d/late" + sentence, "d/other/manifest.json", "d/run" + sentence, "d/x",
	})
	inputs, err := dump.List(t.Context(), []string{filepath.Join(dir, "d/run")}, dump.ListOptions{})
	if err != nil || len(inputs) != 1 || !errors.Is(inputs[0].Err, dump.ErrNotPasswords) {
		t.Errorf("named by itself it is %+v (%v)", inputs, err)
	}
}

func TestList_stealer_log(t *testing.T) {
	t.Parallel()
	dir := dumptest.Folder(t, map[string]string{
		"log/Passwords.txt": "x", "log/UserInformation.txt": "x", "log/Screenshot.jpg": "x",
		"log/Autofills/Chrome.txt": "x", "log/Cookies/a.txt": "x", "log/Cookies/deep/b.txt": "x",
		"log/Chrome/Default/Passwords.txt": "x", "log/Chrome/Default/Cookies/c.txt": "x",
		"log/FileGrabber/Desktop/secret.docx": "x", "log/Notes.txt": "x",
		"lists/Passwords.txt": "x", "lists/Other/cookies.txt": "x", "desktop/combo.txt": "x",
		"lists/Documents/a.txt": "x", "pair/Cookies/a.txt": "x", "pair/Autofills/a.txt": "x",
	})
	wantPaths(t, listed(t, dir, dir), []string{
		"desktop/combo.txt", "lists/Documents/a.txt", "lists/Other/cookies.txt", "lists/Passwords.txt",
		"log [2 files of a stealer log that hold no passwords are not read]",
		"log/Autofills [1 file of a stealer log that holds no passwords is not read]",
		"log/Chrome/Default/Cookies [1 file of a stealer log that holds no passwords is not read]",
		"log/Chrome/Default/Passwords.txt",
		"log/Cookies [2 files of a stealer log that hold no passwords are not read]",
		"log/FileGrabber [1 file of a stealer log that holds no passwords is not read]",
		"log/Notes.txt", "log/Passwords.txt",
		"pair/Autofills [1 file of a stealer log that holds no passwords is not read]",
		"pair/Cookies [1 file of a stealer log that holds no passwords is not read]",
	})
	inputs, err := dump.List(t.Context(), []string{dir + "/log"}, dump.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, in := range inputs {
		if in.Err == nil {
			continue
		}
		report, err := dump.Read(t.Context(), in, dump.Options{}, nil)
		if err != nil || report.Status != dump.StatusSkipped || !errors.Is(report.Err, dump.ErrNotPasswords) {
			t.Errorf("%s is %s: %v, %v", in.Path, report.Status, report.Err, err)
		}
	}
}
