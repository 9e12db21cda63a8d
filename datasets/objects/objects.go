// Package objects keeps sealed objects under names in a place that many machines reach: a folder that they share, or a
// bucket.
//
//   - a path or file:///path is a folder; it is made when it is not there
//   - any other URL, such as s3://bucket/below?region=eu-central-1, is a bucket of a driver that the program was built
//     with; what follows the bucket's name is put before the names of objects
//
// An object is written once, whole, and never changed, but with Replace: its writer names it after its content, so that whoever
// comes second with the same content has nothing to do, and nobody else has that name. Nothing can be read before all of it was written.
// What fails for a moment (a server that is busy, a connection that is cut) is tried again, a few times, each time later.
//
// Credentials come by the drivers' own means: their environment, files and metadata servers, and never in a URL.
//
// Not guaranteed: that nobody else can read or delete objects; who can reach the place can. So what lies there is sealed by
// its writer.
package objects

import (
	"bytes"
	"context"
	"crypto/sha256"
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
	"time"

	"gocloud.dev/blob"
	"gocloud.dev/blob/fileblob"
	"gocloud.dev/gcerrors"
)

// ErrNotFound says that there is no object of a name.
var ErrNotFound = fmt.Errorf("there is no such object: %w", fs.ErrNotExist)

// Store is a place for objects. It is safe for concurrent use.
type Store struct {
	bucket *blob.Bucket
	where  string
}

// Object is one that is there.
type Object struct {
	Name string
	Size int64 // in bytes
}

// Open opens the place that a path or URL names.
func Open(ctx context.Context, where string) (*Store, error) {
	bucket, err := open(ctx, where)
	if err != nil {
		return nil, fmt.Errorf("failed to open %q: %w", where, err)
	}
	return &Store{bucket, where}, nil
}

func open(ctx context.Context, where string) (*blob.Bucket, error) {
	scheme, _, isURL := strings.Cut(where, "://")
	switch {
	case !isURL:
		return openFolder(where)
	case scheme == fileblob.Scheme:
		u, err := url.Parse(where)
		if err != nil {
			return nil, errors.New("it is not a URL")
		}
		return openFolder(filepath.FromSlash(u.Path))
	case !slices.Contains(blob.DefaultURLMux().BucketSchemes(), scheme):
		return nil, fmt.Errorf("this program was built without a driver for %s:// (it has %s): credsieve-cloud has those of "+
			"clouds, \"make cloud\" builds it", scheme, strings.Join(blob.DefaultURLMux().BucketSchemes(), ", "))
	}
	u, err := url.Parse(where)
	if err != nil || u.User != nil {
		return nil, errors.New("it is not a URL of a bucket (want e.g. s3://bucket/below)")
	}
	below := strings.Trim(u.Path, "/")
	u.Path = ""
	bucket, err := blob.OpenBucket(ctx, u.String())
	if err == nil && below != "" {
		bucket = blob.PrefixedBucket(bucket, below+"/")
	}
	return bucket, err
}

// openFolder keeps what is not written to its end beside its place, where a rename is one step.
func openFolder(path string) (*blob.Bucket, error) {
	return fileblob.OpenBucket(path, &fileblob.Options{
		CreateDir: true, DirFileMode: 0o700, NoTempDir: true, Metadata: fileblob.MetadataDontWrite,
	})
}

// PutNew writes an object that must not be there with other content.
func (s *Store) PutNew(ctx context.Context, name string, from func() io.Reader) error {
	if err := s.Put(ctx, name, from); err != nil {
		return err
	}
	// Whoever came first may have been an earlier try of ours, of which only the answer was lost.
	got, want := sha256.New(), sha256.New()
	err := s.again(ctx, func() error {
		got.Reset()
		r, err := s.bucket.NewReader(ctx, name, nil)
		if err != nil {
			return err
		}
		defer r.Close()
		_, err = io.Copy(got, r)
		return err
	})
	if err == nil {
		_, err = io.Copy(want, from())
	}
	if err == nil && !bytes.Equal(got.Sum(nil), want.Sum(nil)) {
		err = errors.New("somebody else has written it, with other content")
	}
	if err != nil {
		return fmt.Errorf("failed to write object %q of %q: %w", name, s.where, err)
	}
	return nil
}

// Empty reports whether there is no object.
func (s *Store) Empty(ctx context.Context) (bool, error) {
	page, _, err := s.page(ctx, "", "", nil, 1)
	return err == nil && len(page) == 0, err
}

// Delete removes an object. That it is not there is no error.
func (s *Store) Delete(ctx context.Context, name string) error {
	err := s.again(ctx, func() error { return s.bucket.Delete(ctx, name) })
	if err != nil && gcerrors.Code(err) != gcerrors.NotFound {
		return fmt.Errorf("failed to remove object %q of %q: %w", name, s.where, err)
	}
	return nil
}

