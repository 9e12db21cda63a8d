package index

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/credsieve/credsieve/hashing"
)

// Index is an open index. All methods but Close are safe for concurrent use.
type Index struct {
	dir  string
	meta Meta
	data *data
	// vault is set by Open; Verify has no key for one.
	vault vault
}

// Open opens the index in dir. It reads every file once, to check it; afterwards memory holds the
// filter, and the tables stay on disk.
func Open(dir string, key *hashing.Key) (*Index, error) {
	if key == nil {
		return nil, fmt.Errorf("failed to open index %q: there is no key", dir)
	}
	x, err := open(dir, key)
	if errors.Is(err, fs.ErrNotExist) {
		// A build may have replaced the index after its description was read. If so, the new one is
		// whole.
		x, err = open(dir, key)
	}
	if err != nil {
		return nil, fmt.Errorf("failed to open index %q: %w", dir, err)
	}
	return x, nil
}

func open(dir string, key *hashing.Key) (*Index, error) {
	d, err := readDescription(dir)
	if err != nil {
		return nil, err
	}
	if err := d.checkFor(dir, key); err != nil {
		return nil, err
	}
	files, err := openData(context.Background(), dir, &d.Meta)
	if err != nil {
		return nil, err
	}
	x := &Index{dir: dir, meta: d.Meta, data: files}
	if x.vault, err = newVault(key, files.filter.buildID); err != nil {
		files.close()
		return nil, err
	}
	return x, nil
}

// Meta returns the index's description.
func (x *Index) Meta() Meta { return x.meta }

// MayContain asks the filter: false means that no account has this token.
func (x *Index) MayContain(t hashing.Token) bool { return x.data.filter.mayContain(t) }

// MayContainAll sets passed[i] to MayContain of tokens[i]. Many at once cost less than one by one, the
// more the larger the index. passed must be as long as tokens.
func (x *Index) MayContainAll(tokens []hashing.Token, passed []bool) {
	x.data.filter.mayContainAll(tokens, passed)
}

// Lookup appends the rows of the accounts that hold t exactly, in ascending order.
func (x *Index) Lookup(t hashing.Token, dst []uint32) []uint32 {
	return x.data.tokens.lookup(t, dst)
}

// Account opens one row of the account table.
func (x *Index) Account(row uint32) (Account, error) {
	a, err := x.data.accounts.get(row, x.vault)
	if err != nil {
		return Account{}, fmt.Errorf("failed to open account row %d of index %q: %w",
			row, x.dir, err)
	}
	return a, nil
}

// IsCanary says whether a row is a canary, without opening it.
func (x *Index) IsCanary(row uint32) bool { return x.data.accounts.isCanary(row) }

// HashSteps returns the number of the rule of hash steps of a row, without opening it.
func (x *Index) HashSteps(row uint32) uint8 { return x.data.accounts.small(row, columnSteps) }

// CredentialTag returns the credential tag of a row without opening it, empty when it has none.
func (x *Index) CredentialTag(row uint32) string { return x.data.accounts.tag(row) }

// Attachment opens what the build attached, nil when nothing is.
func (x *Index) Attachment() ([]byte, error) {
	if x.meta.Attachment == "" {
		return nil, nil
	}
	sealed, err := base64.StdEncoding.DecodeString(x.meta.Attachment)
	if err != nil {
		return nil, fmt.Errorf("the attachment of index %q is damaged: %w", x.dir, err)
	}
	text, err := x.vault.open(attachmentRow, partHash, sealed, []byte(x.meta.ID))
	if err != nil {
		return nil, fmt.Errorf("the attachment of index %q: %w", x.dir, err)
	}
	return []byte(text), nil
}

// Close unmaps the files. The index must not be used any more.
func (x *Index) Close() error {
	if err := x.data.close(); err != nil {
		return fmt.Errorf("failed to close index %q: %w", x.dir, err)
	}
	return nil
}

// data are the three data files, checked and mapped.
type data struct {
	filter   *filter
	tokens   *tokenTable
	accounts *accountTable
	unmap    []func() error
}

func openData(ctx context.Context, dir string, m *Meta) (*data, error) {
	d := &data{}
	if err := d.open(ctx, dir, m); err != nil {
		d.close() // only readers; the first error counts
		return nil, err
	}
	return d, nil
}

func (d *data) open(ctx context.Context, dir string, m *Meta) error {
	var files [fileCount][]byte
	for i, f := range m.Files {
		content, err := d.mapChecked(ctx, filepath.Join(dir, f.Name), f)
		if err != nil {
			return err
		}
		files[i] = content
	}
	var err error
	if d.filter, err = decodeFilter(files[fileFilter]); err != nil {
		return fmt.Errorf("file %q: %w", m.Files[fileFilter].Name, err)
	}
	if err := d.filter.belongsTo(m); err != nil {
		return fmt.Errorf("file %q: %w", m.Files[fileFilter].Name, err)
	}
	if d.tokens, err = parseTokens(files[fileTokens]); err != nil {
		return fmt.Errorf("file %q: %w", m.Files[fileTokens].Name, err)
	}
	if d.accounts, err = parseAccounts(files[fileAccounts]); err != nil {
		return fmt.Errorf("file %q: %w", m.Files[fileAccounts].Name, err)
	}
	rows := [fileCount]int64{int64(d.filter.members), d.tokens.rows, d.accounts.rows}
	for i, f := range m.Files {
		if rows[i] != f.Rows {
			return fmt.Errorf("file %q has %d rows, not %d", f.Name, rows[i], f.Rows)
		}
	}
	return nil
}

// belongsTo refuses the filter of another build, which would answer wrongly for this one's tokens.
func (f *filter) belongsTo(m *Meta) error {
	if hex.EncodeToString(f.buildID[:]) != m.ID ||
		f.generation != m.Generation || f.keyID != m.KeyID {
		return errors.New("it is of another build")
	}
	return nil
}

// mapChecked maps a file and checks every byte of it before anybody parses one.
func (d *data) mapChecked(ctx context.Context, path string, want FileMeta) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close() // a mapping outlives its file
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() != want.Bytes {
		return nil, fmt.Errorf("file %q has %d bytes, not %d", want.Name, info.Size(), want.Bytes)
	}
	content, unmap, err := mapFile(f, int(info.Size()))
	if err != nil {
		return nil, fmt.Errorf("failed to map %q: %w", path, err)
	}
	d.unmap = append(d.unmap, unmap)
	sum := sha256.New()
	const step = 16 << 20 // a person who cancels waits for one step
	for rest := content; len(rest) > 0; rest = rest[min(step, len(rest)):] {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		sum.Write(rest[:min(step, len(rest))])
	}
	if hex.EncodeToString(sum.Sum(nil)) != want.SHA256 {
		return nil, fmt.Errorf("file %q is damaged: its SHA-256 differs", want.Name)
	}
	return content, nil
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
