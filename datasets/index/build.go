package index

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"runtime"
	"strings"
	"time"

	"github.com/credsieve/credsieve/datasets/accounts"
	"github.com/credsieve/credsieve/datasets/counted"
	"github.com/credsieve/credsieve/datasets/index/internal/bloom"
	"github.com/credsieve/credsieve/datasets/index/internal/extsort"
	"github.com/credsieve/credsieve/datasets/index/internal/table"
	"github.com/credsieve/credsieve/hashing"
	"github.com/credsieve/credsieve/hashing/stored"
)

// The bounds of a false-positive rate of the filter, see package bloom.
const (
	MinFPR = bloom.MinFPR
	MaxFPR = bloom.MaxFPR

	defaultFPR = 0.001
)

const (
	defaultMemory = 1 << 30
	// minMemory is what the rows under way and one record batch of each table take.
	minMemory = 64 << 20
	// sorterShare is the part of the memory that each of the two sorters gets; the rest is for rows
	// under way, record batches, the filter and the garbage between two collections.
	sorterShare = 4
)

// BuildOptions say what to build.
type BuildOptions struct {
	Dir    string // made when it does not exist; an index in it is replaced
	Key    *hashing.Key
	FPR    float64       // of the filter; 0: 0.001
	Limits stored.Limits // zero: stored.DefaultLimits
	Now    time.Time
	Hashes Hashes // nil: stored.Parse with Limits, and no rules
	Proofs Proofs // nil: nothing was proven
	// Carry is what decides, with Limits and this package's own rules, whether rows of Previous may be
	// carried over: when it is not that of the build before, none is.
	Carry []byte

	// Previous is an index to carry over from what did not change; empty: none. It may be Dir.
	Previous string
	Workers  int   // 0: one for each processor
	Memory   int64 // bytes to sort in, before temporary files are used; 0: 1 GiB
}

// Hashes knows how the store makes its stored hashes. It must be safe for concurrent use.
type Hashes interface {
	// RuleOf tells which rule of hash steps applies to a stored hash, 0 for none.
	RuleOf(storedHash string) uint8
	// Parse parses a stored hash.
	Parse(storedHash string) (stored.Hash, error)
}

// Proofs says what the reader of the export has found out, once the export is read to its end.
type Proofs interface {
	// Describe fills it in.
	Describe(*Meta)
	// Attach returns what is kept sealed in the description for those who know what it means: the hash steps.
	// nil: there is nothing to keep.
	Attach() ([]byte, error)
}

// plainHashes are those of a store that has no rules.
type plainHashes struct{ limits stored.Limits }

func (plainHashes) RuleOf(string) uint8 { return 0 }

func (h plainHashes) Parse(storedHash string) (stored.Hash, error) {
	return stored.Parse(storedHash, h.limits)
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
	defer b.close()
	if err := b.readAccounts(ctx, src); err != nil {
		return nil, err
	}
	if b.tally.accounts == 0 {
		// Every scan of an index without accounts would end well and mean nothing.
		first := ""
		if len(b.tally.rejects) > 0 {
			first = fmt.Sprintf(" (row %d: %s)", b.tally.rejects[0].Row, b.tally.rejects[0].Reason)
		}
		return nil, fmt.Errorf("the export has no account that can be used, %s rejected%s; "+
			"is a column mapped wrongly?", counted.As(b.tally.rejected, "row was", "rows were"), first)
	}
	if o.Proofs != nil {
		o.Proofs.Describe(&b.meta)
		if b.attachment, err = o.Proofs.Attach(); err != nil {
			return nil, err
		}
	}
	if err := b.writeFiles(ctx); err != nil {
		return nil, err
	}
	b.describe()
	raw, err := encodeMeta(&b.meta, o.Key)
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := files.publish(&b.meta, o.Previous, raw); err != nil {
		return nil, err
	}
	return &b.meta, nil
}

func (o *BuildOptions) complete() error {
	if o.Key == nil {
		return errors.New("there is no key")
	}
	if o.FPR == 0 {
		o.FPR = defaultFPR
	}
	// Written so that NaN fails too.
	if !(o.FPR >= MinFPR && o.FPR <= MaxFPR) {
		return fmt.Errorf("a false positive rate of %g is not between %g and %g",
			o.FPR, MinFPR, MaxFPR)
	}
	if o.Limits == (stored.Limits{}) {
		o.Limits = stored.DefaultLimits()
	}
	if o.Hashes == nil {
		o.Hashes = plainHashes{o.Limits}
	}
	if o.Workers <= 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	if o.Memory == 0 {
		o.Memory = defaultMemory
	}
	if o.Memory < minMemory {
		return fmt.Errorf("%d bytes of memory are not enough: at least %d are needed",
			o.Memory, int64(minMemory))
	}
	return nil
}

