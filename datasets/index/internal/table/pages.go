package table

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"sync/atomic"

	"github.com/credsieve/credsieve/datasets/fault"
	"github.com/credsieve/credsieve/datasets/internal/durable"
)

// A page is what is checked at once. A smaller one makes the first touch of a cold place cheaper and
// the list of digests longer: at 16 KiB the list is a 512th of the file.
const (
	pageShift = 14
	pageSize  = 1 << pageShift
)

// errPages is what a caller gets who touched a damaged page; failure knows which one it was.
var errPages = errors.New("a part of the file that this needs is damaged")

// Failure keeps the first damage that anybody met in the files of an open index.
type Failure struct{ first atomic.Pointer[error] }

// Note keeps an error unless there is one already.
func (f *Failure) Note(err error) { f.first.CompareAndSwap(nil, &err) }

// Err returns the first damage, nil when there was none.
func (f *Failure) Err() error {
	if err := f.first.Load(); err != nil {
		return *err
	}
	return nil
}

// Pages is a mapped data file. Nobody sees a byte of it before the SHA-256 of its page was compared
// with the list of digests, which was itself compared with index.json.
type Pages struct {
	name    string
	data    []byte
	sums    []byte          // sha256.Size bytes for each page
	checked []atomic.Uint64 // a bit for each page
	failed  *Failure
	fetched *fetched // nil: the whole file is here
}

// AppendSums appends the digests of the pages of data, which begins with a page.
func AppendSums(sums, data []byte) []byte {
	for len(data) > 0 {
		page := data[:min(pageSize, len(data))]
		sum := sha256.Sum256(page)
		sums, data = append(sums, sum[:]...), data[len(page):]
	}
	return sums
}

func pageCount(size int64) int64 { return (size + pageSize - 1) >> pageShift }

// NewPages returns a file that lies in memory, with the list of its digests. Damage goes to failed.
func NewPages(name string, data, sums []byte, failed *Failure) *Pages {
	return &Pages{
		name: name, data: data, sums: sums, failed: failed,
		checked: make([]atomic.Uint64, (pageCount(int64(len(data)))+63)/64),
	}
}

// check makes sure of size bytes from an offset on.
func (p *Pages) check(from, size int) bool {
	for page, last := from>>pageShift, (from+size-1)>>pageShift; page <= last; page++ {
		if p.checked[page>>6].Load()>>(page&63)&1 == 0 && !p.verify(page) {
			return false
		}
	}
	return true
}

// at returns size bytes from an offset on, nil when they are damaged.
func (p *Pages) at(from, size int) []byte {
	if !p.check(from, size) {
		return nil
	}
	return p.data[from : from+size : from+size]
}

// ReadAt lets Arrow's reader see checked bytes only.
func (p *Pages) ReadAt(b []byte, off int64) (int, error) {
	if off < 0 || off >= int64(len(p.data)) {
		return 0, io.EOF
	}
	n := min(len(b), len(p.data)-int(off))
	if n > 0 && !p.check(int(off), n) {
		return 0, errPages
	}
	copy(b, p.data[off:])
	if n < len(b) {
		return n, io.EOF
	}
	return n, nil
}

// verify compares one page with its digest. Several goroutines may do so at once, to the same end.
func (p *Pages) verify(page int) (ok bool) {
	// A page that the disk cannot deliver is a memory fault, which would end the process.
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if recover() != nil {
			p.failed.Note(fmt.Errorf("file %q cannot be read at byte %d", p.name, page<<pageShift))
			ok = false
		}
	}()
	from := page << pageShift
	if p.fetched != nil {
		if err := p.fetched.need(int64(from)); err != nil {
			p.failed.Note(err)
			return false
		}
	}
	sum := sha256.Sum256(p.data[from:min(from+pageSize, len(p.data))])
	if string(sum[:]) != string(p.sums[page*sha256.Size:(page+1)*sha256.Size]) {
		p.failed.Note(fmt.Errorf("file %q is damaged: the SHA-256 of its page at byte %d differs",
			p.name, from))
		return false
	}
	p.checked[page>>6].Or(1 << (page & 63))
	return true
}

// verifyAll checks every page, with some workers.
func (p *Pages) verifyAll(ctx context.Context, workers int) error {
	group, ctx := fault.NewGroup(ctx)
	var next atomic.Int64
	count := int(pageCount(int64(len(p.data))))
	const stride = 64 // a person who cancels waits for one stride
	for range workers {
		group.Go(func() error {
			for from := int(next.Add(stride)) - stride; from < count; from = int(next.Add(stride)) - stride {
				if err := ctx.Err(); err != nil {
					return err
				}
				for page := from; page < min(from+stride, count); page++ {
					if !p.check(page<<pageShift, 1) {
						return p.failed.Err()
					}
				}
			}
			return nil
		})
	}
	return group.Wait()
}

// Map maps a file and reads its list of digests, which must be the one that index.json names.
func Map(dir string, want FileMeta, failed *Failure) (*Pages, func() error, error) {
	f, size, err := openExact(filepath.Join(dir, want.Name), want.Bytes)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close() // a mapping outlives its file
	sums, err := readSums(dir, want)
	if err != nil {
		return nil, nil, err
	}
	data, unmap, err := mapFile(f, int(size))
	if err != nil {
		return nil, nil, fmt.Errorf("failed to map file %q: %w", want.Name, err)
	}
	return NewPages(want.Name, data, sums, failed), unmap, nil
}

func openExact(path string, size int64) (*os.File, int64, error) {
	f, err := durable.OpenOwn(path, os.O_RDONLY)
	if err != nil {
		return nil, 0, err
	}
	info, err := f.Stat()
	if err == nil && (!info.Mode().IsRegular() || info.Size() != size) {
		err = fmt.Errorf("file %q has %d bytes, not %d", filepath.Base(path), info.Size(), size)
	}
	if err != nil {
		f.Close() // only read
		return nil, 0, err
	}
	return f, size, nil
}

// readSums reads the list of digests of a data file.
func readSums(dir string, want FileMeta) ([]byte, error) {
	name := want.Name + SumsSuffix
	f, size, err := openExact(filepath.Join(dir, name), pageCount(want.Bytes)*sha256.Size)
	if err != nil {
		return nil, err
	}
	defer f.Close() // only read
	sums := make([]byte, size)
	if _, err := io.ReadFull(f, sums); err != nil {
		return nil, fmt.Errorf("failed to read file %q: %w", name, err)
	}
	if sum := sha256.Sum256(sums); hex.EncodeToString(sum[:]) != want.SHA256 {
		return nil, fmt.Errorf("file %q is damaged: its SHA-256 differs", name)
	}
	return sums, nil
}
