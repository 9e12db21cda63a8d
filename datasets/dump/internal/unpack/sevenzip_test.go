package unpack_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/dump/internal/dumptest"
)

func TestWalk_archives_of_the_program_7z(t *testing.T) {
	t.Parallel()
	list := strings.Repeat(listText, 3000)
	locked := "-p" + secret
	for _, args := range []string{
		"-t7z", "-t7z -ms=off", "-t7z -m0=lzma", "-t7z -m0=lzma2 -mx=9", "-t7z -m0=ppmd",
		"-t7z -m0=bzip2", "-t7z -m0=deflate", "-t7z -m0=copy", "-t7z -mf=BCJ2 -m0=lzma",
		"-t7z -m0=delta:2 -m1=lzma2", "-t7z -mhc=off", "-t7z " + locked,
		"-t7z -mhe=on " + locked, "-t7z -ms=off -mhe=on " + locked, "-t7z -m0=copy " + locked,
		"-tzip", "-tzip " + locked, "-tzip -mem=AES128 " + locked, "-tzip -mem=AES192 " + locked,
		"-tzip -mem=AES256 " + locked, "-tzip -mx=0 -mem=AES256 " + locked,
		"-tzip -mm=bzip2 -mem=AES256 " + locked, "-tzip -mm=bzip2", "-tzip -mm=lzma",
		"-tzip -mm=lzma -mem=AES256 " + locked, "-ttar",
	} {
		t.Run(strings.ReplaceAll(args, " ", "_"), func(t *testing.T) {
			data := dumptest.SevenZipped(t, strings.Fields(args), "a.txt", list, "b.csv", moreText, "c.txt", list)
			in := dump.Input{Path: "-", Meta: dump.Meta{Passwords: []string{"no", secret}}}
			got := dumptest.ReadInput(t, in, dump.Options{Stdin: bytes.NewReader(data)})
			got.WantReport(t, dump.StatusRead, "combo+csv", "")
			if len(got.Records) != 12_001 {
				t.Errorf("got %d records", len(got.Records))
			}
		})
	}
}

// TestWalk_7z_goes_on_after_a_member_that_is_not_read is about solid archives: what lies
// in front of a file must be unpacked to reach it.
func TestWalk_7z_goes_on_after_a_member_that_is_not_read(t *testing.T) {
	t.Parallel()
	image := "\x89PNG\r\n\x1a\n" + dumptest.Noise(300_000)
	data := dumptest.SevenZipped(t, []string{"-t7z", "-ms=on"}, "a.txt", listText, "b.png", image,
		"c.txt", listText)
	got := dumptest.Read(t, data, dump.Options{})
	got.WantReport(t, dump.StatusPartial, "combo", `member "b.png": it is an image`)
	dumptest.WantCuts(t, got.FirstCuts(), append(listCuts[:2:2], listCuts...))
	got = dumptest.Read(t, data, dump.Options{Limits: dump.Limits{Member: 100_000}})
	dumptest.WantCuts(t, got.FirstCuts(), append(listCuts[:2:2], listCuts...))
}

func TestWalk_7z_that_holds_nothing(t *testing.T) {
	t.Parallel()
	empty := []byte("7z\xbc\xaf\x27\x1c\x00\x04")
	empty = binary.LittleEndian.AppendUint32(empty, crc32.ChecksumIEEE(make([]byte, 20)))
	dumptest.Read(t, append(empty, make([]byte, 20)...), dump.Options{}).
		WantReport(t, dump.StatusSkipped, "", "the dump is empty")
}

// directoryOf makes an archive of nothing but a directory.
func directoryOf(directory ...byte) []byte {
	le := binary.LittleEndian
	place := le.AppendUint64(nil, 0)
	place = le.AppendUint64(place, uint64(len(directory)))
	place = le.AppendUint32(place, crc32.ChecksumIEEE(directory))
	out := le.AppendUint32([]byte("7z\xbc\xaf\x27\x1c\x00\x04"), crc32.ChecksumIEEE(place))
	return append(append(out, place...), directory...)
}

