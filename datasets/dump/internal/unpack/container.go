package unpack

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/klauspost/compress/zlib"

	"github.com/credsieve/credsieve/datasets/dump/internal/decoder"
	"github.com/credsieve/credsieve/datasets/dump/internal/sniff"
)

// container is a stream that holds members.
type container struct {
	name string
	is   func(head []byte) bool
	open func(w *walker, m *Member) error

	way    string // out, for what cannot be read here; empty: it is taken apart in the process of the run
	stream bool   // it is read from start to end
}

// containers returns those that are read. A function, because opening one leads back here.
//
// Those with a way out are taken apart in a process of their own: their decoders are many, large or written by few. gzip,
// bzip2, zlib and tar are Go's own or as well tried, and zstd as fast as the list in it is read.
func containers() []container {
	return []container{
		{name: "gzip", is: sniff.StartsWith("\x1f\x8b\x08"), open: openGzip},
		{name: "zstd", is: isZstd, open: openZstd},
		{name: "bzip2", is: isBzip2, open: openBzip2},
		{name: "xz", is: sniff.StartsWith(decoder.XZMagic), open: openXZ, way: `decompress it first ("xz -d")`, stream: true},
		{name: "zip", is: isZip, open: openZip, way: way7z},
		{name: "7z", is: sniff.StartsWith("7z\xbc\xaf\x27\x1c"), open: open7z, way: way7z},
		{name: "rar", is: sniff.StartsWith("Rar!\x1a\x07"), open: openRar, way: way7z},
		{name: "tar", is: sniff.IsTar, open: openTar},
		{name: "zlib", is: isZlib, open: openZlib},
		{name: "parquet", is: isParquet, open: openParquet, way: "export it to CSV first"},
	}
}

// IsContainer reports whether a member that begins like this is taken for a container.
func IsContainer(head []byte) bool {
	return slices.ContainsFunc(containers(), func(c container) bool { return c.is(head) })
}

// isZstd knows a frame, and the skippable frame that parallel compressors begin with.
func isZstd(head []byte) bool {
	return sniff.StartsWith("\x28\xb5\x2f\xfd")(head) ||
		len(head) >= 4 && head[0]&0xf0 == 0x50 && string(head[1:4]) == "\x2a\x4d\x18"
}

// isZip knows a local header, an empty archive and the mark of a split one.
func isZip(head []byte) bool {
	return sniff.StartsWith("PK\x03\x04")(head) || sniff.StartsWith("PK\x05\x06")(head) ||
		sniff.StartsWith("PK\x07\x08")(head)
}

// free tells that a container costs no depth: "tar.gz" is one archive to whoever made it, and a
// Parquet file is read off the disk or not at all.
func (m *Member) free(container string) bool {
	return container == "parquet" || container == "tar" && slices.Contains(compressions, m.stream)
}

var compressions = []string{"gzip", "zstd", "bzip2", "xz", "zlib"}

// isBzip2 looks at the first block as well: a line may begin with BZh.
func isBzip2(head []byte) bool {
	return len(head) >= 10 && string(head[:3]) == "BZh" && (string(head[4:10]) == "1AY&SY" ||
		string(head[4:10]) == "\x17\x72\x45\x38\x50\x90")
}

// isZlib unpacks the beginning, because its first two bytes may well begin a line ("x^").
func isZlib(head []byte) bool {
	const enough = 16
	if len(head) < 2 || head[0] != 0x78 || strings.IndexByte("\x01\x5e\x9c\xda", head[1]) < 0 {
		return false
	}
	z, err := zlib.NewReader(bytes.NewReader(head))
	if err != nil {
		return false
	}
	text, err := io.ReadAll(io.LimitReader(z, HeadSize))
	if err == nil {
		return true // checksum and all, or a full sample without an error
	}
	return errors.Is(err, io.ErrUnexpectedEOF) && len(text) >= enough && !sniff.IsBinary(text)
}

// isParquet wants more than four letters, which a password may be.
func isParquet(head []byte) bool {
	const mark = "PAR1"
	return sniff.StartsWith(mark)(head) && (len(head) == len(mark) || sniff.HoldsControl(head, len(mark)))
}
