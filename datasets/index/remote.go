package index

import (
	"context"
	"errors"
	"fmt"

	"github.com/credsieve/credsieve/datasets/index/internal/table"
	"github.com/credsieve/credsieve/hashing"
)

// Source hands out parts of the files of an index that lies elsewhere, such as in a bucket.
type Source interface {
	// Read returns n bytes of a file from an offset on, n < 0: all of it.
	Read(ctx context.Context, name string, offset, n int64) ([]byte, error)
}

// OpenRemote opens an index that source has. The filter is fetched whole; of the tables what is asked for, some pages at a
// time, each once. What was fetched is checked as that of Open, and lies below the folder temp ("" that of the system) until
// Close, without a name where the system allows that. The context ends fetches, also later ones. where is what messages say.
func OpenRemote(ctx context.Context, source Source, where, temp string, key *hashing.Key, withIDs bool) (*Index, error) {
	f, err := table.NewFetcher(ctx, source.Read, temp)
	var x *Index
	if err == nil {
		x, err = openFetched(f, key, withIDs)
	}
	if err != nil {
		return nil, fmt.Errorf("failed to open index %q: %w", where, errors.Join(err, f.Close()))
	}
	x.dir = where
	_ = f.Close() // files that are open keep their names on some systems only
	x.data.unmap = append(x.data.unmap, f.Close)
	return x, nil
}

// ReadRemoteMeta is ReadMeta of an index that source has.
func ReadRemoteMeta(ctx context.Context, source Source, where string) (*Meta, error) {
	var d *description
	raw, err := source.Read(ctx, metaName, 0, -1)
	if err == nil {
		d, err = parseDescription(raw)
	}
	return d.meta(where, err)
}

func openFetched(f *table.Fetcher, key *hashing.Key, withIDs bool) (*Index, error) {
	if key == nil {
		return nil, errors.New("there is no key")
	}
	raw, err := f.Whole(metaName)
	if err != nil {
		return nil, err
	}
	d, err := parseDescription(raw)
	if err == nil {
		err = d.checkFor(f.Dir(), key)
	}
	if err == nil {
		err = f.Ready(d.Files, dataName(fileFilter, d.ID), dataName(fileLive, d.ID))
	}
	if err != nil {
		return nil, err
	}
	return openWith(&data{fetch: f}, f.Dir(), d, key, withIDs)
}
