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

// Remote is where dumps lie that are named by URLs.
type Remote = files.Remote

// OpenBelow returns an Options.Open that opens files of the operating system, and of remote what is named by a URL; paths
// that are relative begin in dir, "" where the program runs.
func OpenBelow(dir string, remote Remote) func(ctx context.Context, path string) (fs.File, error) {
	return func(ctx context.Context, path string) (fs.File, error) {
		if remote != nil && files.IsURL(path) {
			return remote.Open(ctx, path)
		}
		if !filepath.IsAbs(path) {
			path = filepath.Join(dir, path)
		}
		return files.Open(ctx, path)
	}
}
