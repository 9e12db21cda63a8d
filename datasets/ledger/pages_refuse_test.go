package ledger

import (
	"encoding/binary"
	"hash/fnv"
	"os"
	"path/filepath"
	"testing"
)

const (
	imageSize  = 1024 // bytes of a page
	imageEnd   = 139  // pages that count
	imagePages = 141  // pages of the file, which is longer
)

// image is a database that is made by hand, so that each of its numbers can be one too large.
type image []byte

func (m image) u16(at, v uint64) { binary.NativeEndian.PutUint16(m[at:], uint16(v)) }
func (m image) u32(at, v uint64) { binary.NativeEndian.PutUint32(m[at:], uint32(v)) }
func (m image) u64(at, v uint64) { binary.NativeEndian.PutUint64(m[at:], v) }

func (m image) header(id, flags, count, overflow uint64) {
	m.u64(id*imageSize, id)
	m.u16(id*imageSize+8, flags)
	m.u16(id*imageSize+10, count)
	m.u32(id*imageSize+12, overflow)
}

// leaf writes an element of the leaf that begins at a place of the file. Pos counts from the element.
func (m image) leaf(page, i, flags, pos, key, value uint64) {
	at := page + pageHeader + i*pageElement
	m.u32(at, flags)
	m.u32(at+4, pos)
	m.u32(at+8, key)
	m.u32(at+12, value)
}

func (m image) branch(id, i, pos, key, child uint64) {
	at := id*imageSize + pageHeader + i*pageElement
	m.u32(at, pos)
	m.u32(at+4, key)
	m.u64(at+8, child)
}

// meta writes a meta page at a place of the file.
func (m image) meta(at uint64, meta fileMeta) {
	at += pageHeader
	m.u32(at, metaMagic)
	m.u32(at+4, metaVersion)
	m.u32(at+8, meta.pageSize)
	m.u64(at+16, meta.root)
	m.u64(at+32, meta.freelist)
	m.u64(at+40, meta.end)
	m.u64(at+48, meta.txid)
	m.sum(at)
}

func (m image) sum(at uint64) {
	sum := fnv.New64a()
	_, _ = sum.Write(m[at : at+metaSize-8])
	m.u64(at+56, sum.Sum64())
}

const (
	pageFree, pageList, pageRoot, pageBranch, pageFull, pageLong, pageInner, pageSpare = 2, 3, 4, 5, 6, 7, 10, 13

	rootAt   = pageRoot * imageSize
	inlineAt = rootAt + 300 + bucketHeader // the leaf within the root
	largeAt  = (pageLong+2)*imageSize + bucketHeader
)

