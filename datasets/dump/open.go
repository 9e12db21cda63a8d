package dump

import (
	"context"
	"io/fs"
	"path/filepath"

	"github.com/credsieve/credsieve/datasets/dump/internal/files"
	"github.com/credsieve/credsieve/datasets/dump/internal/unpack"
)

// openSource opens an input for reading.
func openSource(ctx context.Context, in Input, opts Options) (*unpack.Source, error) {
	if in.Path == stdinPath {
		return unpack.NewSource(ctx, opts.Stdin, opts.Progress), nil
	}
	paths := append([]string{in.Path}, in.Parts...)
	return unpack.OpenSource(ctx, opts.Open, paths, opts.Progress)
}

// OpenBelow returns an Options.Open that opens files of the operating system; paths that are relative begin in dir.
func OpenBelow(dir string) func(ctx context.Context, path string) (fs.File, error) {
	return func(ctx context.Context, path string) (fs.File, error) {
		if !filepath.IsAbs(path) {
			path = filepath.Join(dir, path)
		}
		return files.Open(ctx, path)
	}
}
