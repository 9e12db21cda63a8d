package objects

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"gocloud.dev/blob"
	"gocloud.dev/blob/fileblob"
	"gocloud.dev/gcerrors"
)

// IsURL reports whether a place is named by a URL, such as s3://bucket/below, and not by a path.
func IsURL(where string) bool {
	scheme, _, is := strings.Cut(where, "://")
	return is && scheme != "" && !strings.ContainsAny(scheme, `/\.`)
}

// Tree reads objects as files in folders, under URLs such as s3://bucket/dumps/a.txt. A folder is there when an object
// lies below it. Options of a driver follow the path, as in s3://bucket/dumps?region=eu-central-1. It is safe for
// concurrent use, and opens each bucket once.
type Tree struct {
	mu     sync.Mutex
	stores map[string]*Store
}

// Stat says what is there: an object, or a folder. Its error is fs.ErrNotExist when neither is.
func (t *Tree) Stat(ctx context.Context, url string) (fs.FileInfo, error) {
	s, key, err := t.at(ctx, url)
	if err != nil {
		return nil, err
	}
	info := fs.FileInfo(info{name: path.Base(key), mode: fs.ModeDir})
	if key != "" && !strings.HasSuffix(key, "/") {
		if info, err = s.stat(ctx, key); !errors.Is(err, ErrNotFound) {
			return info, err
		}
		key += "/"
		info = folderInfo(key)
	}
	if key == "" {
		return info, nil
	}
	page, _, err := s.page(ctx, key, "", nil, 1)
	if err == nil && len(page) == 0 {
		err = fs.ErrNotExist
	}
	return info, err
}

// ReadDir returns what lies in a folder, by name.
func (t *Tree) ReadDir(ctx context.Context, url string) ([]fs.DirEntry, error) {
	s, key, err := t.at(ctx, url)
	if err != nil {
		return nil, err
	}
	if key != "" && !strings.HasSuffix(key, "/") {
		key += "/"
	}
	var entries []fs.DirEntry
	for token := blob.FirstPageToken; len(token) > 0; {
		var page []*blob.ListObject
		if page, token, err = s.page(ctx, key, "/", token, pageEntries); err != nil {
			return nil, err
		}
		for _, o := range page {
			if o.Key == key {
				continue // what some tools leave as a mark of a folder
			}
			one := info{name: escape(path.Base(o.Key)), size: o.Size, changed: o.ModTime}
			if o.IsDir {
				one = folderInfo(o.Key)
			}
			entries = append(entries, fs.FileInfoToDirEntry(one))
		}
	}
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return cmp.Compare(a.Name(), b.Name()) })
	return entries, nil
}

// Open opens an object for reading, in order and, as an io.ReaderAt, in any. A read goes on where a connection was cut.
// An object that is replaced meanwhile ends in an error.
func (t *Tree) Open(ctx context.Context, url string) (fs.File, error) {
	s, key, err := t.at(ctx, url)
	if err != nil {
		return nil, err
	}
	first, err := s.stat(ctx, key)
	if err != nil {
		return nil, err
	}
	return &file{ctx: ctx, store: s, key: key, first: first}, nil
}

// Close ends the use of all buckets.
func (t *Tree) Close() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	var errs []error
	for _, s := range t.stores {
		errs = append(errs, s.Close())
	}
	t.stores = nil
	return errors.Join(errs...)
}