// newImage goes to the limits wherever there is one:
//
//	pageList    names as many free pages as it has room for: pageFree, and those from 14 to the last
//	pageRoot    a leaf with a value up to its end, a bucket on pageBranch, and a bucket that lies within it, with a bucket on pageInner
//	pageBranch  leads to pageFull and pageLong, by a key up to its end
//	pageFull    a leaf of as many elements as it has room for
//	pageLong    a leaf of three pages, with more elements than the first has room for, and a bucket within it as large as a page
//	pageInner   a leaf without elements
//	pageSpare   the same, and nothing leads there
func newImage() image {
	m := make(image, imagePages*imageSize)
	m.meta(0, fileMeta{imageSize, pageRoot, pageList, imageEnd, 7})
	m.meta(imageSize, fileMeta{imageSize, pageRoot, pageList, imageEnd, 6})
	m.header(pageList, flagFreelist, imageEnd-pageSpare, 0)
	m.u64(pageList*imageSize+16, pageFree)
	for id := uint64(pageSpare + 1); id < imageEnd; id++ {
		m.u64(pageList*imageSize+24+(id-pageSpare-1)*8, id)
	}

	m.header(pageRoot, flagLeaf, 3, 0)
	m.leaf(rootAt, 0, 0, imageSize-16-3-50, 3, 50)
	m.leaf(rootAt, 1, leafBucket, 100-32, 2, bucketHeader)
	m.u64(rootAt+100+2, pageBranch)
	m.leaf(rootAt, 2, leafBucket, 300-48, 0, bucketHeader+pageHeader+pageElement+bucketHeader)
	m.u16(inlineAt+8, flagLeaf)
	m.u16(inlineAt+10, 1)
	m.leaf(inlineAt, 0, leafBucket, 16, 0, bucketHeader)
	m.u64(inlineAt+32, pageInner)

	m.header(pageBranch, flagBranch, 2, 0)
	m.branch(pageBranch, 0, 0, 0, pageFull)
	m.branch(pageBranch, 1, imageSize-32-5, 5, pageLong)
	m.header(pageFull, flagLeaf, (imageSize-pageHeader)/pageElement, 0)
	m.header(pageLong, flagLeaf, 70, 2)
	m.leaf(pageLong*imageSize, 69, leafBucket, 2*imageSize-(16+69*16), 0, imageSize)
	m.u16(largeAt+8, flagLeaf)
	m.u16(largeAt+10, (imageSize-bucketHeader-pageHeader)/pageElement)
	m.header(pageInner, flagLeaf, 0, 0)
	m.header(pageSpare, flagLeaf, 0, 0)
	m.header(imageEnd, flagLeaf, 0, 0) // it looks right and does not count
	return m
}

// check writes a file and checks it.
func (m image) check(t *testing.T) error {
	t.Helper()
	path := filepath.Join(t.TempDir(), fileName)
	if err := os.WriteFile(path, m, 0o600); err != nil {
		t.Fatal(err)
	}
	return checked(path)
}

// listOf makes the list of free pages another one.
func (m image) list(count uint64, entries ...uint64) {
	m.header(pageList, flagFreelist, count, 0)
	for i, entry := range entries {
		m.u64(pageList*imageSize+16+uint64(i)*8, entry)
	}
}

