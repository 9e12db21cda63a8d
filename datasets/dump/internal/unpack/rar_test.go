package unpack_test

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"hash/crc32"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/dump/internal/dumptest"
)

// rarFile is a file to store in an archive of RAR 5 (https://www.rarlab.com/technote.htm). No free
// program writes them.
type rarFile struct {
	name, text, password string
	dictionary           uint64 // exponent; with it, the text passes for compressed,
	size                 uint64 // and for one of this size
}

const (
	rarSignature = "Rar!\x1a\x07\x01\x00"
	rarRounds    = 4 // 2 to the power of it: a real archive has 15
)

// rarOf writes an archive of one volume, or of more when cuts say where to cut the data of its only
// file.
func rarOf(file rarFile, more ...rarFile) [][]byte {
	out := []byte(rarSignature)
	out = append(out, rarBlock(1, 0, varints(0), nil, nil)...)
	for _, f := range append([]rarFile{file}, more...) {
		out = append(out, f.block([]byte(f.text), 0)...)
	}
	return [][]byte{append(out, rarBlock(5, 0, varints(0), nil, nil)...)}
}

func rarVolumesOf(file rarFile, size int) [][]byte {
	var out [][]byte
	text := []byte(file.text)
	for n := 0; len(text) > 0; n++ {
		data := text[:min(size, len(text))]
		text = text[len(data):]
		flags, notLast, number := uint64(0), uint64(0), varints(1)
		if n > 0 {
			flags |= 8
			number = varints(1|2, uint64(n))
		}
		if len(text) > 0 {
			flags |= 0x10
			notLast = 1
		}
		volume := append([]byte(rarSignature), rarBlock(1, 0, number, nil, nil)...)
		volume = append(volume, file.block(data, flags)...)
		out = append(out, append(volume, rarBlock(5, 0, varints(notLast), nil, nil)...))
	}
	return out
}

func (f rarFile) block(data []byte, flags uint64) []byte {
	head := varints(4, max(f.size, uint64(len(f.text))), 0) // with a checksum, size, attributes
	head = binary.LittleEndian.AppendUint32(head, crc32.ChecksumIEEE([]byte(f.text)))
	compression := uint64(0)
	if f.dictionary > 0 {
		compression = 1<<7 | f.dictionary<<10
	}
	head = append(head, varints(compression, 1, uint64(len(f.name)))...)
	head = append(head, f.name...)
	var extra []byte
	if f.password != "" {
		extra, data = rarEncrypt(f.password, data)
	}
	return rarBlock(2, flags, head, extra, data)
}

// rarBlock is a header with its sum, and the data after it.
func rarBlock(kind, flags uint64, head, extra, data []byte) []byte {
	var sizes []byte
	if extra != nil {
		flags |= 1
		sizes = varints(uint64(len(extra)))
	}
	if data != nil {
		flags |= 2
		sizes = append(sizes, varints(uint64(len(data)))...)
	}
	body := bytes.Join([][]byte{varints(kind, flags), sizes, head, extra}, nil)
	body = append(varints(uint64(len(body))), body...)
	sum := binary.LittleEndian.AppendUint32(nil, crc32.ChecksumIEEE(body))
	return bytes.Join([][]byte{sum, body, data}, nil)
}

func rarEncrypt(password string, data []byte) (extra, out []byte) {
	salt, iv := []byte("sixteen bytes at"), []byte("sixteen in front")
	prf := hmac.New(sha256.New, []byte(password))
	round := func(in []byte) []byte {
		prf.Reset()
		prf.Write(in)
		return prf.Sum(nil)
	}
	u := round(append(bytes.Clone(salt), 0, 0, 0, 1))
	sum := bytes.Clone(u)
	var keys [3][]byte
	for i, rounds := range []int{1<<rarRounds - 1, 16, 16} {
		for range rounds {
			u = round(u)
			for j := range sum {
				sum[j] ^= u[j]
			}
		}
		keys[i] = bytes.Clone(sum)
	}
	check := make([]byte, 8)
	for i, b := range keys[2] {
		check[i%8] ^= b
	}
	mark := sha256.Sum256(check)
	record := bytes.Join([][]byte{varints(1, 0, 1), {rarRounds}, salt, iv, check, mark[:4]}, nil)
	out = append(bytes.Clone(data), make([]byte, (16-len(data)%16)%16)...)
	block, _ := aes.NewCipher(keys[0]) // of 32 bytes
	cipher.NewCBCEncrypter(block, iv).CryptBlocks(out, out)
	return append(varints(uint64(len(record))), record...), out
}

