package index

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/bits"

	"github.com/credsieve/credsieve/datasets/fault"

	"github.com/credsieve/credsieve/datasets/index/internal/bloom"
	"github.com/credsieve/credsieve/datasets/index/internal/extsort"
	"github.com/credsieve/credsieve/datasets/index/internal/table"
	"github.com/credsieve/credsieve/hashing"
)

const (
	// carryRules is raised when tables of the same version are made by other rules.
	carryRules = 1
	// A filter is asked 16 random tokens for each one in it, within these bounds: at the default rate
	// the result is then within a tenth of the truth, except for the smallest of filters.
	minMeasured, maxMeasured = 1 << 14, 1 << 18
)

// carryID stands for everything but the rows themselves that decides what is in the tables. Carry may hold
// secrets, so it goes in under the key.
func carryID(o *BuildOptions) string {
	mac := hmac.New(sha256.New, o.Key.Derive(hashing.PurposePrint, nil, sha256.Size))
	fmt.Fprintf(mac, "%d %d %+v ", carryRules, hashing.CanonicalizerVersion, o.Limits)
	mac.Write(o.Carry)
	return hex.EncodeToString(mac.Sum(nil)[:8])
}

// writeFiles finishes the data files and describes them.
func (b *builder) writeFiles(ctx context.Context) error {
	accountFile, err := b.table.Finish()
	if err != nil {
		return err
	}
	idFile, err := b.writeIDs(ctx, accountFile)
	if err != nil {
		return err
	}
	b.ids.Close()
	b.ids = nil
	f, err := b.startFilter()
	if err != nil {
		return err
	}
	defer f.Free()
	tokenFile, err := b.writeTokens(ctx, f)
	if err != nil {
		return err
	}
	b.listSegments(accountFile.Rows)
	filterFile, err := b.writeFilter(f)
	if err != nil {
		return err
	}
	made := map[string]FileMeta{}
	for _, f := range []FileMeta{accountFile, idFile, tokenFile, filterFile} {
		made[f.Name] = f
	}
	if names := b.meta.fileNames(); len(names) > 1 && names[1] == dataName(fileLive, b.meta.ID) {
		if made[names[1]], err = b.writeLive(names[1], accountFile.Rows); err != nil {
			return err
		}
	}
	for _, name := range b.meta.fileNames() {
		f, ok := made[name]
		for i := 0; !ok && i < len(b.previous.meta.Files); i++ {
			f = b.previous.meta.Files[i]
			ok = f.Name == name
		}
		b.meta.Files = append(b.meta.Files, f)
	}
	return nil
}

// writeIDs writes the table of account ids and refuses an id that occurs twice.
func (b *builder) writeIDs(ctx context.Context, accountFile FileMeta) (FileMeta, error) {
	ids, err := b.files.createTable(dataName(fileIDs, b.meta.ID), idSchema)
	if err != nil {
		return FileMeta{}, err
	}
	w := &idWriter{table: ids, block: table.NewChunk(idSchema), twice: b.twice}
	if err := b.ids.Merge(ctx, w.write); err != nil {
		return FileMeta{}, err
	}
	if err := b.refuse(w.twice, accountFile); err != nil {
		return FileMeta{}, err
	}
	return ids.Finish()
}

// startFilter makes the filter, with all that carries over in it.
func (b *builder) startFilter() (*bloom.Filter, error) {
	more := uint64(b.tokens.Total())
	f, err := b.carriedFilter(more)
	if err != nil {
		return nil, err
	}
	f.Origin = bloom.Origin{Generation: b.meta.Generation, BuildID: b.id, KeyID: b.meta.KeyID}
	return f, nil
}

// carriedFilter goes on with the previous index's filter, whose tokens of accounts now gone cost a
// few false hits. When it would get too full, one is made again from the tables.
func (b *builder) carriedFilter(more uint64) (*bloom.Filter, error) {
	if b.rewrite {
		b.meta.Filter.Capacity = more
		return bloom.New(more, b.o.FPR)
	}
	old := b.previous.data.filter
	capacity := b.previous.meta.Filter.Capacity
	if old.Members()+more <= capacity+capacity/4 {
		b.meta.Filter.Capacity = capacity
		return old.Continue(), nil // its memory is this build's own
	}
	live := more
	for i := range b.previous.data.segments {
		live += uint64(b.previous.data.segments[i].tokens.Rows())
	}
	b.meta.Filter.Capacity = live
	f, err := bloom.New(live, b.o.FPR)
	if err != nil {
		return nil, err
	}
	for i := range b.previous.data.segments {
		s := &b.previous.data.segments[i]
		for row := range int(s.tokens.Rows()) {
			account, ok := s.tokens.Account(row)
			if at := s.base + account; ok && b.previous.live[at>>3]>>(at&7)&1 == 1 {
				if key := s.tokens.Key(row); key != nil {
					f.Add(hashing.Token(key))
				}
			}
		}
	}
	return f, b.previous.data.failed.Err()
}