func TestCheckPages_passes_what_goes_to_the_limits(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(image){
		"the image": func(image) {},
		"no list of free pages": func(m image) {
			m.meta(0, fileMeta{imageSize, pageRoot, noFreelist, imageEnd, 7})
			m.header(pageList, flagLeaf, 0, 0)
		},
		"a list of no free pages": func(m image) { m.list(0) },
		"a long list": func(m image) {
			m.list(longFreelist, imageEnd-pageSpare-1, pageFree) // in the place of page 14 is the next
		},
		"the other meta page": func(m image) { m[20]++ },
		"an older meta page that leads nowhere": func(m image) {
			m.meta(imageSize, fileMeta{imageSize, 1, 1, imageEnd, 6})
		},
		"a page up to the last": func(m image) {
			m.list(1, pageFree)
			m.branch(pageBranch, 0, 0, 0, pageSpare)
			m.header(pageSpare, flagLeaf, 0, imageEnd-1-pageSpare)
		},
		"branches as deep as is allowed": func(m image) { m.deep(maxNesting, false) },
		"buckets as deep as is allowed":  func(m image) { m.deep(maxNesting, true) },
	} {
		m := newImage()
		change(m)
		if err := m.check(t); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// deep leads from the root down as many pages, by branches or by buckets of buckets.
func (m image) deep(steps uint64, buckets bool) {
	m.list(0)
	for i := range steps {
		id, next := pageRoot+i, pageRoot+i+1
		clear(m[id*imageSize:][:imageSize])
		m.header(id, flagBranch, 1, 0)
		m.branch(id, 0, 0, 0, next)
		if buckets {
			m.header(id, flagLeaf, 1, 0)
			m.leaf(id*imageSize, 0, leafBucket, 16, 0, bucketHeader)
			m.u64(id*imageSize+32, next)
		}
	}
	m.header(pageRoot+steps, flagLeaf, 0, 0)
}

func TestCheckPages_refuses_one_too_many(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(image){
		"both meta pages are damaged":          func(m image) { m[20]++; m[imageSize+20]++ },
		"a newer meta page that leads nowhere": func(m image) { m.meta(imageSize, fileMeta{imageSize, 1, pageList, imageEnd, 8}) },
		"the root is a meta page":              func(m image) { m.branch(pageBranch, 0, 0, 0, 1); m.header(1, flagLeaf, 0, 0) },
		"a page that does not count":           func(m image) { m.branch(pageBranch, 0, 0, 0, imageEnd) },
		"a page of another number":             func(m image) { m.u64(pageFull*imageSize, pageSpare) },
		"a page that goes on too long": func(m image) {
			m.list(1, pageFree)
			m.branch(pageBranch, 0, 0, 0, pageSpare)
			m.header(pageSpare, flagLeaf, 0, imageEnd-pageSpare)
		},
		"a page twice":                           func(m image) { m.branch(pageBranch, 0, 0, 0, pageLong) },
		"a page within another":                  func(m image) { m.branch(pageBranch, 0, 0, 0, pageLong+2); m.header(pageLong+2, flagLeaf, 0, 0) },
		"a page that goes on into another":       func(m image) { m.header(pageFull, flagLeaf, 0, 1) },
		"elements beyond the page":               func(m image) { m.header(pageFull, flagLeaf, (imageSize-pageHeader)/pageElement+1, 0) },
		"a page of another kind":                 func(m image) { m.header(pageFull, 0x04, 0, 0) },
		"a tree of free pages":                   func(m image) { m.header(pageFull, flagFreelist, 0, 0) },
		"a branch that leads nowhere":            func(m image) { m.header(pageBranch, flagBranch, 0, 0) },
		"a key of a branch beyond the page":      func(m image) { m.branch(pageBranch, 1, imageSize-32-5, 6, pageLong) },
		"a value beyond the page":                func(m image) { m.leaf(rootAt, 0, 0, imageSize-16-3-50, 3, 51) },
		"a value of the second page beyond":      func(m image) { m.leaf(pageLong*imageSize, 69, 0, 2*imageSize-(16+69*16), 0, imageSize+1) },
		"a bucket that is too short":             func(m image) { m.leaf(rootAt, 1, leafBucket, 100-32, 2, bucketHeader-1) },
		"a bucket without a page":                func(m image) { m.u64(rootAt+100+2, 0) },
		"a bucket within, of less than a header": func(m image) { m.leaf(rootAt, 2, leafBucket, 300-48, 0, bucketHeader+pageHeader-1) },
		"a bucket within, of another kind":       func(m image) { m.u16(inlineAt+8, flagBranch) },
		"a bucket within, with more elements":    func(m image) { m.u16(largeAt+10, (imageSize-bucketHeader-pageHeader)/pageElement+1) },
		"a bucket within, larger than a page": func(m image) {
			m.leaf(pageLong*imageSize, 69, leafBucket, 2*imageSize-1-(16+69*16), 0, imageSize+1)
			m.u16(largeAt-1+8, flagLeaf)
			m.u16(largeAt-1+10, 0)
		},
		"a bucket within that leads nowhere":    func(m image) { m.u64(inlineAt+32, 1) },
		"a value of a bucket within, beyond it": func(m image) { m.leaf(inlineAt, 0, 0, 16, 0, bucketHeader+1) },
		"branches that are too deep":            func(m image) { m.deep(maxNesting+1, false) },
		"buckets that are too deep":             func(m image) { m.deep(maxNesting+1, true) },
		"a list of another kind":                func(m image) { m.header(pageList, flagLeaf, 0, 0) },
		"a list on a page of a tree":            func(m image) { m.meta(0, fileMeta{imageSize, pageRoot, pageFull, imageEnd, 7}) },
		"a list that ends on the next page": func(m image) {
			m.meta(0, fileMeta{imageSize, pageRoot, pageSpare, imageEnd, 7})
			copy(m[pageSpare*imageSize:], m[pageList*imageSize:][:imageSize])
			m.header(pageSpare, flagFreelist, imageEnd-pageSpare+1, 0)
			m.u64(pageSpare*imageSize+16, pageList) // which is free now
			m.u64((pageSpare+1)*imageSize, pageFree)
		},
		"a list beyond the page":              func(m image) { m.list(imageEnd - pageSpare + 1) },
		"a long list beyond the page":         func(m image) { m.list(longFreelist, imageEnd-pageSpare) },
		"a list of more pages than there are": func(m image) { m.list(longFreelist, 1<<61+1, pageFree) },
		"a free meta page":                    func(m image) { m.list(1, 1) },
		"a free page that does not count":     func(m image) { m.list(1, imageEnd) },
		"a free page in use":                  func(m image) { m.list(1, pageInner) },
		"the end of a page, free":             func(m image) { m.list(1, pageLong+2) },
		"the list itself, free":               func(m image) { m.list(1, pageList) },
		"a free page twice":                   func(m image) { m.list(3, pageFree, pageSpare, pageFree) },
	} {
		m := newImage()
		change(m)
		if m.check(t) == nil {
			t.Errorf("%s passes", name)
		}
	}
}

// TestNewestMeta: of two whole ones it is the later, and one is enough.
func TestNewestMeta(t *testing.T) {
	t.Parallel()
	newest := func(m image) (uint64, error) {
		path := filepath.Join(t.TempDir(), fileName)
		if err := os.WriteFile(path, m, 0o600); err != nil {
			t.Fatal(err)
		}
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		meta, err := newestMeta(f, int64(len(m)))
		if err != nil {
			return 0, err
		}
		return meta.root, nil
	}
	for _, size := range []uint64{minPage, 1024, 4096, maxPage} {
		for _, tt := range []struct {
			first, second uint64 // transactions; 0: damaged
			want          uint64 // root; 0: refused
		}{{7, 6, 11}, {6, 7, 22}, {6, 6, 11}, {6, 0, 11}, {0, 6, 22}, {0, 0, 0}} {
			if size == minPage && tt.first == 0 {
				continue // no database of ours has pages that are that small
			}
			m := make(image, size+pageHeader+metaSize+1)
			m.meta(0, fileMeta{size, 11, noFreelist, 3, tt.first})
			m.meta(size, fileMeta{size, 22, noFreelist, 3, tt.second})
			if tt.first == 0 {
				m[pageHeader+8]++
			}
			if tt.second == 0 {
				m[size+pageHeader+20]++
			}
			if got, err := newest(m); got != tt.want || (err == nil) != (tt.want != 0) {
				t.Errorf("pages of %d bytes, transactions %d and %d: root %d, %v", size, tt.first, tt.second, got, err)
			}
		}
	}
	for name, change := range map[string]func(image){
		"another magic":   func(m image) { m[pageHeader]++; m.sum(pageHeader) },
		"another version": func(m image) { m[pageHeader+4]++; m.sum(pageHeader) },
		"another sum":     func(m image) { m[pageHeader+56]++ },
		"small pages":     func(m image) { m.meta(0, fileMeta{minPage - 1, 11, noFreelist, 3, 7}) },
		"large pages":     func(m image) { m.meta(0, fileMeta{maxPage + 1, 11, noFreelist, 3, 7}) },
		"what looks like another, at another place": func(m image) {
			m[pageHeader]++
			m.meta(1024, fileMeta{4096, 33, noFreelist, 3, 9})
		},
	} {
		m := make(image, 8192)
		m.meta(0, fileMeta{4096, 11, noFreelist, 3, 7})
		m.meta(4096, fileMeta{4096, 22, noFreelist, 3, 6})
		change(m)
		if got, err := newest(m); got != 22 || err != nil {
			t.Errorf("%s: root %d, %v", name, got, err)
		}
	}
}