// TestWalk_7z_that_names_absurd_numbers: the library would allocate that much, and the process
// would end.
func TestWalk_7z_that_names_absurd_numbers(t *testing.T) {
	t.Parallel()
	const absurd = "\xf0\xff\xff\xff\x7f" // 2^31-1
	for name, directory := range map[string]string{
		"files":      "\x01\x05" + absurd,
		"packs":      "\x01\x04\x06\x00" + absurd + "\x0a\x01",
		"folders":    "\x01\x04\x07\x0b" + absurd + "\x00",
		"coders":     "\x01\x04\x07\x0b\x01\x00" + absurd,
		"properties": "\x01\x04\x07\x0b\x01\x00\x01\x21\x21" + absurd,
		"inputs":     "\x01\x04\x07\x0b\x01\x00\x01\x11\x21" + absurd + "\x01",
		"substreams": "\x01\x04\x07\x0b\x01\x00\x01\x01\x21\x0c\x01\x00\x08\x0d" + absurd,
		"encoded": "\x17\x06\x00\x01\x09\x01\x00\x07\x0b\x01\x00\x01\x01\x00\x0c" +
			absurd + "\x00\x00",
		"nothing": "\x01",
	} {
		t.Run(name, func(t *testing.T) {
			got := dumptest.Read(t, directoryOf([]byte(directory)...), dump.Options{})
			if got.Status != dump.StatusSkipped || got.Err == nil {
				t.Errorf("got %s: %v", got.Status, got.Err)
			}
		})
	}
	beyond := directoryOf(1)
	binary.LittleEndian.PutUint64(beyond[12:], 1<<63)
	dumptest.Read(t, beyond, dump.Options{}).WantReport(t, dump.StatusSkipped, "7z", "cut off or damaged")
}

func TestWalk_7z_dictionary_is_bounded(t *testing.T) {
	t.Parallel()
	const start7z, unpack7 = 32, 12 // bytes in front of the data, and the mark of unpacked sizes
	data := dumptest.SevenZipped(t, []string{"-t7z", "-m0=lzma2", "-mhc=off"}, "a.txt", listText)
	at := bytes.LastIndex(data, []byte{0x21, 0x21, 1}) // LZMA2 with one byte of properties
	if at < 0 {
		t.Fatal("the coder is not where it was")
	}
	size := bytes.Index(data[at:], []byte{unpack7, byte(len(listText))}) // and unpacked size
	if size < 0 {
		t.Fatal("the size is not where it was")
	}
	directory := bytes.Clone(data[start7z+binary.LittleEndian.Uint64(data[12:]):])
	at -= len(data) - len(directory)
	directory[at+3] = 40
	directory = bytes.Replace(directory, []byte{unpack7, byte(len(listText))},
		[]byte{unpack7, 0xf0, 0, 0, 0, 0x7f}, 1)
	data = append(data[:len(data)-len(directory)+4], directory...)
	binary.LittleEndian.PutUint64(data[20:], uint64(len(directory)))
	binary.LittleEndian.PutUint32(data[28:], crc32.ChecksumIEEE(directory))
	binary.LittleEndian.PutUint32(data[8:], crc32.ChecksumIEEE(data[12:32]))
	got := dumptest.Read(t, data, dump.Options{})
	got.WantReport(t, dump.StatusSkipped, "7z", "over the limit of 256 MiB")
}

// folderOf makes an archive of one file that goes through so many decoders, each LZMA2 with a dictionary of 256 MiB
// and told to yield as much. What is packed is a byte of nonsense.
func folderOf(coders int) []byte {
	folder := "\x07\x0b\x01\x00" + string(rune(coders)) + strings.Repeat("\x21\x21\x01\x20", coders)
	for i := range coders - 1 {
		folder += string([]byte{byte(i + 1), byte(i)})
	}
	folder += "\x0c" + strings.Repeat("\xf0\x00\x00\x00\x10", coders) + "\x00"
	return directoryOf([]byte("\x01\x04\x06\x00\x01\x09\x01\x00" + folder + "\x00\x05\x01\x11\x05\x00a\x00\x00\x00\x00\x00")...)
}

// TestWalk_7z_decoders_share_their_memory: 160 kB of decoders one after the other took 4 GiB.
func TestWalk_7z_decoders_share_their_memory(t *testing.T) {
	t.Parallel()
	for coders, want := range map[int]string{
		1: "the 7z stream ends early", // it is within the limits, and nonsense
		2: "its decoders need dictionaries of 512 MiB together, over the limit of 320 MiB",
		4: "its decoders need dictionaries of 1024 MiB together, over the limit of 320 MiB",
		5: "it has more entries or parts than are read", 31: "it has more entries or parts than are read",
	} {
		t.Run(fmt.Sprint(coders), func(t *testing.T) {
			got := dumptest.Read(t, folderOf(coders), dump.Options{})
			if got.Status == dump.StatusRead || got.Err == nil || !strings.Contains(got.Err.Error(), want) {
				t.Errorf("got %s: %v", got.Status, got.Err)
			}
		})
	}
}

func TestWalk_entries_of_7z_are_counted(t *testing.T) {
	t.Parallel()
	var files []string
	for i := range 20 {
		files = append(files, fmt.Sprintf("%02d", i), listText)
	}
	got := dumptest.Read(t, dumptest.SevenZipped(t, []string{"-t7z"}, files...), dump.Options{Limits: dump.Limits{Entries: 10}})
	got.WantReport(t, dump.StatusSkipped, "7z", "more entries or parts than are read")
}
