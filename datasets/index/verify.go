package index

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/credsieve/credsieve/hashing"
)

// Verify checks that every byte of an index is as it was built, and that its parts agree. It needs
// no key, so it notices damage but not a forgery by someone who made all parts agree; Open notices
// both.
func Verify(ctx context.Context, dir string) (*Meta, error) {
	m, err := verify(ctx, dir)
	if errors.Is(err, fs.ErrNotExist) {
		m, err = verify(ctx, dir) // as in Open: a build may have replaced it meanwhile
	}
	if err != nil {
		return nil, fmt.Errorf("failed to verify index %q: %w", dir, err)
	}
	return m, nil
}

func verify(ctx context.Context, dir string) (*Meta, error) {
	d, err := readDescription(dir)
	if err != nil {
		return nil, err
	}
	if err := d.checkWhole(); err != nil {
		return nil, err
	}
	files, err := openData(ctx, dir, &d.Meta)
	if err != nil {
		return nil, err
	}
	defer files.close() // only readers
	if err := files.checkTokens(ctx, &d.Meta); err != nil {
		return nil, err
	}
	return &d.Meta, files.checkAccounts(&d.Meta)
}

// checkTokens checks the order that lookups rely on, and that the filter knows every token.
func (d *data) checkTokens(ctx context.Context, m *Meta) error {
	exact, distinct := int64(0), uint64(0)
	for row := range int(d.tokens.rows) {
		if row%batchRows == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		order := -1
		if row > 0 {
			order = bytes.Compare(d.tokens.token(row-1), d.tokens.token(row))
		}
		switch {
		case order > 0, order == 0 && d.tokens.account(row-1) >= d.tokens.account(row):
			return fmt.Errorf("token %d is out of order", row)
		case !d.filter.mayContain(hashing.Token(d.tokens.token(row))):
			return fmt.Errorf("the filter does not know token %d", row)
		case int64(d.tokens.account(row)) >= d.accounts.rows:
			return fmt.Errorf("token %d belongs to no account", row)
		}
		if order < 0 {
			distinct++
		}
		if d.tokens.attribution(row) == hashing.AttributionExact {
			exact++
		}
	}
	if exact != m.Identifiers || distinct != d.filter.members {
		return errors.New("the numbers of identifiers differ")
	}
	return nil
}

func (d *data) checkAccounts(m *Meta) error {
	canaries := int64(0)
	for row := range d.accounts.rows {
		if d.accounts.isCanary(uint32(row)) {
			canaries++
		}
	}
	if canaries != m.Canaries {
		return errors.New("the numbers of canaries differ")
	}
	return nil
}
