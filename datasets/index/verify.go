package index

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"runtime"

	"github.com/credsieve/credsieve/datasets/fault"
	"github.com/credsieve/credsieve/datasets/index/internal/table"
	"github.com/credsieve/credsieve/hashing"
)

// Verify checks that every byte of an index is as it was built, and that its parts agree. It needs
// no key, so it notices damage but not a forgery by someone who made all parts agree; Open notices
// both.
func Verify(ctx context.Context, dir string) (m *Meta, err error) {
	check := func() (err error) {
		m, err = verify(ctx, dir)
		return err
	}
	err = fault.Catch(check)
	if errors.Is(err, fs.ErrNotExist) {
		err = fault.Catch(check) // as in Open: a build may have replaced it meanwhile
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
	files, err := openData(ctx, dir, &d.Meta, true)
	if err != nil {
		return nil, err
	}
	defer func() { _ = files.close() }() // only readers
	exact := int64(0)
	for i := range files.segments {
		s := &files.segments[i]
		for _, c := range []*table.Columns{&s.tokens.Columns, &s.accounts.Columns, &s.ids.Columns} {
			if err := c.VerifyAll(ctx, runtime.GOMAXPROCS(0)); err != nil {
				return nil, err
			}
		}
		if err := files.checkTokens(ctx, s, &exact); err != nil {
			return nil, err
		}
		if err := files.checkAccounts(ctx, s); err != nil {
			return nil, err
		}
	}
	if exact != d.Identifiers {
		return nil, errors.New("the numbers of identifiers differ")
	}
	return &d.Meta, files.failed.Err()
}

// checkTokens checks the order that lookups rely on, and that the filter knows every token.
func (d *data) checkTokens(ctx context.Context, s *segment, exact *int64) error {
	last, lastAccount := []byte(nil), uint32(0)
	for row := range int(s.tokens.Rows()) {
		if row%table.BatchRows == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		token := s.tokens.Key(row)
		account, _ := s.tokens.Account(row)
		order := bytes.Compare(last, token)
		switch {
		case order > 0, order == 0 && lastAccount >= account:
			return fmt.Errorf("token %d of build %s is out of order", row, s.meta.ID)
		case int64(account) >= s.accounts.Rows():
			return fmt.Errorf("token %d of build %s belongs to no account", row, s.meta.ID)
		}
		last, lastAccount = token, account
		if !d.live.has(s.base + account) {
			continue
		}
		if !d.filter.MayContain(hashing.Token(token)) {
			return fmt.Errorf("the filter does not know token %d of build %s", row, s.meta.ID)
		}
		if s.tokens.attribution(row) == hashing.AttributionExact {
			*exact++
		}
	}
	return nil
}

// checkAccounts checks the numbers of rows and the order of their ids.
func (d *data) checkAccounts(ctx context.Context, s *segment) error {
	live, last := int64(0), []byte(nil)
	for row := range int(s.accounts.Rows()) {
		if row%table.BatchRows == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if d.live.has(s.base + uint32(row)) {
			live++
		}
		id := s.ids.Key(row)
		account, _ := s.ids.Account(row)
		if bytes.Compare(last, id) > 0 || int64(account) >= s.accounts.Rows() {
			return fmt.Errorf("account id %d of build %s is out of order", row, s.meta.ID)
		}
		last = id
	}
	if live != s.meta.Live {
		return fmt.Errorf("%d rows of build %s are live, not %d", live, s.meta.ID, s.meta.Live)
	}
	return nil
}
