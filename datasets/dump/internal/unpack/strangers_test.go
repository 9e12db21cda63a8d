package unpack_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"testing"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/dump/internal/dumptest"
)

// What programs that go by the directory of an archive do not show.

const stranger = "mallory@example.com:Made-Up-9\n"

func wantCuts(t *testing.T, got dumptest.Outcome, status dump.Status, sentence string, want ...string) {
	t.Helper()
	got.WantReport(t, status, "combo", sentence)
	var cuts []string
	for _, r := range got.Records {
		cuts = append(cuts, r.Cuts[0])
	}
	slices.Sort(cuts)
	if !slices.Equal(cuts, want) {
		t.Errorf("got %q, want %q", cuts, want)
	}
}

func TestWalk_zip_with_what_its_directory_does_not_name(t *testing.T) {
	t.Parallel()
	zipped := func(name, text string) []byte { return dumptest.Zipped(t, dumptest.Packed(name, text)) }
	const unnamed = "bytes are not in the directory"
	both := []string{"alice@example.com=pw", "mallory@example.com=Made-Up-9"}
	two := dumptest.Zipped(t, dumptest.Packed("a", stranger), dumptest.Packed("b", oneLine))
	stored := dumptest.Zipped(t, dumptest.Entry{Name: "a", Text: stranger}, dumptest.Entry{Name: "b", Text: oneLine})
	for name, data := range map[string][]byte{
		"first entry taken off":  withoutFirst(t, two),
		"the same, stored":       withoutFirst(t, stored),
		"second archive before":  slices.Concat(zipped("a", stranger), zipped("b", oneLine)),
		"second archive after":   slices.Concat(zipped("b", oneLine), zipped("a", stranger)),
		"compressed text after":  slices.Concat(zipped("b", oneLine), dumptest.Gzipped(t, []byte(stranger))),
		"text after":             slices.Concat(zipped("b", oneLine), []byte(stranger)),
		"text before directory":  beforeDirectory(zipped("b", oneLine), []byte(stranger)),
		"entry before directory": beforeDirectory(zipped("b", oneLine), firstEntry(zipped("a", stranger))),
	} {
		t.Run(name, func(t *testing.T) {
			everyWay(t, data, nil, func(t *testing.T, got dumptest.Outcome) {
				wantCuts(t, got, dump.StatusPartial, unnamed, both...)
			})
		})
	}
	whole := zipped("b", oneLine)
	for name, data := range map[string][]byte{
		"zeros after": slices.Concat(whole, make([]byte, 700)),
		"plain":       whole,
	} {
		t.Run(name, func(t *testing.T) {
			everyWay(t, data, nil, func(t *testing.T, got dumptest.Outcome) {
				wantCuts(t, got, dump.StatusRead, "", both[0])
			})
		})
	}
}

// withoutFirst takes the first entry off the directory.
func withoutFirst(t *testing.T, archive []byte) []byte {
	t.Helper()
	first := bytes.Index(archive, []byte("PK\x01\x02"))
	second := bytes.LastIndex(archive, []byte("PK\x01\x02"))
	end := bytes.LastIndex(archive, []byte("PK\x05\x06"))
	if first == second {
		t.Fatal("one entry only")
	}
	return withDirectory(archive[:first], archive[second:end], archive[end:], 1)
}

// beforeDirectory puts bytes between the last entry and the directory.
func beforeDirectory(archive, more []byte) []byte {
	first := bytes.Index(archive, []byte("PK\x01\x02"))
	end := bytes.LastIndex(archive, []byte("PK\x05\x06"))
	return withDirectory(slices.Concat(archive[:first], more), archive[first:end], archive[end:], 1)
}

func firstEntry(archive []byte) []byte {
	entry, _, _ := bytes.Cut(archive, []byte("PK\x01\x02"))
	return entry
}

func withDirectory(entries, directory, end []byte, n uint16) []byte {
	end = bytes.Clone(end)
	le := binary.LittleEndian
	le.PutUint16(end[8:], n)
	le.PutUint16(end[10:], n)
	le.PutUint32(end[12:], uint32(len(directory)))
	le.PutUint32(end[16:], uint32(len(entries)))
	return slices.Concat(entries, directory, end)
}

func TestWalk_tar_with_more_after_its_end(t *testing.T) {
	t.Parallel()
	first, second := dumptest.Tar(t, dumptest.TarFile("a", oneLine)), dumptest.Tar(t, dumptest.TarFile("b", stranger))
	both := []string{"alice@example.com=pw", "mallory@example.com=Made-Up-9"}
	for name, data := range map[string][]byte{
		"another archive":     slices.Concat(first, second),
		"zeros, then another": slices.Concat(first, make([]byte, 9*512), second),
		"text":                slices.Concat(first, []byte(stranger)),
		"a zip archive":       slices.Concat(first, dumptest.Zipped(t, dumptest.Packed("b", stranger))),
	} {
		t.Run(name, func(t *testing.T) {
			everyWay(t, data, nil, func(t *testing.T, got dumptest.Outcome) {
				wantCuts(t, got, dump.StatusRead, "", both...)
			})
		})
	}
	for name, data := range map[string][]byte{
		"no end":     bytes.TrimRight(first, "\x00"),
		"many zeros": slices.Concat(first, make([]byte, 10240)),
	} {
		t.Run(name, func(t *testing.T) {
			data := append(data, make([]byte, (512-len(data)%512)%512)...)
			everyWay(t, data, nil, func(t *testing.T, got dumptest.Outcome) {
				wantCuts(t, got, dump.StatusRead, "", both[0])
			})
		})
	}
}

