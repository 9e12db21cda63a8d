// Package objectstest has a bucket in memory that fails as servers do: requests are refused for a moment, connections are
// cut in the middle of a read, of an upload, or after an upload of which only the answer is lost. It is for tests only.
package objectstest

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gocloud.dev/blob"
	"gocloud.dev/blob/driver"
	"gocloud.dev/gcerrors"
)

// Bucket is a bucket in memory. It is safe for concurrent use.
type Bucket struct {
	// URL names it, for objects.Open.
	URL string
	// Failing is the share of requests that fail in one way or another, in percent.
	Failing atomic.Int64
	// Failed counts them.
	Failed atomic.Int64
	// Fetched counts bytes that were read.
	Fetched atomic.Int64

	mu      sync.Mutex
	objects map[string]object
	written int
}

type object struct {
	data []byte
	at   time.Time
	tag  string
}

var (
	buckets  sync.Map // by host
	count    atomic.Int64
	register = sync.OnceFunc(func() {
		blob.DefaultURLMux().RegisterBucket("test", opener{})
	})
)

type opener struct{}

func (opener) OpenBucketURL(_ context.Context, u *url.URL) (*blob.Bucket, error) {
	b, ok := buckets.Load(u.Host)
	if !ok {
		return nil, errors.New("there is no such bucket")
	}
	return blob.NewBucket(b.(*Bucket)), nil
}

// New makes an empty bucket for the time of a test.
func New(tb testing.TB) *Bucket {
	tb.Helper()
	register()
	host := fmt.Sprintf("b%d", count.Add(1))
	b := &Bucket{URL: "test://" + host, objects: make(map[string]object)}
	buckets.Store(host, b)
	tb.Cleanup(func() { buckets.Delete(host) })
	return b
}

// Set puts an object there.
func (b *Bucket) Set(name string, data []byte) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.written++
	b.objects[name] = object{bytes.Clone(data), time.Unix(int64(b.written), 0), fmt.Sprint(b.written)}
}

// Names returns the names of all objects that begin with prefix, in order.
func (b *Bucket) Names(prefix string) []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	var names []string
	for name := range b.objects {
		if strings.HasPrefix(name, prefix) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// Get returns an object, nil when there is none.
func (b *Bucket) Get(name string) []byte {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.objects[name].data
}

// Upload puts all files of a folder there, below prefix.
func (b *Bucket) Upload(tb testing.TB, dir, prefix string) {
	tb.Helper()
	root := os.DirFS(dir)
	err := fs.WalkDir(root, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := fs.ReadFile(root, path)
		b.Set(prefix+path, data)
		return err
	})
	if err != nil {
		tb.Fatal(err)
	}
}

// Download writes all objects below prefix to a folder.
func (b *Bucket) Download(tb testing.TB, prefix, dir string) {
	tb.Helper()
	for _, name := range b.Names(prefix) {
		to := filepath.Join(dir, strings.TrimPrefix(name, prefix))
		err := os.MkdirAll(filepath.Dir(to), 0o700)
		if err == nil {
			err = os.WriteFile(to, b.Get(name), 0o600)
		}
		if err != nil {
			tb.Fatal(err)
		}
	}
}

var (
	errBusy   = errors.New("503 slow down")
	errCut    = errors.New("connection reset by peer")
	errNone   = errors.New("404 not found")
	errExists = errors.New("412 precondition failed")
)

// fails decides whether a request fails.
func (b *Bucket) fails() bool {
	if rand.Int64N(100) >= b.Failing.Load() {
		return false
	}
	b.Failed.Add(1)
	return true
}

// ErrorCode implements driver.Bucket.
func (*Bucket) ErrorCode(err error) gcerrors.ErrorCode {
	switch {
	case errors.Is(err, errNone):
		return gcerrors.NotFound
	case errors.Is(err, errExists):
		return gcerrors.FailedPrecondition
	default:
		return gcerrors.Unknown
	}
}

// As implements driver.Bucket.
func (*Bucket) As(any) bool { return false }

// ErrorAs implements driver.Bucket.
func (*Bucket) ErrorAs(error, any) bool { return false }