// Put writes an object of the content that from returns from its beginning, each time that it is called. That there is one
// of its name already is no error.
func (s *Store) Put(ctx context.Context, name string, from func() io.Reader) error {
	err := s.again(ctx, func() error { return s.put(ctx, name, from(), true) })
	if gcerrors.Code(err) == gcerrors.FailedPrecondition {
		return nil
	}
	if err != nil {
		return fmt.Errorf("failed to write object %q of %q: %w", name, s.where, err)
	}
	return nil
}

// Replace is Put whatever is there: readers have the one or the other. It is for the few objects that are not named after their
// content.
func (s *Store) Replace(ctx context.Context, name string, from func() io.Reader) error {
	if err := s.again(ctx, func() error { return s.put(ctx, name, from(), false) }); err != nil {
		return fmt.Errorf("failed to write object %q of %q: %w", name, s.where, err)
	}
	return nil
}

func (s *Store) put(ctx context.Context, name string, from io.Reader, ifNew bool) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // before Close, it takes back what was written
	w, err := s.bucket.NewWriter(ctx, name, &blob.WriterOptions{
		IfNotExist: ifNew, ContentType: "application/octet-stream", BeforeWrite: ownFile,
	})
	if err != nil {
		return err
	}
	if _, err := io.Copy(w, from); err != nil {
		cancel()
		_ = w.Close() // says that it was taken back
		return err
	}
	return w.Close()
}

// ownFile keeps an object that is a file to its owner.
func ownFile(as func(any) bool) error {
	var f *os.File
	if as(&f) {
		return f.Chmod(0o600)
	}
	return nil
}

// Read returns some bytes of an object; n < 0: all from an offset to its end.
func (s *Store) Read(ctx context.Context, name string, offset, n int64) ([]byte, error) {
	var data []byte
	err := s.again(ctx, func() error {
		r, err := s.bucket.NewRangeReader(ctx, name, offset, n, nil)
		if err != nil {
			return err
		}
		defer r.Close()
		data, err = io.ReadAll(r)
		if err == nil && n >= 0 && int64(len(data)) != n {
			err = io.ErrUnexpectedEOF
		}
		return err
	})
	switch {
	case gcerrors.Code(err) == gcerrors.NotFound:
		return nil, fmt.Errorf("failed to read object %q of %q: %w", name, s.where, ErrNotFound)
	case err != nil:
		return nil, fmt.Errorf("failed to read object %q of %q: %w", name, s.where, err)
	}
	return data, nil
}

// unfinished is how the name of a file ends that is not written to its end: whoever wrote it was killed, or still writes.
const unfinished = ".tmp"

// List returns the objects whose names begin with prefix, by name. What was not written to its end is not an object.
func (s *Store) List(ctx context.Context, prefix string) ([]Object, error) {
	var list []Object
	err := s.again(ctx, func() error {
		list = list[:0]
		for it := s.bucket.List(&blob.ListOptions{Prefix: prefix}); ; {
			object, err := it.Next(ctx)
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err != nil {
				return err
			}
			if !strings.HasSuffix(object.Key, unfinished) {
				list = append(list, Object{object.Key, object.Size})
			}
		}
	})
	if err != nil {
		return nil, fmt.Errorf("failed to list %q of %q: %w", prefix, s.where, err)
	}
	slices.SortFunc(list, func(a, b Object) int { return strings.Compare(a.Name, b.Name) })
	return list, nil
}

// Close ends the use of a store.
func (s *Store) Close() error { return s.bucket.Close() }

// What fails is tried so often, the first time again after firstWait, then after twice as long each time.
const (
	tries     = 6
	firstWait = 100 * time.Millisecond
)

// again tries what may have failed for a moment only.
func (s *Store) again(ctx context.Context, try func() error) error {
	wait := firstWait
	for n := 1; ; n++ {
		err := try()
		if err == nil || n == tries || ctx.Err() != nil || !passes(err) {
			return err
		}
		// Not all tasks that one server has refused may come back at once.
		select {
		case <-time.After(wait/2 + rand.N(wait)):
		case <-ctx.Done():
			return ctx.Err()
		}
		wait *= 2
	}
}

// passes reports whether an error may be gone the next time.
func passes(err error) bool {
	switch gcerrors.Code(err) {
	case gcerrors.NotFound, gcerrors.FailedPrecondition, gcerrors.PermissionDenied, gcerrors.InvalidArgument,
		gcerrors.Unimplemented, gcerrors.Canceled:
		return false
	default:
		return true
	}
}
