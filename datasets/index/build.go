package index

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/credsieve/credsieve/datasets/accounts"
	"github.com/credsieve/credsieve/hashing"
)

var errBusy = errors.New("another build is writing to it")

// progressRows is how often progress is told and cancelling noticed.
const progressRows = 1 << 12

// BuildOptions say what to build.
type BuildOptions struct {
	Dir      string // made when it does not exist; an index in it is replaced
	Key      *hashing.Key
	FPR      float64        // of the filter; 0: 0.001
	Limits   hashing.Limits // zero: hashing.DefaultLimits
	Now      time.Time
	Progress func(accounts int64) // told the number of rows read so far
	// StepsOf tells which rule of hash steps applies to a stored hash, 0 for none; nil: none has any.
	StepsOf func(storedHash string) uint8
	// Parse parses a stored hash; nil: hashing.ParseHash with Limits. It and StepsOf must be safe for
	// concurrent use.
	Parse func(storedHash string) (hashing.Hash, error)
	// Describe is called when src is read to its end, to fill in what its reader found out; may be nil.
	Describe func(*Meta)
	// Attachment is kept sealed in the description, for those who know what it means: the hash steps.
	Attachment []byte
}

// Build reads src to its end and makes it the index in o.Dir, as the package comment says. It does
// not close src.
func Build(ctx context.Context, src accounts.Reader, o BuildOptions) (*Meta, error) {
	m, err := build(ctx, src, o)
	if err != nil {
		return nil, fmt.Errorf("failed to build index %q: %w", o.Dir, err)
	}
	return m, nil
}

func build(ctx context.Context, src accounts.Reader, o BuildOptions) (*Meta, error) {
	if err := o.complete(); err != nil {
		return nil, err
	}
	files, err := stage(o.Dir)
	if err != nil {
		return nil, err
	}
	defer files.close()
	b, err := newBuilder(files, o)
	if err != nil {
		return nil, err
	}
	if err := b.readAccounts(ctx, src); err != nil {
		b.table.file.abandon()
		return nil, err
	}
	if b.meta.Accounts == 0 {
		// Every scan of an index without accounts would end well and mean nothing.
		b.table.file.abandon()
		return nil, fmt.Errorf("the export has no account that can be used, %d rows were rejected; "+
			"is a column mapped wrongly?", b.meta.RowsRejected)
	}
	b.attach()
	if o.Describe != nil {
		o.Describe(&b.meta)
	}
	if err := b.writeFiles(ctx); err != nil {
		return nil, err
	}
	raw, err := encodeMeta(&b.meta, o.Key)
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := files.publish(b.meta.Files, raw); err != nil {
		return nil, err
	}
	return &b.meta, nil
}

// attach seals the attachment into the description.
func (b *builder) attach() {
	if len(b.o.Attachment) > 0 {
		sealed := b.table.vault.seal(nil, attachmentRow, partHash, string(b.o.Attachment), b.meta.ID)
		b.meta.Attachment = base64.StdEncoding.EncodeToString(sealed)
	}
}

func (o *BuildOptions) complete() error {
	if o.Key == nil {
		return errors.New("there is no key")
	}
	if o.FPR == 0 {
		o.FPR = defaultFPR
	}
	// Written so that NaN fails too.
	if !(o.FPR >= minFPR && o.FPR <= maxFPR) {
		return fmt.Errorf("a false positive rate of %g is not between %g and %g",
			o.FPR, minFPR, maxFPR)
	}
	if o.Limits == (hashing.Limits{}) {
		o.Limits = hashing.DefaultLimits()
	}
	if o.Parse == nil {
		limits := o.Limits
		o.Parse = func(stored string) (hashing.Hash, error) { return hashing.ParseHash(stored, limits) }
	}
	return nil
}

// builder holds a build between the export and the files.
type builder struct {
	o     BuildOptions
	files *staging
	meta  Meta
	id    [buildIDSize]byte

	canonicalizer *hashing.Canonicalizer
	tokenizer     hashing.Tokenizer
	table         *accountWriter
	entries       []entry
	seen          seenIDs
	forms         []byte // scratch
}

