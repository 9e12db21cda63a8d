package index

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"sort"

	"github.com/credsieve/credsieve/datasets/index/internal/bloom"
	"github.com/credsieve/credsieve/datasets/index/internal/table"
	"github.com/credsieve/credsieve/hashing"
)

// data are the data files, open.
type data struct {
	filter   *bloom.Filter
	live     liveRows
	segments []segment
	failed   *table.Failure
	unmap    []func() error
	fetch    *table.Fetcher // nil: the files are here
}

// segment is what one build added. The rows of all segments are numbered one after the other.
type segment struct {
	meta     SegmentMeta
	id       [buildIDSize]byte
	base     uint32
	tokens   *tokenTable
	accounts *accountTable
	ids      *table.Keys // only for who asks by account id
	vault    vault
}

// liveRows are bits; none at all means that every row is live.
type liveRows struct{ bits []byte }

func (l liveRows) has(row uint32) bool {
	return l.bits == nil || int(row>>3) < len(l.bits) && l.bits[row>>3]>>(row&7)&1 == 1
}

func openData(ctx context.Context, dir string, m *Meta, withIDs bool) (*data, error) {
	return new(data).opened(ctx, dir, m, withIDs)
}

func (d *data) opened(ctx context.Context, dir string, m *Meta, withIDs bool) (*data, error) {
	d.failed = &table.Failure{}
	if err := d.open(ctx, dir, m, withIDs); err != nil {
		_ = d.close() // only readers; the first error counts
		return nil, err
	}
	return d, nil
}

func (d *data) open(ctx context.Context, dir string, m *Meta, withIDs bool) error {
	if err := d.openFilter(ctx, dir, m); err != nil {
		return err
	}
	base := int64(0)
	for _, meta := range m.Segments {
		s := segment{meta: meta, base: uint32(base)}
		if err := d.openSegment(dir, m, &s, withIDs); err != nil {
			return err
		}
		base += meta.Rows
		d.segments = append(d.segments, s)
	}
	want, some := m.file(fileLive, m.ID)
	if !some {
		return nil
	}
	bits, free, err := table.ReadWhole(ctx, dir, want)
	if err != nil {
		return err
	}
	d.unmap = append(d.unmap, func() error { free(); return nil })
	if want.Rows != base || int64(len(bits)) != (base+7)/8 {
		return fmt.Errorf("file %q has bits of %d rows, not %d", want.Name, want.Rows, base)
	}
	d.live.bits = bits
	return nil
}

func (d *data) openFilter(ctx context.Context, dir string, m *Meta) error {
	want, _ := m.file(fileFilter, m.ID) // checkFiles saw it
	raw, free, err := table.ReadWhole(ctx, dir, want)
	if err != nil {
		return err
	}
	d.unmap = append(d.unmap, func() error { free(); return nil })
	if d.filter, err = bloom.Decode(raw); err == nil {
		err = belongTo(m, d.filter)
	}
	if err == nil && int64(d.filter.Members()) != want.Rows {
		err = fmt.Errorf("it has %d members, not %d", d.filter.Members(), want.Rows)
	}
	if err != nil {
		return fmt.Errorf("file %q: %w", want.Name, err)
	}
	return nil
}

func (d *data) openSegment(dir string, m *Meta, s *segment, withIDs bool) error {
	if _, err := hex.Decode(s.id[:], []byte(s.meta.ID)); err != nil {
		return err
	}
	for _, kind := range []int{fileTokens, fileAccounts, fileIDs} {
		if kind == fileIDs && !withIDs {
			continue
		}
		want, _ := m.file(kind, s.meta.ID) // checkFiles saw it
		file, unmap, err := d.mapped(dir, want)
		if err != nil {
			return err
		}
		d.unmap = append(d.unmap, unmap)
		rows := int64(0)
		switch kind {
		case fileTokens:
			if s.tokens, err = parseTokens(file); err == nil {
				rows = s.tokens.Rows()
			}
		case fileAccounts:
			if s.accounts, err = parseAccounts(file); err == nil {
				rows = s.accounts.Rows()
			}
		case fileIDs:
			if s.ids, err = parseIDs(file); err == nil {
				rows = s.ids.Rows()
			}
		}
		if err != nil {
			return fmt.Errorf("file %q: %w", want.Name, err)
		}
		if rows != want.Rows || kind != fileTokens && rows != s.meta.Rows {
			return fmt.Errorf("file %q has %d rows, not %d", want.Name, rows, want.Rows)
		}
	}
	return nil
}

func (d *data) mapped(dir string, want FileMeta) (*table.Pages, func() error, error) {
	if d.fetch == nil {
		return table.Map(dir, want, d.failed)
	}
	return d.fetch.Map(want, d.failed)
}

func (d *data) openVaults(key *hashing.Key) (err error) {
	for i := range d.segments {
		if d.segments[i].vault, err = newVault(key, d.segments[i].id); err != nil {
			return err
		}
	}
	return nil
}

// find returns the segment of a live row, and the row's number in it.
func (d *data) find(row uint32) (*segment, uint32, error) {
	i := sort.Search(len(d.segments), func(i int) bool { return d.segments[i].base > row }) - 1
	s := &d.segments[i]
	if int64(row-s.base) >= s.accounts.Rows() || row == math.MaxUint32 {
		return nil, 0, fmt.Errorf("there are only %d rows", int64(s.base)+s.accounts.Rows())
	}
	if !d.live.has(row) {
		return nil, 0, errors.New("a later build replaced it")
	}
	return s, row - s.base, nil
}

// belongTo refuses the filter of another build, which would answer wrongly for this one's tokens.
func belongTo(m *Meta, f *bloom.Filter) error {
	if hex.EncodeToString(f.BuildID[:]) != m.ID || f.Generation != m.Generation || f.KeyID != m.KeyID {
		return errors.New("it is of another build")
	}
	return nil
}

func (d *data) close() error {
	var errs []error
	for _, unmap := range d.unmap {
		errs = append(errs, unmap())
	}
	// Memory that is gone must not be touched: a use after Close panics instead.
	*d = data{}
	return errors.Join(errs...)
}