func varints(numbers ...uint64) []byte {
	var out []byte
	for _, n := range numbers {
		out = binary.AppendUvarint(out, n)
	}
	return out
}

func TestWalk_rar(t *testing.T) {
	t.Parallel()
	data := rarOf(rarFile{name: "list.txt", text: listText},
		rarFile{name: "../\x1b[2J", text: moreText})[0]
	everyWay(t, data, nil, func(t *testing.T, got dumptest.Outcome) {
		got.WantReport(t, dump.StatusRead, "combo+csv", "")
		dumptest.WantCuts(t, got.FirstCuts(), bothCuts)
		if name := got.Records[2].Member; name != "../?[2J" {
			t.Errorf("got the member %q", name)
		}
	})
	for n := 1; n < len(data); n++ {
		got := dumptest.Read(t, data[:n], dump.Options{})
		if got.Failed != nil || n > 10 && got.Status == dump.StatusRead {
			t.Fatalf("cut to %d of %d bytes: got %s, %v", n, len(data), got.Status, got.Failed)
		}
	}
	got := dumptest.Read(t, data[:len(data)-20], dump.Options{})
	got.WantReport(t, dump.StatusPartial, "combo+csv", "ends early")
	dumptest.WantCuts(t, got.FirstCuts()[:2], listCuts)
}

func TestWalk_rar_encrypted(t *testing.T) {
	t.Parallel()
	data := rarOf(rarFile{name: "open", text: listText},
		rarFile{name: "list.txt", text: moreText, password: secret})[0]
	everyWay(t, data, []string{"wrong", secret}, func(t *testing.T, got dumptest.Outcome) {
		got.WantReport(t, dump.StatusRead, "combo+csv", "")
		dumptest.WantCuts(t, got.FirstCuts(), bothCuts)
	})
	everyWay(t, data, []string{"wrong"}, func(t *testing.T, got dumptest.Outcome) {
		got.WantReport(t, dump.StatusPartial, "combo", "1 entry is encrypted, and the password that is known")
		dumptest.WantCuts(t, got.FirstCuts(), listCuts)
	})
	everyWay(t, data, nil, func(t *testing.T, got dumptest.Outcome) {
		got.WantReport(t, dump.StatusPartial, "combo", "1 entry is encrypted: name the password")
	})
}

func TestWalk_rar_dictionary_is_bounded(t *testing.T) {
	t.Parallel()
	trap := rarFile{name: "b", text: "x", dictionary: 15, size: 8 << 30} // 128 KiB << 15
	got := dumptest.Read(t, rarOf(rarFile{name: "a", text: listText}, trap)[0], dump.Options{})
	got.WantReport(t, dump.StatusPartial, "combo", "a dictionary over the limit of 128 MiB")
	dumptest.WantCuts(t, got.FirstCuts(), listCuts)
}

func TestWalk_rar_volumes(t *testing.T) {
	t.Parallel()
	list := strings.Repeat(listText, 100)
	volumes := rarVolumesOf(rarFile{name: "list.txt", text: list}, 2000)
	if len(volumes) != 3 {
		t.Fatalf("got %d volumes", len(volumes))
	}
	for _, names := range [][]string{
		{"x.part1.rar", "x.part2.rar", "x.part3.rar"}, {"y.rar", "y.r00", "y.r01"},
	} {
		folder := t.TempDir()
		for i, name := range names {
			if err := os.WriteFile(filepath.Join(folder, name), volumes[i], 0o600); err != nil {
				t.Fatal(err)
			}
		}
		got := onlyInput(t, folder)
		got.WantReport(t, dump.StatusRead, "combo", "")
		if len(got.Records) != 200 {
			t.Errorf("%s: got %d records", names[0], len(got.Records))
		}
		if err := os.Remove(filepath.Join(folder, names[2])); err != nil {
			t.Fatal(err)
		}
		got = onlyInput(t, folder)
		got.WantReport(t, dump.StatusPartial, "combo", "its next part is missing")
		if len(got.Records) < 140 {
			t.Errorf("%s without its end: got %d records", names[0], len(got.Records))
		}
	}
	dumptest.Read(t, volumes[1], dump.Options{}).WantReport(t, dump.StatusSkipped, "rar", "a part of a RAR archive")
}
