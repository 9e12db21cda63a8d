package ledger

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"os"
)

// bbolt maps its file and follows the numbers that stand in it without a look at where they lead: a damaged
// one leads out of the file, into whatever else the process holds in memory. So every number is checked in
// the file itself before bbolt opens it.
//
// The format is that of bbolt 1.5, internal/common/{page,meta,inode,bucket}.go: pages of one size; a header of
// 16 bytes (id, flags, count, overflow), after it count elements, after these the keys and values at the
// offsets that the elements name, counted from each element itself. Numbers are those of the machine.
const (
	pageHeader    = 16
	pageElement   = 16
	bucketHeader  = 16
	metaSize      = 64
	metaMagic     = 0xED0CDAED
	metaVersion   = 2
	noFreelist    = ^uint64(0)
	flagBranch    = 0x01
	flagLeaf      = 0x02
	flagFreelist  = 0x10
	leafBucket    = 0x01 // the value of this element is a bucket
	minPage       = 512
	maxPage       = 16 << 20
	maxNesting    = 64
	maxFreePages  = 1 << 31
	longFreelist  = 0xFFFF // the count stands in the first entry
	freelistEntry = 8
)

var errPages = errors.New("it is damaged: a page leads out of the file")

// checkPages checks that every number in a database leads to where a page of its kind is. A file without
// content is right: bbolt fills it.
func checkPages(f *os.File) error {
	info, err := f.Stat()
	if err != nil || info.Size() == 0 {
		return err
	}
	meta, err := newestMeta(f, info.Size())
	if err != nil {
		return err
	}
	p := &pages{file: f, size: meta.pageSize, end: min(meta.end, uint64(info.Size())/meta.pageSize)}
	p.used = make([]uint64, p.end/64+1)
	if err := p.tree(meta.root, 0); err != nil {
		return err
	}
	if meta.freelist == noFreelist {
		return nil
	}
	return p.free(meta.freelist) // after the trees: it may name no page of theirs
}

// fileMeta is what bbolt begins with.
type fileMeta struct {
	pageSize, root, freelist, end, txid uint64
}

// newestMeta reads both meta pages and returns that of the last transaction, as bbolt chooses it.
func newestMeta(f *os.File, size int64) (*fileMeta, error) {
	first := readMeta(f, 0)
	var second *fileMeta
	if first != nil {
		second = readMeta(f, int64(first.pageSize))
	} else {
		for at := int64(1024); at <= maxPage && at < size-metaSize && second == nil; at *= 2 {
			if second = readMeta(f, at); second != nil && second.pageSize != uint64(at) {
				second = nil
			}
		}
	}
	switch {
	case first == nil && second == nil:
		return nil, errors.New("it is damaged, or not a state of this program")
	case first == nil || (second != nil && second.txid > first.txid):
		return second, nil
	}
	return first, nil
}

// readMeta returns nil for a page that is not a whole meta page.
func readMeta(f io.ReaderAt, at int64) *fileMeta {
	var b [pageHeader + metaSize]byte
	if _, err := f.ReadAt(b[:], at); err != nil {
		return nil
	}
	m := b[pageHeader:]
	sum := fnv.New64a()
	_, _ = sum.Write(m[:metaSize-8])
	u32, u64 := binary.NativeEndian.Uint32, binary.NativeEndian.Uint64
	meta := &fileMeta{pageSize: uint64(u32(m[8:])), root: u64(m[16:]), freelist: u64(m[32:]), end: u64(m[40:]), txid: u64(m[48:])}
	if u32(m) != metaMagic || u32(m[4:]) != metaVersion || u64(m[56:]) != sum.Sum64() ||
		meta.pageSize < minPage || meta.pageSize > maxPage {
		return nil
	}
	return meta
}

// pages walks the pages of a database.
type pages struct {
	file      io.ReaderAt
	size, end uint64   // bytes of a page, and how many there are
	used      []uint64 // a bit for each page that was met
	heads     [][]byte // one of each depth, used again
}

// page is one page, or what stands for one in the value of a bucket.
type page struct {
	flags, count uint64
	head         []byte // header and elements
	length       uint64 // of all, in bytes
}