// builder holds a build between the export and the files.
type builder struct {
	o        BuildOptions
	files    *staging
	meta     Meta
	id       [buildIDSize]byte
	vault    vault
	previous *previous // nil: none
	rewrite  bool      // make all tables again, also where there is a previous index

	tokenizer hashing.Tokenizer
	table     *table.Writer
	tokens    *extsort.Sorter
	ids       *extsort.Sorter
	tally     tally
	classes   []ClassMeta
	// attachment is what to seal, once the export is read.
	attachment []byte
	twice      duplicate // rows that met the same row of the previous index
}

func newBuilder(files *staging, o BuildOptions) (_ *builder, err error) {
	b := &builder{
		o: o, files: files, rewrite: true, tokenizer: hashing.NewTokenizer(o.Key),
		tally: tally{costs: map[ClassMeta]*int64{}},
	}
	defer func() {
		if err != nil {
			b.close()
		}
	}()
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
		Carry:         carryID(&o),
		Rejected:      []RejectedRow{},
	}
	// An index that is too damaged to be read has no generation to go on from; building again
	// repairs it.
	if old, err := readDescription(o.Dir); err == nil && old.checkWhole() == nil {
		b.meta.Generation = old.Generation + 1
	}
	if o.Previous != "" {
		if err := b.openPrevious(); err != nil {
			return nil, err
		}
	}
	if b.vault, err = newVault(o.Key, b.id); err != nil {
		return nil, err
	}
	if b.tokens, err = extsort.New(files.tmp, o.Memory/sorterShare, o.Workers); err != nil {
		return nil, err
	}
	if b.ids, err = extsort.New(files.tmp, o.Memory/sorterShare, o.Workers); err != nil {
		return nil, err
	}
	b.table, err = files.createTable(dataName(fileAccounts, b.meta.ID), accountSchema)
	return b, err
}

func (b *builder) openPrevious() error {
	p, why, err := openPrevious(&b.o, b.meta.Carry)
	if err != nil {
		return err
	}
	b.previous, b.rewrite = p, why != ""
	b.meta.Previous = &PreviousMeta{Rewritten: why}
	if p != nil {
		b.meta.Previous.ID, b.meta.Previous.Generation = p.meta.ID, p.meta.Generation
		b.meta.Generation = max(b.meta.Generation, p.meta.Generation+1)
	}
	if b.meta.Generation > math.MaxUint32 {
		return errors.New("its generations are used up; build it in a new folder")
	}
	return nil
}

// close gives memory and temporary files back.
func (b *builder) close() {
	for _, s := range []*extsort.Sorter{b.tokens, b.ids} {
		if s != nil {
			s.Close()
		}
	}
	if b.previous != nil {
		b.previous.close()
	}
}

// chooseID takes a random id whose file names are free: a rename must never replace a live file.
func (b *builder) chooseID() error {
	for {
		if _, err := rand.Read(b.id[:]); err != nil {
			return err
		}
		taken := false
		for kind := range fileKinds {
			taken = taken || b.files.exists(dataName(kind, hex.EncodeToString(b.id[:])))
		}
		if !taken {
			return nil
		}
	}
}

// describe fills in what the description says about the whole index.
func (b *builder) describe() {
	t, m := &b.tally, &b.meta
	m.Accounts, m.NoPassword, m.RowsRejected, m.Canaries =
		t.accounts, t.noPassword, t.rejected, t.canaries
	m.Rejected = append(m.Rejected, t.rejects...)
	m.Unusable = append(m.Unusable, t.hashes...)
	m.IdentifiersUnusable = t.unusable
	for i, n := range t.byStatus {
		if status := statuses[i]; n > 0 && status != accounts.StatusUnspecified {
			if m.NotActive == nil {
				m.NotActive = map[string]int64{}
			}
			m.NotActive[string(status)] = n
		}
	}
	m.IdentifiersByKind = map[string]int64{}
	for kind, n := range t.byKind {
		if n > 0 {
			m.IdentifiersByKind[hashing.Kind(kind).String()] = n
			m.Identifiers += n
		}
	}
	m.Schemes, m.NotVerifiable, m.Costs = map[string]int64{}, map[string]int64{}, map[string]int64{}
	for class, count := range t.costs {
		n := *count
		m.Indexed += n
		switch {
		case class.Cause == string(CauseNoPassword): // counted as such already
		case class.Cause != "":
			m.NotVerifiable[class.Cause] += n
		default:
			m.Schemes[class.Scheme] += n
			m.Costs[strings.TrimSpace(class.Scheme+" "+class.Cost)] += n
		}
	}
	if p := m.Previous; p != nil {
		p.Added, p.Changed, p.Updated, p.Carried = t.added, t.changed, t.updated, t.carried
		if b.previous != nil {
			p.Removed = b.previous.meta.Indexed - p.Changed - p.Updated - p.Carried
		}
	}
	if len(b.attachment) > 0 {
		sealed := b.vault.seal(nil, attachmentRow, partHash, string(b.attachment), m.ID)
		m.Attachment = base64.StdEncoding.EncodeToString(sealed)
	}
}
