package unpack_test

import (
	"archive/tar"
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/dump/internal/dumptest"
)

func TestWalk_tar_with_links_devices_and_hostile_names(t *testing.T) {
	t.Parallel()
	link := func(kind byte, name string) dumptest.Tarred {
		return dumptest.Tarred{Header: tar.Header{Name: name, Linkname: "/etc/passwd", Typeflag: kind}}
	}
	long := strings.Repeat("long/", 60) + "\x1b[2Jname" // needs a PAX header
	data := dumptest.Tar(t, link(tar.TypeSymlink, "s"), link(tar.TypeLink, "h"), link(tar.TypeChar, "c"),
		link(tar.TypeBlock, "b"), link(tar.TypeFifo, "f"), link(tar.TypeDir, "d/"),
		dumptest.TarFile("../../up", listText), dumptest.TarFile("/root", listText), dumptest.TarFile(long, listText),
		dumptest.TarFile("._up", "\x00\x05\x16\x07"))
	everyWay(t, data, nil, func(t *testing.T, got dumptest.Outcome) {
		got.WantReport(t, dump.StatusRead, "combo", "")
		if len(got.Records) != 6 {
			t.Fatalf("got %d records", len(got.Records))
		}
		for i, want := range []string{"../../up", "/root", "long/?[2Jname"} {
			if name := got.Records[2*i].Member; !strings.HasSuffix(name, want) {
				t.Errorf("got the member %q, want %q", name, want)
			}
		}
	})
	old := bytes.Clone(dumptest.Tar(t, dumptest.TarFile("a", listText)))
	sum := 8 * int(' ')
	copy(old[257:], make([]byte, 8)) // as before the mark "ustar"
	for i, b := range old[:512] {
		if i < 148 || i >= 156 {
			sum += int(b)
		}
	}
	copy(old[148:], fmt.Sprintf("%06o\x00 ", sum))
	dumptest.Read(t, old, dump.Options{}).WantReport(t, dump.StatusRead, "combo", "")
}

func TestWalk_tar_in_a_compression_is_one_archive(t *testing.T) {
	t.Parallel()
	inner := dumptest.Zipped(t, dumptest.Packed("a.gz", string(dumptest.Gzipped(t, []byte(listText)))))
	data := dumptest.Gzipped(t, dumptest.Tar(t, dumptest.TarFile("inner.zip", string(inner))))
	got := dumptest.Read(t, data, dump.Options{})
	got.WantReport(t, dump.StatusRead, "combo", "")
	nested := []byte(listText)
	for range 5 {
		nested = dumptest.Tar(t, dumptest.TarFile("t", string(nested)))
	}
	dumptest.Read(t, nested, dump.Options{}).WantReport(t, dump.StatusSkipped, "tar", "more than 3 containers deep")
}