// writeTokens writes the token table and adds its tokens to the filter, both at once.
func (b *builder) writeTokens(ctx context.Context, f *bloom.Filter) (FileMeta, error) {
	w, err := b.files.createTokens(dataName(fileTokens, b.meta.ID))
	if err != nil {
		return FileMeta{}, err
	}
	group, ctx := fault.NewGroup(ctx)
	blocks, free := make(chan []extsort.Entry, 2), make(chan []extsort.Entry, 4)
	for range cap(free) {
		free <- make([]extsort.Entry, 0, extsort.BlockEntries)
	}
	group.Go(func() error {
		defer close(blocks)
		return b.tokens.Merge(ctx, func(sorted []extsort.Entry) error {
			select {
			case block := <-free: // of four, and two are on their way at most: there is room, unless the other failed
				select {
				case blocks <- append(block[:0], sorted...):
				case <-ctx.Done():
					return ctx.Err()
				}
			case <-ctx.Done():
				return ctx.Err()
			}
			return w.write(sorted)
		})
	})
	group.Go(func() error {
		var last extsort.Entry
		for block := range blocks {
			for i := range block {
				if e := &block[i]; f.Members() == 0 || !e.SameToken(&last) {
					f.Add(e.Token())
					last = *e
				}
			}
			free <- block
		}
		return nil
	})
	if err := group.Wait(); err != nil {
		return FileMeta{}, err
	}
	return w.Finish()
}

func (b *builder) writeFilter(f *bloom.Filter) (FileMeta, error) {
	b.meta.Filter.Bits, b.meta.Filter.Hashes = f.Bits(), f.Hashes()
	b.meta.Filter.FPRTarget, b.meta.Filter.Members = b.o.FPR, f.Members()
	probed := int(min(max(16*f.Members(), minMeasured), maxMeasured)) / b.o.Workers * b.o.Workers
	b.meta.Filter.FPRMeasured, b.meta.Filter.Probed = f.Rate(probed, b.o.Workers), int64(probed)
	out, err := b.files.create(dataName(fileFilter, b.meta.ID))
	if err != nil {
		return FileMeta{}, err
	}
	if err := f.Encode(out); err != nil {
		return FileMeta{}, err
	}
	return out.Finish(int64(f.Members()))
}

// listSegments describes what the index consists of: earlier segments of which something is left,
// and the new one unless it is empty and not the only one.
func (b *builder) listSegments(rows int64) {
	if !b.rewrite {
		for i := range b.previous.data.segments {
			s := b.previous.data.segments[i].meta
			s.Live = countBits(b.previous.live, int64(b.previous.data.segments[i].base), s.Rows)
			if s.Live > 0 {
				b.meta.Segments = append(b.meta.Segments, s)
			}
		}
	}
	if rows > 0 || len(b.meta.Segments) == 0 {
		b.meta.Segments = append(b.meta.Segments, SegmentMeta{
			ID: b.meta.ID, Generation: b.meta.Generation, Rows: rows, Live: rows,
			Classes: append([]ClassMeta{}, b.classes...),
		})
	}
}

func countBits(all []byte, from, n int64) (count int64) {
	for row := from; row < from+n; {
		if row&7 == 0 && row+8 <= from+n {
			count += int64(bits.OnesCount8(all[row>>3]))
			row += 8
			continue
		}
		count += int64(all[row>>3] >> (row & 7) & 1)
		row++
	}
	return count
}

// writeLive writes a bit for each row of the segments that are left.
func (b *builder) writeLive(name string, rows int64) (FileMeta, error) {
	var all []byte
	at := int64(0)
	add := func(live bool) {
		if at&7 == 0 {
			all = append(all, 0)
		}
		if live {
			all[at>>3] |= 1 << (at & 7)
		}
		at++
	}
	for i := range b.previous.data.segments {
		s := &b.previous.data.segments[i]
		if countBits(b.previous.live, int64(s.base), s.meta.Rows) == 0 {
			continue
		}
		for row := int64(s.base); row < int64(s.base)+s.meta.Rows; row++ {
			add(b.previous.live[row>>3]>>(row&7)&1 == 1)
		}
	}
	for range rows {
		add(true)
	}
	out, err := b.files.create(name)
	if err != nil {
		return FileMeta{}, err
	}
	if _, err := out.Write(all); err != nil {
		return FileMeta{}, err
	}
	return out.Finish(at)
}
