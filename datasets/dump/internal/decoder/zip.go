package decoder

import (
	"archive/zip"
	"compress/bzip2"
	"io"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/zstd"
)

const (
	methodBzip2 = 12
	methodLZMA  = 14
)

// RegisterZip lets an archive read the compressions of its entries that Zip knows.
func RegisterZip(z *zip.Reader) {
	for _, method := range []uint16{zip.Deflate, methodBzip2, methodLZMA, zstd.ZipMethodWinZip} {
		z.RegisterDecompressor(method, Zip(method))
	}
}

// Zip returns what undoes a compression of zip entries, nil for a method that is not read.
func Zip(method uint16) zip.Decompressor {
	switch method {
	case zip.Store:
		return io.NopCloser
	case zip.Deflate:
		return flate.NewReader
	case methodBzip2:
		return func(from io.Reader) io.ReadCloser { return io.NopCloser(bzip2.NewReader(from)) }
	case methodLZMA:
		return func(from io.Reader) io.ReadCloser { return io.NopCloser(NewZipLZMA(from)) }
	case zstd.ZipMethodWinZip:
		return zstd.ZipDecompressor(zstd.WithDecoderConcurrency(1),
			zstd.WithDecoderMaxMemory(MaxWindow), zstd.WithDecoderMaxWindow(MaxWindow))
	}
	return nil
}