func TestWalk_7z_with_more_after_its_end(t *testing.T) {
	t.Parallel()
	archive := dumptest.SevenZipped(t, []string{"-t7z"}, "a.txt", oneLine)
	both := []string{"alice@example.com=pw", "mallory@example.com=Made-Up-9"}
	everyWay(t, slices.Concat(archive, []byte(stranger)), nil, func(t *testing.T, got dumptest.Outcome) {
		wantCuts(t, got, dump.StatusRead, "", both...)
	})
	everyWay(t, slices.Concat(archive, make([]byte, 100)), nil, func(t *testing.T, got dumptest.Outcome) {
		wantCuts(t, got, dump.StatusRead, "", both[0])
	})
}

func TestWalk_rar_with_what_its_files_do_not_account_for(t *testing.T) {
	t.Parallel()
	archive := rarOf(rarFile{name: "b", text: oneLine})[0]
	other := rarOf(rarFile{name: "a", text: stranger})[0]
	main := len(rarSignature) + len(rarBlock(1, 0, varints(0), nil, nil))
	between := func(kind uint64, head []byte, text string) []byte {
		return slices.Concat(archive[:main], rarBlock(kind, 0, head, nil, []byte(text)), archive[main:])
	}
	comment := append(varints(0, 9, 0, 0, 0, 1, 3), "CMT"...)
	both := []string{"alice@example.com=pw", "mallory@example.com=Made-Up-9"}
	for name, data := range map[string][]byte{
		"another archive after": slices.Concat(archive, other),
		"text after":            slices.Concat(archive, []byte(stranger)),
		"zeros and text after":  slices.Concat(archive, make([]byte, 700), []byte(stranger)),
		"a zip archive after":   slices.Concat(archive, dumptest.Zipped(t, dumptest.Packed("a", stranger))),
		"a comment":             between(3, comment, stranger),
		"an unknown block":      between(9, nil, stranger),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			everyWay(t, data, nil, func(t *testing.T, got dumptest.Outcome) {
				if name == "zeros and text after" { // NULs stand before its first line
					if got.Status == dump.StatusRead && len(got.Records) < 2 {
						t.Errorf("nothing is said of it: %+v", got)
					}
					return
				}
				wantCuts(t, got, dump.StatusRead, "", both...)
			})
		})
	}
	for name, data := range map[string][]byte{
		"zeros after":     slices.Concat(archive, make([]byte, 700)),
		"an advert":       between(3, comment, "Get more of this at https://leaks.example.com today\n"),
		"a quick opening": between(3, comment, string(rarSignature)+"\x00\x01\x02\x03\x04@"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			everyWay(t, data, nil, func(t *testing.T, got dumptest.Outcome) { wantCuts(t, got, dump.StatusRead, "", both[0]) })
		})
	}
}

// What calls itself a folder is not looked at by most programs, and held passwords.
func TestWalk_files_with_the_name_of_a_folder(t *testing.T) {
	t.Parallel()
	const name = "list.txt/"
	zipped := bytes.ReplaceAll(dumptest.Zipped(t, dumptest.Packed("b", oneLine), dumptest.Packed("list.txt+", stranger)),
		[]byte("list.txt+"), []byte(name)) // the writer refuses such a name
	withoutDirectory, _, _ := bytes.Cut(zipped, []byte("PK\x01\x02"))
	both := []string{"alice@example.com=pw", "mallory@example.com=Made-Up-9"}
	for kind, test := range map[string]struct {
		data []byte
		lost string // nothing: the archive is whole
	}{
		"zip":     {zipped, ""},
		"cut zip": {withoutDirectory, "its directory is missing"},
		"tar":     {renamed(t, dumptest.Tar(t, dumptest.TarFile("b", oneLine), dumptest.TarFile("list.txt+", stranger)), "list.txt+", name), ""},
		"rar":     {rarOf(rarFile{name: "b", text: oneLine}, rarFile{name: name, text: stranger})[0], ""},
	} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			status := dump.StatusRead
			if test.lost != "" {
				status = dump.StatusPartial
			}
			everyWay(t, test.data, nil, func(t *testing.T, got dumptest.Outcome) { wantCuts(t, got, status, test.lost, both...) })
		})
	}
}

func TestWalk_zip_with_a_comment(t *testing.T) {
	t.Parallel()
	commented := func(text string) []byte {
		data := bytes.Clone(dumptest.Zipped(t, dumptest.Packed("b", oneLine)))
		binary.LittleEndian.PutUint16(data[len(data)-2:], uint16(len(text)))
		return append(data, text...)
	}
	everyWay(t, commented(stranger), nil, func(t *testing.T, got dumptest.Outcome) {
		wantCuts(t, got, dump.StatusRead, "", "alice@example.com=pw", "mallory@example.com=Made-Up-9")
	})
	everyWay(t, commented("Get more of this at https://leaks.example.com"), nil, func(t *testing.T, got dumptest.Outcome) {
		wantCuts(t, got, dump.StatusRead, "", "alice@example.com=pw")
	})
}

// renamed gives an entry of a tar archive another name, which the writer refuses.
func renamed(t *testing.T, archive []byte, from, to string) []byte {
	t.Helper()
	const sumAt, sumEnd = 148, 156
	out := bytes.Clone(archive)
	at := bytes.Index(out, []byte(from))
	if at < 0 {
		t.Fatalf("there is no entry %q", from)
	}
	header := out[at : at+512]
	copy(header, to)
	copy(header[sumAt:sumEnd], "        ")
	sum := 0
	for _, b := range header {
		sum += int(b)
	}
	copy(header[sumAt:sumEnd], fmt.Sprintf("%06o\x00 ", sum))
	return out
}