func newBuilder(files *staging, o BuildOptions) (*builder, error) {
	b := &builder{
		o: o, files: files,
		canonicalizer: hashing.NewCanonicalizer(),
		tokenizer:     hashing.NewTokenizer(o.Key),
	}
	if err := b.seen.init(); err != nil {
		return nil, err
	}
	if err := b.chooseID(); err != nil {
		return nil, err
	}
	b.meta = Meta{
		SchemaVersion: schemaVersion,
		ID:            hex.EncodeToString(b.id[:]),
		Generation:    1,
		KeyID:         o.Key.ID(),
		Canonicalizer: hashing.CanonicalizerVersion,
		CreatedAt:     o.Now.UTC().Truncate(time.Second),

		IdentifiersByKind: map[string]int64{},
		Schemes:           map[string]int64{},
		NotVerifiable:     map[string]int64{},
		Rejected:          []RejectedRow{},
	}
	// An index that is too damaged to be read has no generation to go on from; building anew
	// repairs it.
	if old, err := readDescription(o.Dir); err == nil && old.checkWhole() == nil {
		b.meta.Generation = old.Generation + 1
	}
	v, err := newVault(o.Key, b.id)
	if err != nil {
		return nil, err
	}
	b.table, err = files.createAccounts(dataName(fileAccounts, b.meta.ID), v)
	return b, err
}

// chooseID takes a random id whose file names are free: a rename must never replace a live file.
func (b *builder) chooseID() error {
	for {
		if _, err := rand.Read(b.id[:]); err != nil {
			return err
		}
		taken := false
		for i := range fileCount {
			taken = taken || b.files.exists(dataName(i, hex.EncodeToString(b.id[:])))
		}
		if !taken {
			return nil
		}
	}
}

func (b *builder) readAccounts(ctx context.Context, src accounts.Reader) error {
	progress := b.o.Progress
	if progress == nil {
		progress = func(int64) {}
	}
	var a accounts.Account
	rows := int64(0)
	for {
		err := src.Read(&a)
		if err == io.EOF {
			progress(rows)
			return nil
		}
		if err != nil {
			return err
		}
		if err := b.add(&a); err != nil {
			return fmt.Errorf("row %d: %w", a.Row, err)
		}
		if rows++; rows%progressRows == 0 {
			progress(rows)
			if err := ctx.Err(); err != nil {
				return err
			}
		}
	}
}

// writeFiles finishes the three data files and describes them.
func (b *builder) writeFiles(ctx context.Context) error {
	accountFile, err := b.table.finish()
	if err != nil {
		return err
	}
	b.meta.Indexed = accountFile.Rows
	b.entries = sortEntries(b.entries)
	for i := range b.entries {
		if e := &b.entries[i]; e.attribution == hashing.AttributionExact {
			b.meta.Identifiers++
			b.meta.IdentifiersByKind[e.kind.String()]++
		}
	}
	tokenFile, err := b.files.writeTokens(ctx, dataName(fileTokens, b.meta.ID), b.entries)
	if err != nil {
		return err
	}
	filterFile, err := b.writeFilter(ctx)
	if err != nil {
		return err
	}
	b.meta.Files = []FileMeta{
		fileFilter: filterFile, fileTokens: tokenFile, fileAccounts: accountFile,
	}
	return nil
}

func (b *builder) writeFilter(ctx context.Context) (FileMeta, error) {
	n := distinctTokens(b.entries)
	f := newFilter(n, b.o.FPR)
	f.generation, f.buildID, f.keyID = b.meta.Generation, b.id, b.meta.KeyID
	probes := min(n, maxProbes)
	number := uint64(0) // of the distinct token
	for i := range b.entries {
		e := &b.entries[i]
		if i > 0 && e.sameToken(&b.entries[i-1]) {
			continue
		}
		t := e.token()
		f.bloom.Add(t[:])
		if next := uint64(len(f.probes)); next < probes && number == next*n/probes {
			f.probes = append(f.probes, t)
		}
		number++
		if number%batchRows == 0 && ctx.Err() != nil {
			return FileMeta{}, ctx.Err()
		}
	}
	b.meta.Filter = FilterMeta{
		Bits: uint64(len(f.words)) * 64, Hashes: f.hashes, FPRTarget: b.o.FPR, Members: n,
	}
	out, err := b.files.create(dataName(fileFilter, b.meta.ID))
	if err != nil {
		return FileMeta{}, err
	}
	if err := f.encode(out); err != nil {
		out.abandon()
		return FileMeta{}, err
	}
	return out.finish(int64(n))
}