func (b *Bucket) find(key string) (object, error) {
	if b.fails() {
		return object{}, errBusy
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	o, ok := b.objects[key]
	if !ok {
		return o, errNone
	}
	return o, nil
}

// Attributes implements driver.Bucket.
func (b *Bucket) Attributes(_ context.Context, key string) (*driver.Attributes, error) {
	o, err := b.find(key)
	return &driver.Attributes{Size: int64(len(o.data)), ModTime: o.at, ETag: o.tag}, err
}

// ListPaged implements driver.Bucket.
func (b *Bucket) ListPaged(_ context.Context, opts *driver.ListOptions) (*driver.ListPage, error) {
	if b.fails() {
		return nil, errBusy
	}
	var all []*driver.ListObject
	for _, name := range b.Names(opts.Prefix) {
		if name <= string(opts.PageToken) && len(opts.PageToken) > 0 {
			continue
		}
		one := &driver.ListObject{Key: name, Size: int64(len(b.Get(name))), ModTime: time.Unix(1, 0)}
		if i := strings.Index(name[len(opts.Prefix):], cmp.Or(opts.Delimiter, "\x00")); i >= 0 {
			one = &driver.ListObject{Key: name[:len(opts.Prefix)+i+1], IsDir: true}
		}
		if n := len(all); n == 0 || all[n-1].Key != one.Key {
			all = append(all, one)
		}
	}
	page := &driver.ListPage{Objects: all}
	if size := min(cmp.Or(opts.PageSize, 1000), 7); len(all) > size { // small ones, so that there are several
		page.Objects = all[:size]
		page.NextPageToken = []byte(all[size-1].Key)
		if all[size-1].IsDir {
			page.NextPageToken = append(page.NextPageToken, 0xFF)
		}
	}
	return page, nil
}

// NewRangeReader implements driver.Bucket.
func (b *Bucket) NewRangeReader(_ context.Context, key string, offset, length int64, _ *driver.ReaderOptions) (driver.Reader, error) {
	o, err := b.find(key)
	if err != nil {
		return nil, err
	}
	data := o.data[min(offset, int64(len(o.data))):]
	if length >= 0 {
		data = data[:min(length, int64(len(data)))]
	}
	r := &reader{about: driver.ReaderAttributes{Size: int64(len(o.data)), ModTime: o.at}, bucket: b}
	r.from = bytes.NewReader(data)
	if b.fails() {
		r.from = io.MultiReader(bytes.NewReader(data[:rand.IntN(len(data)+1)]), cut{})
	}
	return r, nil
}

// cut is where a connection ends.
type cut struct{}

func (cut) Read([]byte) (int, error) { return 0, errCut }

type reader struct {
	bucket *Bucket
	from   io.Reader
	about  driver.ReaderAttributes
}

func (r *reader) Read(p []byte) (int, error) {
	n, err := r.from.Read(p)
	r.bucket.Fetched.Add(int64(n))
	return n, err
}
func (r *reader) Close() error                         { return nil }
func (r *reader) Attributes() *driver.ReaderAttributes { return &r.about }
func (r *reader) As(any) bool                          { return false }

// NewTypedWriter implements driver.Bucket.
func (b *Bucket) NewTypedWriter(ctx context.Context, key, _ string, opts *driver.WriterOptions) (driver.Writer, error) {
	if b.fails() {
		return nil, errBusy
	}
	return &writer{ctx: ctx, bucket: b, key: key, onlyNew: opts.IfNotExist}, nil
}

type writer struct {
	ctx     context.Context
	bucket  *Bucket
	key     string
	onlyNew bool
	data    []byte
}

func (w *writer) Write(p []byte) (int, error) {
	if w.bucket.fails() {
		return 0, errCut
	}
	w.data = append(w.data, p...)
	return len(p), nil
}

// Close makes the object visible, whole, unless its context has ended.
func (w *writer) Close() error {
	if err := w.ctx.Err(); err != nil {
		return err
	}
	if w.bucket.fails() && rand.IntN(2) == 0 {
		return errBusy
	}
	w.bucket.mu.Lock()
	_, there := w.bucket.objects[w.key]
	w.bucket.mu.Unlock()
	if there && w.onlyNew {
		return errExists
	}
	w.bucket.Set(w.key, w.data)
	if w.bucket.fails() {
		return errCut // it is there, and nobody was told
	}
	return nil
}

// Copy implements driver.Bucket.
func (*Bucket) Copy(context.Context, string, string, *driver.CopyOptions) error { return errBusy }

// Delete implements driver.Bucket.
func (b *Bucket) Delete(_ context.Context, key string, _ *driver.DeleteOptions) error {
	if _, err := b.find(key); err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.objects, key)
	return nil
}

// SignedURL implements driver.Bucket.
func (*Bucket) SignedURL(context.Context, string, *driver.SignedURLOptions) (string, error) {
	return "", errBusy
}

// Close implements driver.Bucket. What lies there stays.
func (*Bucket) Close() error { return nil }
