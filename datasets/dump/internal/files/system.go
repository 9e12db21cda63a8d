package files

import (
	"context"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Remote is where dumps lie that are named by URLs, such as a bucket. Names of folders have no slash at their end, and
// what is not there is fs.ErrNotExist.
type Remote interface {
	Stat(ctx context.Context, url string) (fs.FileInfo, error)
	ReadDir(ctx context.Context, url string) ([]fs.DirEntry, error)
	Open(ctx context.Context, url string) (fs.File, error)
}

// System is where dumps lie: under paths those of the operating system, under URLs those of Remote. Options that follow a
// URL after a question mark belong to no path: Split takes them off, Whole puts them back.
type System struct {
	Context context.Context // of calls to Remote
	Remote  Remote          // nil: there is none
	options string
}

// IsURL reports whether a path is a URL.
func IsURL(path string) bool {
	scheme, _, is := strings.Cut(path, "://")
	return is && scheme != "" && !strings.ContainsAny(scheme, `/\.`)
}

// Split returns the path of a URL, and the system in which it and all below it have its options.
func (s System) Split(url string) (System, string) {
	s.options = ""
	if s.Remote != nil && IsURL(url) {
		path, options, some := strings.Cut(url, "?")
		if url = strings.TrimRight(path, "/"); some {
			s.options = "?" + options
		}
	}
	return s, url
}

// Whole is a path as others can open it.
func (s System) Whole(path string) string {
	if s.remote(path) {
		return path + s.options
	}
	return path
}

func (s System) remote(path string) bool { return s.Remote != nil && IsURL(path) }

// Stat describes what a path leads to.
func (s System) Stat(path string) (fs.FileInfo, error) {
	if s.remote(path) {
		return s.Remote.Stat(s.Context, s.Whole(path))
	}
	return os.Stat(path)
}

// Lstat describes what lies at a path, a link too.
func (s System) Lstat(path string) (fs.FileInfo, error) {
	if s.remote(path) {
		return s.Remote.Stat(s.Context, s.Whole(path))
	}
	return os.Lstat(path)
}

// ReadDir returns what lies in a folder, by name.
func (s System) ReadDir(path string) ([]fs.DirEntry, error) {
	if s.remote(path) {
		return s.Remote.ReadDir(s.Context, s.Whole(path))
	}
	return os.ReadDir(path)
}

// Regular opens a file that is one.
func (s System) Regular(path string) (fs.File, error) {
	if s.remote(path) {
		return s.Remote.Open(s.Context, s.Whole(path))
	}
	return Regular(path)
}

// Try finds out whether a file can be opened.
func (s System) Try(path string) error {
	if s.remote(path) {
		return nil // it was listed, and whether it may be read shows with its first byte
	}
	f, err := Regular(path)
	if err != nil {
		return err
	}
	return f.Close()
}

// Beginning returns what a file begins with, at most n bytes, and what file it is.
func (s System) Beginning(path string, n int64) ([]byte, fs.FileInfo, error) {
	f, err := s.Regular(path)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close() // it was only read
	info, err := f.Stat()
	if err != nil {
		return nil, nil, err
	}
	text, err := io.ReadAll(io.LimitReader(f, n))
	return text, info, err
}

// Join puts a name below a folder.
func (s System) Join(folder, name string) string {
	if s.remote(folder) {
		return strings.TrimRight(folder, "/") + "/" + filepath.ToSlash(name)
	}
	return filepath.Join(folder, name)
}

// Dir is the folder of a path.
func (s System) Dir(path string) string {
	if s.remote(path) {
		return path[:max(strings.LastIndexByte(path, '/'), 0)]
	}
	return filepath.Dir(path)
}

// CountFiles counts the files in and below a folder, as far as it can be walked and until the context ends.
func (s System) CountFiles(path string) int {
	n := 0
	entries, _ := s.ReadDir(path) // what cannot be walked is not read either
	for _, e := range entries {
		if s.Context.Err() != nil {
			break
		}
		if !e.IsDir() {
			n++
			continue
		}
		n += s.CountFiles(s.Join(path, e.Name()))
	}
	return n
}

// Identity is the same for two paths of one file.
func (s System) Identity(path string) string {
	if s.remote(path) {
		return path
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real // fails for /dev/fd/N, which leads to no path
	}
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	return path
}

// NotOurs says why a file may be the work of somebody else than the user who runs this, empty when it cannot be.
func (s System) NotOurs(path string, info fs.FileInfo) string {
	if s.remote(path) {
		return "it lies in a bucket, where it is not known who wrote it"
	}
	return NotOurs(info)
}
