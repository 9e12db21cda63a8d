package review

import (
	"context"
	"errors"

	"github.com/credsieve/credsieve/datasets/index"
	"github.com/credsieve/credsieve/datasets/objects"
	"github.com/credsieve/credsieve/hashing"
)

// openedIndex is an index in a folder, or one in a bucket of which what is asked for is fetched.
type openedIndex struct {
	*index.Index

	store *objects.Store // nil: it is here
}

// openIndex opens the index of a path or URL with the ids of its accounts. What is fetched lies in the system's folder for
// temporary files until Close.
func openIndex(ctx context.Context, where string, key *hashing.Key) (*openedIndex, error) {
	if !objects.IsURL(where) {
		x, err := index.OpenWithIDs(where, key)
		return &openedIndex{x, nil}, err
	}
	store, err := objects.Open(ctx, where)
	if err != nil {
		return nil, err
	}
	x, err := index.OpenRemote(ctx, store, where, "", key, true)
	if err != nil {
		return nil, errors.Join(err, store.Close())
	}
	return &openedIndex{x, store}, nil
}

// Close gives back what it holds.
func (x *openedIndex) Close() error {
	err := x.Index.Close()
	if x.store != nil {
		err = errors.Join(err, x.store.Close())
	}
	return err
}

// readMeta reads what the index of a path or URL says of itself.
func readMeta(ctx context.Context, where string) (*index.Meta, error) {
	if !objects.IsURL(where) {
		return index.ReadMeta(where)
	}
	store, err := objects.Open(ctx, where)
	if err != nil {
		return nil, err
	}
	meta, err := index.ReadRemoteMeta(ctx, store, where)
	return meta, errors.Join(err, store.Close())
}