// at returns the bucket of a URL, and the name in it.
func (t *Tree) at(ctx context.Context, url string) (*Store, string, error) {
	scheme, rest, _ := strings.Cut(url, "://")
	if scheme == fileblob.Scheme {
		return nil, "", fmt.Errorf("a file is named by its path: write %q instead of a URL", rest)
	}
	rest, options, _ := strings.Cut(rest, "?")
	host, key, _ := strings.Cut(rest, "/")
	bucket := scheme + "://" + host
	if options != "" {
		bucket += "?" + options
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	s := t.stores[bucket]
	if s == nil {
		var err error
		// It outlives this call, and its drivers keep the context.
		if s, err = Open(context.WithoutCancel(ctx), bucket); err != nil {
			return nil, "", err
		}
		if t.stores == nil {
			t.stores = make(map[string]*Store)
		}
		t.stores[bucket] = s
	}
	return s, unescape(key), nil
}

// Names may hold what ends the path of a URL.
var (
	escape   = strings.NewReplacer("%", "%25", "?", "%3F").Replace
	unescape = strings.NewReplacer("%25", "%", "%3F", "?", "%3f", "?").Replace
)

// pageEntries is what servers return at most of a listing at once.
const pageEntries = 1000

func (s *Store) page(ctx context.Context, prefix, delimiter string, token []byte, n int) (list []*blob.ListObject, next []byte, err error) {
	if token == nil {
		token = blob.FirstPageToken
	}
	err = s.again(ctx, func() (err error) {
		list, next, err = s.bucket.ListPage(ctx, token, n, &blob.ListOptions{Prefix: prefix, Delimiter: delimiter})
		return err
	})
	if err != nil {
		err = fmt.Errorf("failed to list %q of %q: %w", prefix, s.where, err)
	}
	return list, next, err
}

// stat describes an object.
func (s *Store) stat(ctx context.Context, key string) (info, error) {
	var attributes *blob.Attributes
	err := s.again(ctx, func() (err error) {
		attributes, err = s.bucket.Attributes(ctx, key)
		return err
	})
	switch {
	case gcerrors.Code(err) == gcerrors.NotFound:
		return info{}, ErrNotFound
	case err != nil:
		return info{}, fmt.Errorf("failed to look at object %q of %q: %w", key, s.where, err)
	}
	return info{name: escape(path.Base(key)), size: attributes.Size, changed: attributes.ModTime, tag: attributes.ETag}, nil
}

// info describes an object or a folder.
type info struct {
	name    string
	size    int64
	mode    fs.FileMode
	changed time.Time
	tag     string // another one: other content
}

func folderInfo(key string) info { return info{name: escape(path.Base(key)), mode: fs.ModeDir} }

func (i info) Name() string       { return i.name }
func (i info) Size() int64        { return i.size }
func (i info) Mode() fs.FileMode  { return i.mode }
func (i info) ModTime() time.Time { return i.changed }
func (i info) IsDir() bool        { return i.mode.IsDir() }
func (i info) Sys() any           { return nil }

// file is an object that is read.
type file struct {
	ctx   context.Context
	store *Store
	key   string
	first info // when it was opened

	stream *blob.Reader // nil: not begun, or cut
	at     int64        // of the stream

	mu    sync.Mutex // of what follows: ReadAt may be called from everywhere
	block []byte     // what was read last by ReadAt, as small reads come close together
	from  int64
}

var errReplaced = errors.New("it was replaced while it was read: read it again")

// Stat says what the object is now. One that is not what was opened is an error.
func (f *file) Stat() (fs.FileInfo, error) {
	now, err := f.store.stat(f.ctx, f.key)
	if err == nil && now.tag != f.first.tag {
		err = errReplaced
	}
	return now, err
}

func (f *file) Read(p []byte) (n int, err error) {
	if f.at >= f.first.size || len(p) == 0 {
		if len(p) == 0 {
			return 0, nil
		}
		return 0, io.EOF
	}
	err = f.store.again(f.ctx, func() error {
		if f.stream == nil {
			if f.stream, err = f.store.bucket.NewRangeReader(f.ctx, f.key, f.at, f.first.size-f.at, nil); err != nil {
				f.stream = nil
				return err
			}
		}
		n, err = f.stream.Read(p)
		if n > 0 || err == nil {
			return nil
		}
		_ = f.stream.Close() // it is broken, or ends too early
		f.stream = nil
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		return err
	})
	f.at += int64(n)
	return n, err
}

// readAhead is what is asked for at once at least: a request costs as much as some hundred kilobytes.
const readAhead = 1 << 20

func (f *file) ReadAt(p []byte, off int64) (n int, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for n < len(p) && off+int64(n) < f.first.size {
		at := off + int64(n)
		if at < f.from || at >= f.from+int64(len(f.block)) {
			want := min(max(int64(len(p)-n), readAhead), f.first.size-at)
			if f.block, err = f.store.Read(f.ctx, f.key, at, want); err != nil {
				f.block = nil
				return n, err
			}
			f.from = at
		}
		n += copy(p[n:], f.block[at-f.from:])
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

func (f *file) Close() error {
	if f.stream != nil {
		return f.stream.Close()
	}
	return nil
}
