package unpack_test

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"testing"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/dump/internal/dumptest"
)

func TestWalk_xz_dictionary_of_a_later_block(t *testing.T) {
	t.Parallel()
	trap := append(dumptest.Container(t, "list.txt.xz"), xzWithDictionary(t, 40)...)
	got := dumptest.Read(t, trap, dump.Options{})
	got.WantReport(t, dump.StatusPartial, "combo", "a dictionary of 4096 MiB")
	dumptest.WantCuts(t, got.FirstCuts(), listCuts)
}

// xzWithDictionary changes what a block asks for, and mends the sum of its header.
func xzWithDictionary(t testing.TB, property byte) []byte {
	data := dumptest.Container(t, "list.txt.xz")
	header := data[12 : 12+4*(int(data[12])+1)]
	at := bytes.Index(header, []byte{0x21, 1})
	if at < 0 {
		t.Fatal("the fixture has no LZMA2")
	}
	header[at+2] = property
	sum := len(header) - 4
	binary.LittleEndian.PutUint32(header[sum:], crc32.ChecksumIEEE(header[:sum]))
	return data
}
