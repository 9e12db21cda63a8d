package table

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"

	"github.com/credsieve/credsieve/datasets/fault"
)

// ReadWhole reads a data file into memory of its own and checks every page on the way.
func ReadWhole(ctx context.Context, dir string, want FileMeta) ([]byte, func(), error) {
	f, size, err := openExact(filepath.Join(dir, want.Name), want.Bytes)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close() // only read
	sums, err := readSums(dir, want)
	if err != nil {
		return nil, nil, err
	}
	data, free, err := Zeroed[byte](int(size))
	if err != nil {
		return nil, nil, err
	}
	group, ctx := fault.NewGroup(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for from := 0; from < len(data); from += blockBytes {
		group.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			return readBlock(f, want.Name, from, data[from:min(from+blockBytes, len(data))], sums)
		})
	}
	if err := group.Wait(); err != nil {
		free()
		return nil, nil, err
	}
	return data, free, nil
}

func readBlock(f *os.File, name string, from int, block, sums []byte) error {
	if _, err := f.ReadAt(block, int64(from)); err != nil && err != io.EOF {
		return err
	}
	for at := 0; at < len(block); at += pageSize {
		page := (from + at) >> pageShift
		sum := sha256.Sum256(block[at:min(at+pageSize, len(block))])
		if string(sum[:]) != string(sums[page*sha256.Size:(page+1)*sha256.Size]) {
			return fmt.Errorf("file %q is damaged: the SHA-256 of its page at byte %d differs",
				name, from+at)
		}
	}
	return nil
}
