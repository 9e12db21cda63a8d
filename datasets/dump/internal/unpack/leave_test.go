package unpack_test

import (
	"archive/tar"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/dump/internal/dumptest"
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

func wantVictim(t *testing.T, got dumptest.Outcome, prefix string) {
	t.Helper()
	got.WantReport(t, dump.StatusRead, "combo+stealer_log", "")
	var records, left []string
	for _, r := range got.Records {
		records = append(records, r.Member+" "+r.Cuts[0])
	}
	for _, m := range got.Members {
		if m.Status != dump.StatusRead {
			left = append(left, fmt.Sprint(m.Name, " ", m.Err, " ", errors.Is(m.Err, dump.ErrNotPasswords)))
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

func TestWalk_stealer_log_in_an_archive(t *testing.T) {
	t.Parallel()
	var zips []dumptest.Entry
	var tars []dumptest.Tarred
	var rars []rarFile
	dir := t.TempDir()
	files := map[string]string{}
	for _, f := range victimFiles() {
		zips = append([]dumptest.Entry{dumptest.Packed(strings.ReplaceAll(f[0], "/", `\`), f[1])}, zips...)
		tars = append(tars, dumptest.TarFile(f[0], f[1]))
		rars = append(rars, rarFile{name: f[0], text: f[1]})
		files[f[0]] = f[1]
	}
	t.Run("tar", func(t *testing.T) { wantVictim(t, dumptest.Read(t, dumptest.Tar(t, tars...), dump.Options{}), "") })
	t.Run("rar", func(t *testing.T) {
		slices.Reverse(rars) // a first look goes through all names
		wantVictim(t, dumptest.Read(t, rarOf(rars[0], rars[1:]...)[0], dump.Options{}), "")
	})
	t.Run("zip_in_tar_gz", func(t *testing.T) {
		for i := range zips {
			zips[i].Name = strings.ReplaceAll(zips[i].Name, `\`, "/")
		}
		inner := dumptest.Tar(t, dumptest.TarFile("in.zip", string(dumptest.Zipped(t, zips...))))
		wantVictim(t, dumptest.Read(t, dumptest.Gzipped(t, inner), dump.Options{}), "in.zip/")
	})
	t.Run("7z", func(t *testing.T) {
		from := dumptest.Folder(t, files)
		file := filepath.Join(dir, "x.7z")
		dumptest.Run(t, nil, "7z", "a", "-bd", file, filepath.Join(from, "*"))
		wantVictim(t, dumptest.ReadInput(t, dump.Input{Path: file, Size: -1}, dump.Options{}), "")
	})
}

func TestWalk_stealer_log_in_a_zip_with_backslashes(t *testing.T) {
	t.Parallel()
	got := dumptest.Read(t, dumptest.Zipped(t, dumptest.Packed(`DE\Cookies\a.txt`, oneLine), dumptest.Packed(`DE\Passwords.txt`, victimBlock)),
		dump.Options{})
	if got.WantReport(t, dump.StatusRead, "stealer_log", ""); got.LeftOut != 1 {
		t.Errorf("%d files are left out, want 1", got.LeftOut)
	}
}

func TestWalk_pictures_before_their_log_are_no_loss(t *testing.T) {
	t.Parallel()
	picture := dumptest.TarFile("DE_1/Screenshot.jpg", "\xff\xd8\xff\xe0 made up")
	log := []dumptest.Tarred{
		dumptest.TarFile("DE_1/Passwords.txt", victimBlock),
		{Header: tar.Header{Name: "DE_1/Cookies/", Typeflag: tar.TypeDir}},
	}
	got := dumptest.Read(t, dumptest.Tar(t, append([]dumptest.Tarred{picture}, log...)...), dump.Options{})
	if got.WantReport(t, dump.StatusRead, "stealer_log", ""); got.LeftOut != 1 {
		t.Errorf("%d files are left out, want 1", got.LeftOut)
	}
	picture.Name = "Screenshot.jpg" // of nobody's log
	got = dumptest.Read(t, dumptest.Tar(t, append(log, picture)...), dump.Options{})
	got.WantReport(t, dump.StatusPartial, "stealer_log", `member "Screenshot.jpg": it is an image`)
}

func TestWalk_archive_of_a_log_without_passwords(t *testing.T) {
	t.Parallel()
	got := dumptest.Read(t, dumptest.Zipped(t, dumptest.Packed("Cookies/a.txt", "x"), dumptest.Packed("Autofills/a.txt", "x")), dump.Options{})
	if got.Status != dump.StatusSkipped || !errors.Is(got.Err, dump.ErrNotPasswords) || got.LeftOut != 2 {
		t.Errorf("got %s: %v, %d files left out", got.Status, got.Err, got.LeftOut)
	}
}