// read reads header and elements of a page and marks it as used. They last until the next of the same depth.
func (p *pages) read(id uint64, depth int) (*page, error) {
	if id < 2 || id >= p.end || depth > maxNesting {
		return nil, errPages
	}
	for len(p.heads) <= depth {
		p.heads = append(p.heads, make([]byte, p.size))
	}
	head := p.heads[depth]
	if _, err := p.file.ReadAt(head, int64(id*p.size)); err != nil {
		return nil, fmt.Errorf("failed to read page %d: %w", id, err)
	}
	if binary.NativeEndian.Uint64(head) != id {
		return nil, errPages
	}
	overflow := uint64(binary.NativeEndian.Uint32(head[12:]))
	if overflow >= p.end-id {
		return nil, errPages
	}
	for at := id; at <= id+overflow; at++ {
		if p.used[at/64]&(1<<(at%64)) != 0 {
			return nil, errPages
		}
		p.used[at/64] |= 1 << (at % 64)
	}
	g := newPage(head, (overflow+1)*p.size)
	if g.flags == flagFreelist {
		return g, nil // it has entries, no elements
	}
	need := pageHeader + g.count*pageElement
	if need > g.length {
		return nil, errPages
	}
	if need > uint64(len(head)) {
		g.head = make([]byte, need)
		if _, err := p.file.ReadAt(g.head, int64(id*p.size)); err != nil {
			return nil, fmt.Errorf("failed to read page %d: %w", id, err)
		}
	}
	return g, nil
}

func newPage(head []byte, length uint64) *page {
	return &page{
		flags: uint64(binary.NativeEndian.Uint16(head[8:])), count: uint64(binary.NativeEndian.Uint16(head[10:])),
		head: head, length: length,
	}
}

// tree checks the page of a tree and all below it.
func (p *pages) tree(id uint64, depth int) error {
	g, err := p.read(id, depth)
	if err != nil {
		return err
	}
	switch {
	case g.flags == flagLeaf:
		at := int64(id * p.size)
		return p.leaf(g, func(b []byte, off uint64) error {
			_, err := p.file.ReadAt(b, at+int64(off))
			return err
		}, depth)
	case g.flags != flagBranch || g.count == 0:
		return errPages
	}
	for i := range g.count {
		at := pageHeader + i*pageElement
		e := g.head[at:]
		pos, keySize := uint64(binary.NativeEndian.Uint32(e)), uint64(binary.NativeEndian.Uint32(e[4:]))
		if at+pos+keySize > g.length {
			return errPages
		}
		if err := p.tree(binary.NativeEndian.Uint64(e[8:]), depth+1); err != nil {
			return err
		}
	}
	return nil
}

// leaf checks the elements of a leaf; at reads from its bytes.
func (p *pages) leaf(g *page, at func(b []byte, off uint64) error, depth int) error {
	for i := range g.count {
		from := pageHeader + i*pageElement
		e := g.head[from:]
		flags, pos := binary.NativeEndian.Uint32(e), uint64(binary.NativeEndian.Uint32(e[4:]))
		keySize, valueSize := uint64(binary.NativeEndian.Uint32(e[8:])), uint64(binary.NativeEndian.Uint32(e[12:]))
		value := from + pos + keySize
		if value+valueSize > g.length {
			return errPages
		}
		if flags&leafBucket == 0 {
			continue
		}
		if err := p.bucket(valueSize, func(b []byte, off uint64) error { return at(b, value+off) }, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// bucket checks the value of a bucket: the page of its tree, or, where that is 0, a leaf within the value.
func (p *pages) bucket(size uint64, at func(b []byte, off uint64) error, depth int) error {
	var head [bucketHeader]byte
	if size < bucketHeader || depth > maxNesting {
		return errPages
	}
	if err := at(head[:], 0); err != nil {
		return err
	}
	if root := binary.NativeEndian.Uint64(head[:]); root != 0 {
		return p.tree(root, depth)
	}
	if size < bucketHeader+pageHeader || size > p.size {
		return errPages
	}
	inline := make([]byte, size-bucketHeader)
	if err := at(inline, bucketHeader); err != nil {
		return err
	}
	g := newPage(inline, uint64(len(inline)))
	if g.flags != flagLeaf || pageHeader+g.count*pageElement > g.length {
		return errPages
	}
	return p.leaf(g, func(b []byte, off uint64) error { copy(b, inline[off:]); return nil }, depth)
}

// free checks the list of free pages: none of them may be in use.
func (p *pages) free(id uint64) error {
	g, err := p.read(id, 0)
	if err != nil {
		return err
	}
	count, begin := g.count, uint64(pageHeader)
	if count == longFreelist {
		count, begin = binary.NativeEndian.Uint64(g.head[pageHeader:]), begin+freelistEntry
	}
	if g.flags != flagFreelist || count > maxFreePages || begin+count*freelistEntry > g.length {
		return errPages
	}
	entries := make([]byte, count*freelistEntry)
	if _, err := p.file.ReadAt(entries, int64(id*p.size+begin)); err != nil {
		return fmt.Errorf("failed to read page %d: %w", id, err)
	}
	for ; len(entries) > 0; entries = entries[freelistEntry:] {
		free := binary.NativeEndian.Uint64(entries)
		if free < 2 || free >= p.end || p.used[free/64]&(1<<(free%64)) != 0 {
			return errPages
		}
		p.used[free/64] |= 1 << (free % 64)
	}
	return nil
}
