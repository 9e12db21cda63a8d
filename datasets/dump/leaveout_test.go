package dump_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/credsieve/credsieve/datasets/dump/internal/dumptest"
)

// TestList_names_hide_nothing shows that what is not read is named, unless it is what macOS adds.
func TestList_names_hide_nothing(t *testing.T) {
	t.Parallel()
	dir := dumptest.Folder(t, map[string]string{
		"mac/._x": "\x00\x05\x16\x07\x00\x02", "mac/.DS_Store": "\x00\x00\x00\x01Bud1x", "mac/x": "a",
		"repo/.git/HEAD": "ref: refs/heads/main", "repo/.git/objects/": "", "repo/.git/refs/heads/main": "1",
		"repo/list": "a", "tree/.git": "gitdir: ../repo\n", "tree/list": "a",
		"side/gone.txt.meta.yaml": "name: Gone", "side/wrong.meta.yaml": "kind: rumour",
		"side/list.meta.yaml": "alice@example.com:pw", "side/x.txt": "a", "side/x.meta.yaml": "name: X",
		"side/pack.meta.yaml/list": "a",
		"run/manifest.json":        "{}", "run/at_risk.csv": "x", "run/list.txt": "a", "run/held/more.txt": "a",
		"run/held/at_risk.csv": "x", "work/.run.partial-1/rejects.csv": "x", "work/.run.partial-1/list": "a",
	})
	for folder, want := range map[string][]string{
		"mac":  {"mac/x"},
		"repo": {"repo/.git [2 files of a git repository are not read, only its work tree]", "repo/list"},
		"tree": {"tree/.git [it is a mark of git, not a dump]", "tree/list"},
		"side": {
			"side/gone.txt.meta.yaml [it describes a dump that is not there]", "side/list.meta.yaml", "side/pack.meta.yaml/list",
			"side/wrong.meta.yaml [failed to read sidecar \"" + filepath.Join(dir, "side/wrong.meta.yaml") +
				"\": kind: unknown \"rumour\": want one of [site_breach combo_list stealer_log phishing unknown]]",
			"side/x.txt",
		},
		"run": {
			"run [it is a run of credsieve, not a dump]", "run/held [it is a run of credsieve, not a dump]",
			"run/held/more.txt", "run/list.txt",
		},
		"work": {"work/.run.partial-1 [it is a run of credsieve, not a dump]", "work/.run.partial-1/list"},
	} {
		wantPaths(t, listed(t, dir, filepath.Join(dir, folder)), want)
	}
}

func TestList_a_pipe_of_the_name_of_a_sidecar_is_not_waited_for(t *testing.T) {
	t.Parallel()
	dir := dumptest.Folder(t, map[string]string{"x.txt": "a"})
	for _, name := range []string{"x.txt.meta.yaml", "dump.meta.yaml", "other.meta.yaml", "._y"} {
		if err := syscall.Mkfifo(filepath.Join(dir, name), 0o600); err != nil {
			t.Skip(err)
		}
	}
	const special = "it is a device, a socket or a pipe"
	wantPaths(t, listed(t, dir, dir), []string{
		"._y [" + special + "]",
		"other.meta.yaml [failed to read sidecar \"" + filepath.Join(dir, "other.meta.yaml") + "\": " + special + "]", "x.txt",
	})
}

func TestList_follows_no_link_out_of_a_folder(t *testing.T) {
	t.Parallel()
	dir := dumptest.Folder(t, map[string]string{"in/x": "a", "out/y": "a", "out/z.part2.rar": "a", "in/z.part1.rar": "a"})
	for link, target := range map[string]string{
		"in/out": "../out/y", "in/same": "x", "in/x.meta.yaml": "../out/y", "in/z.part2.rar": "../out/z.part2.rar",
	} {
		if err := os.Symlink(target, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	const sentence = " [a link that leads out of the folder is not followed: name it]"
	inputs := listInputs(t, filepath.Join(dir, "in"))
	wantPaths(t, listed(t, dir, filepath.Join(dir, "in")), []string{
		"in/out" + sentence, "in/same", "in/x.meta.yaml" + sentence, "in/z.part1.rar", "in/z.part2.rar" + sentence,
	})
	for _, in := range inputs {
		if len(in.Parts) > 0 {
			t.Errorf("%q goes on in %q", in.Path, in.Parts)
		}
	}
	inputs = listInputs(t, filepath.Join(dir, "in/x"))
	if inputs[0].Spoiled == nil {
		t.Error("a sidecar that is a link out of the folder is read")
	}
}
