package unpack_test

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/dump/internal/dumptest"
)

// pythonWriter reads pairs of an identifier and a password as two hexadecimal words a line, and writes
// them with Python's own modules, which share no code with the readers: as a table and as a list, in the
// container that its argument names.
const pythonWriter = `
import bz2, csv, gzip, io, lzma, sys, tarfile, zipfile
pairs = [[bytes.fromhex(w) for w in line.split()] for line in sys.stdin]
text = io.StringIO(newline="")
rows = csv.writer(text)
rows.writerow(["email", "password"])
rows.writerows([w.decode("latin-1") for w in pair] for pair in pairs)
table = text.getvalue().encode("latin-1")
plain = b"".join(i + b":" + p + b"\n" for i, p in pairs if not set(p) & set(b"\r\n\0"))
kind, _, way = sys.argv[1].partition("-")
out = io.BytesIO()
if kind == "zip":
    methods = {"stored": zipfile.ZIP_STORED, "deflated": zipfile.ZIP_DEFLATED,
               "bzip2": zipfile.ZIP_BZIP2, "lzma": zipfile.ZIP_LZMA}
    with zipfile.ZipFile(out, "w", methods[way]) as z:
        z.writestr("table.csv", table)
        z.writestr("lists/plain.txt", plain)
elif kind == "tar":
    with tarfile.open(fileobj=out, mode="w:" + way) as t:
        for name, data in (("table.csv", table), ("lists/plain.txt", plain)):
            member = tarfile.TarInfo(name)
            member.size = len(data)
            t.addfile(member, io.BytesIO(data))
elif kind == "xz":
    checks = {"none": lzma.CHECK_NONE, "crc32": lzma.CHECK_CRC32,
              "crc64": lzma.CHECK_CRC64, "sha256": lzma.CHECK_SHA256}
    for piece in (table[:len(table) // 2], table[len(table) // 2:]):
        out.write(lzma.compress(piece, lzma.FORMAT_XZ, check=checks[way]))
else:
    out.write({"gz": gzip.compress, "bz2": bz2.compress}[kind](table))
sys.stdout.buffer.write(out.getvalue())
`

// TestWalk_containers_that_python_writes is a property: whatever a password is made of, it comes back to
// the byte. A list cannot carry line ends, so that its pairs are those without.
func TestWalk_containers_that_python_writes(t *testing.T) {
	t.Parallel()
	python := "/usr/bin/python3" // the system's: a version manager's may lack modules
	if _, err := exec.LookPath(python); err != nil {
		t.Skip("the program python3 is not installed")
	}
	pairs := awkwardPairs(t, 2000)
	var input strings.Builder
	for _, pair := range pairs {
		fmt.Fprintf(&input, "%s %s\n", hex.EncodeToString([]byte(pair[0])),
			hex.EncodeToString([]byte(pair[1])))
	}
	script := filepath.Join(t.TempDir(), "write.py")
	if err := os.WriteFile(script, []byte(pythonWriter), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, container := range []string{
		"zip-stored", "zip-deflated", "zip-bzip2", "zip-lzma",
		"tar-", "tar-gz", "tar-bz2", "tar-xz",
		"xz-none", "xz-crc32", "xz-crc64", "xz-sha256", "gz", "bz2",
	} {
		t.Run(container, func(t *testing.T) {
			data := dumptest.Run(t, []byte(input.String()), python, script, container)
			got := dumptest.Read(t, data, dump.Options{})
			if got.Failed != nil || got.Status != dump.StatusRead || len(got.Rejects) > 0 {
				t.Fatalf("read as %s (%v, %v), rejects %+v", got.Status, got.Err, got.Failed, got.Rejects)
			}
			want := wantedOf(pairs, strings.HasPrefix(container, "zip") || strings.HasPrefix(container, "tar"))
			wantEach(t, got.FirstCuts(), want)
		})
	}
}

// TestWalk_archives_of_7z_keep_passwords is the same property for the program 7z.
func TestWalk_archives_of_7z_keep_passwords(t *testing.T) {
	t.Parallel()
	pairs := awkwardPairs(t, 2000)
	var list bytes.Buffer
	for _, pair := range pairs {
		if !strings.ContainsAny(pair[1], "\r\n\x00") {
			list.WriteString(pair[0] + ":" + pair[1] + "\n")
		}
	}
	for _, args := range []string{"-t7z", "-t7z -m0=ppmd", "-tzip", "-txz", "-tgzip", "-tbzip2"} {
		t.Run(args, func(t *testing.T) {
			got := dumptest.Read(t, dumptest.SevenZipped(t, strings.Fields(args), "list.txt", list.String()), dump.Options{})
			got.WantReport(t, dump.StatusRead, "combo", "")
			all := wantedOf(pairs, true)
			wantEach(t, got.FirstCuts(), all[len(pairs):])
		})
	}
}

// awkwardPairs are accounts with passwords of random bytes, half of them such as formats trip over.
func awkwardPairs(t *testing.T, n int) [][2]string {
	t.Helper()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 2))
	hard := []byte("'\"\\\n\r\t\b\f\v\x1a\x00%_;,:|()$` N0x")
	pairs := make([][2]string, n)
	for i := range pairs {
		// The frame keeps blanks at the ends and marks of a missing value out: a list means them otherwise.
		password := []byte("p")
		for range 1 + random.IntN(24) {
			if random.IntN(2) == 0 {
				password = append(password, hard[random.IntN(len(hard))])
			} else {
				password = append(password, byte(random.IntN(256)))
			}
		}
		pairs[i] = [2]string{fmt.Sprintf("user%d@example.com", i), string(append(password, 'q'))}
	}
	return pairs
}

// wantedOf are the first cuts of the table and, with its list, those of the pairs that fit into one.
func wantedOf(pairs [][2]string, list bool) []string {
	var want []string
	for _, pair := range pairs {
		want = append(want, pair[0]+"="+pair[1])
	}
	for _, pair := range pairs {
		if list && !strings.ContainsAny(pair[1], "\r\n\x00") {
			want = append(want, pair[0]+"="+pair[1])
		}
	}
	return want
}

// wantEach compares all cuts, of which there are too many to print.
func wantEach(t *testing.T, got, want []string) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%d records, want %d", len(got), len(want))
	}
	wrong := 0
	for i := range min(len(got), len(want)) {
		if got[i] != want[i] {
			if wrong++; wrong < 4 {
				t.Errorf("record %d: got %q, want %q", i, got[i], want[i])
			}
		}
	}
	if wrong > 0 {
		t.Errorf("%d of %d were changed", wrong, len(want))
	}
}
