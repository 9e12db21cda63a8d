package dump

import (
	"archive/tar"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const victimBlock = "URL: https://example.com/\nUsername: alice@example.com\nPassword: pw\n"

// victimFiles are a log in an order in which it shows itself before its pictures do.
func victimFiles() [][2]string {
	const private = "bob@example.org:nobody should read this\n"
	return [][2]string{
		{"logs/DE_1/Passwords.txt", victimBlock},
		{"logs/DE_1/UserInformation.txt", "IP: 192.0.2.1\n"},
		{"logs/DE_1/Autofills/Chrome.txt", private},
		{"logs/DE_1/FileGrabber/deep/list.txt", private},
		{"logs/DE_1/Screenshot.jpg", "\xff\xd8\xff\xe0 made up"},
		{"lists/Documents/list.txt", oneLine},
	}
}

func wantVictim(t *testing.T, got outcome, prefix string) {
	t.Helper()
	got.wantReport(t, StatusRead, "combo+stealer_log", "")
	var records, left []string
	for _, r := range got.records {
		records = append(records, r.member+" "+r.cuts[0])
	}
	for _, m := range got.Members {
		if m.Status != StatusRead {
			left = append(left, fmt.Sprint(m.Name, " ", m.Err, " ", errors.Is(m.Err, ErrNotPasswords)))
		}
	}
	slices.Sort(records)
	slices.Sort(left)
	const one = " 1 file of a stealer log that holds no passwords is not read true"
	if want := []string{prefix + "lists/Documents/list.txt alice@example.com=pw",
		prefix + "logs/DE_1/Passwords.txt alice@example.com=pw"}; !slices.Equal(records, want) {
		t.Errorf("got records %q, want %q", records, want)
	}
	if want := []string{
		prefix + "logs/DE_1 2 files of a stealer log that hold no passwords are not read true",
		prefix + "logs/DE_1/Autofills" + one, prefix + "logs/DE_1/FileGrabber" + one,
	}; !slices.Equal(left, want) || got.LeftOut != 4 {
		t.Errorf("left out %q (%d), want %q", left, got.LeftOut, want)
	}
}

func TestRead_stealer_log_in_an_archive(t *testing.T) {
	var zips []entry
	var tars []tarred
	var rars []rarFile
	dir := t.TempDir()
	files := map[string]string{}
	for _, f := range victimFiles() {
		zips = append([]entry{packed(strings.ReplaceAll(f[0], "/", `\`), f[1])}, zips...)
		tars = append(tars, tarFile(f[0], f[1]))
		rars = append(rars, rarFile{name: f[0], text: f[1]})
		files[f[0]] = f[1]
	}
	t.Run("tar", func(t *testing.T) { wantVictim(t, read(t, tarOf(t, tars...), Options{}), "") })
	t.Run("rar", func(t *testing.T) {
		slices.Reverse(rars) // a first look goes through all names
		wantVictim(t, read(t, rarOf(rars[0], rars[1:]...)[0], Options{}), "")
	})
	t.Run("zip_in_tar_gz", func(t *testing.T) {
		for i := range zips {
			zips[i].name = strings.ReplaceAll(zips[i].name, `\`, "/")
		}
		inner := tarOf(t, tarFile("in.zip", string(zipped(t, zips...))))
		wantVictim(t, read(t, gzipped(t, inner), Options{}), "in.zip/")
	})
	t.Run("7z", func(t *testing.T) {
		from := folder(t, files)
		file := filepath.Join(dir, "x.7z")
		run(t, nil, "7z", "a", "-bd", file, filepath.Join(from, "*"))
		wantVictim(t, readInput(t, Input{Path: file, Size: -1}, Options{}), "")
	})
}

func TestRead_stealer_log_in_a_zip_with_backslashes(t *testing.T) {
	got := read(t, zipped(t, packed(`DE\Cookies\a.txt`, oneLine), packed(`DE\Passwords.txt`, victimBlock)),
		Options{})
	if got.wantReport(t, StatusRead, "stealer_log", ""); got.LeftOut != 1 {
		t.Errorf("%d files are left out, want 1", got.LeftOut)
	}
}

func TestRead_pictures_before_their_log_are_no_loss(t *testing.T) {
	picture := tarFile("DE_1/Screenshot.jpg", "\xff\xd8\xff\xe0 made up")
	log := []tarred{
		tarFile("DE_1/Passwords.txt", victimBlock),
		{tar.Header{Name: "DE_1/Cookies/", Typeflag: tar.TypeDir}, ""},
	}
	got := read(t, tarOf(t, append([]tarred{picture}, log...)...), Options{})
	if got.wantReport(t, StatusRead, "stealer_log", ""); got.LeftOut != 1 {
		t.Errorf("%d files are left out, want 1", got.LeftOut)
	}
	picture.Name = "Screenshot.jpg" // of nobody's log
	got = read(t, tarOf(t, append(log, picture)...), Options{})
	got.wantReport(t, StatusPartial, "stealer_log", `member "Screenshot.jpg": it is an image`)
}

func TestRead_archive_of_a_log_without_passwords(t *testing.T) {
	got := read(t, zipped(t, packed("Cookies/a.txt", "x"), packed("Autofills/a.txt", "x")), Options{})
	if got.Status != StatusSkipped || !errors.Is(got.Err, ErrNotPasswords) || got.LeftOut != 2 {
		t.Errorf("got %s: %v, %d files left out", got.Status, got.Err, got.LeftOut)
	}
}

// TestArchiveTree_is_bounded has names of which each would make hundreds of folders.
func TestArchiveTree_is_bounded(t *testing.T) {
	tree := newArchiveTree()
	tree.see(strings.Repeat("a/", 500), false)
	tree.see(strings.Repeat("b", 1<<20)+"/c", false)
	if n := len(tree.folders); n > deepestLog+1 {
		t.Errorf("two names make %d folders", n)
	}
	for i := range maxLogFolders + 9 {
		tree.see(fmt.Sprint(i, "/a"), false)
	}
	if n := len(tree.folders); n > maxLogFolders {
		t.Errorf("it holds %d folders", n)
	}
	if tree.leavesOut(strings.Repeat("a/", 5000)) {
		t.Error("it leaves out what it does not know")
	}
}
