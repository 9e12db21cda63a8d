package index

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	mathbits "math/bits"
	"runtime/debug"

	"github.com/credsieve/credsieve/datasets/fault"
	"github.com/credsieve/credsieve/datasets/index/internal/table"
	"github.com/credsieve/credsieve/hashing"
)

// Index is an open index. All methods but Close are safe for concurrent use.
type Index struct {
	dir  string
	meta Meta
	data *data
	// vault is that of the build, for the attachment; Verify has no key for one.
	vault   vault
	printer printer
}

// Open opens the index in dir. It reads the filter into memory and checks it; the tables stay on
// disk, and a part of them is checked when it is first used. Damage that is met then is kept: see
// Err.
func Open(dir string, key *hashing.Key) (*Index, error) { return openFor(dir, key, false) }

// OpenWithIDs is Open for somebody who asks RowsOf, too.
func OpenWithIDs(dir string, key *hashing.Key) (*Index, error) { return openFor(dir, key, true) }

func openFor(dir string, key *hashing.Key, withIDs bool) (*Index, error) {
	x, err := openRetry(dir, key, withIDs)
	if err != nil {
		return nil, fmt.Errorf("failed to open index %q: %w", dir, err)
	}
	return x, nil
}

func openRetry(dir string, key *hashing.Key, withIDs bool) (*Index, error) {
	if key == nil {
		return nil, errors.New("there is no key")
	}
	x, err := open(dir, key, withIDs)
	if errors.Is(err, fs.ErrNotExist) {
		// A build may have replaced the index after its description was read. If so, the new one is
		// whole.
		x, err = open(dir, key, withIDs)
	}
	return x, err
}

func open(dir string, key *hashing.Key, withIDs bool) (*Index, error) {
	d, err := readDescription(dir)
	if err != nil {
		return nil, err
	}
	if err := d.checkFor(dir, key); err != nil {
		return nil, err
	}
	return openWith(new(data), dir, d, key, withIDs)
}

// openWith opens the data files of a description that was checked.
func openWith(files *data, dir string, d *description, key *hashing.Key, withIDs bool) (*Index, error) {
	files, err := files.opened(context.Background(), dir, &d.Meta, withIDs)
	if err != nil {
		return nil, err
	}
	x := &Index{dir: dir, meta: d.Meta, data: files, printer: newPrinter(key)}
	if x.vault, err = newVault(key, files.filter.BuildID); err == nil {
		err = files.openVaults(key)
	}
	if err != nil {
		_ = files.close() // only readers; the first error counts
		return nil, err
	}
	return x, nil
}

// Meta returns the index's description.
func (x *Index) Meta() Meta { return x.meta }

// Err returns the first damage that any method met, nil when there was none. After damage MayContain
// still answers truly, but Lookup may have missed rows: whoever publishes what an index said asks
// Err before.
func (x *Index) Err() error {
	if err := x.data.failed.Err(); err != nil {
		return fmt.Errorf("index %q can no longer be trusted: %w", x.dir, err)
	}
	return nil
}

// MayContain asks the filter: false means that no account has this token.
func (x *Index) MayContain(t hashing.Token) bool { return x.data.filter.MayContain(t) }

// MayContainAll sets passed[i] to MayContain of tokens[i]. Many at once cost less than one by one, the
// more the larger the index. passed must be as long as tokens.
func (x *Index) MayContainAll(tokens []hashing.Token, passed []bool) {
	x.data.filter.MayContainAll(tokens, passed)
}

// Lookup appends the rows of the accounts that hold t exactly, in ascending order.
func (x *Index) Lookup(t hashing.Token, dst []uint32) []uint32 {
	return x.lookup(func(s *segment) *table.Keys { return &s.tokens.Keys }, t[:], dst)
}

// Touch has near what Lookup of several tokens is about to read, which then takes a part of its time: they wait for memory
// together. Of each it wants the first 8 bytes, as a big-endian number.
func (x *Index) Touch(tokens []uint64) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer x.faulted()
	for i := range x.data.segments {
		x.data.segments[i].tokens.Touch(tokens)
	}
}

// lookup appends the live rows of a key, of one table of each segment; none when a file shrinks under it, and Err tells.
func (x *Index) lookup(of func(*segment) *table.Keys, key []byte, dst []uint32) (rows []uint32) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer x.faulted()
	for i := range x.data.segments {
		s := &x.data.segments[i]
		first := len(dst)
		dst = of(s).Lookup(key, dst)
		kept := dst[:first]
		for _, local := range dst[first:] {
			if row := s.base + local; int64(local) < s.accounts.Rows() && x.data.live.has(row) {
				kept = append(kept, row)
			}
		}
		dst = kept
	}
	return dst
}

// IDPrint returns the keyed fingerprint of an account id, by which RowsOf finds it: the same in each index of
// one key.
func (x *Index) IDPrint(id string) uint64 {
	p := x.printer // which owns what it prints from
	return p.idHash(id)[0]
}

// RowsOf appends the live rows of the account ids that have a fingerprint: one, or none, as long as no two share
// it by chance. The index must come from OpenWithIDs.
func (x *Index) RowsOf(print uint64, dst []uint32) []uint32 {
	key := binary.BigEndian.AppendUint64(nil, print)
	return x.lookup(func(s *segment) *table.Keys { return s.ids }, key, dst)
}

// faulted is deferred where mapped memory is read: a file that was truncated, or that its disk does not deliver, is a
// fault, which is noted. Any other panic goes on.
func (x *Index) faulted() {
	value := recover()
	if memory, ok := value.(interface{ Addr() uintptr }); ok && memory.Addr() != 0 {
		x.data.failed.Note(fault.ErrMemory)
	} else if value != nil {
		panic(value)
	}
}

// EachID calls f with the account id of each live row.
func (x *Index) EachID(f func(id string)) error {
	return fault.Catch(func() error { return x.eachID(f) })
}

func (x *Index) eachID(f func(id string)) error {
	for i := range x.data.segments {
		s := &x.data.segments[i]
		for local := range s.accounts.Rows() {
			if !x.data.live.has(s.base + uint32(local)) {
				continue
			}
			id, err := s.accounts.id(uint32(local), s.vault)
			if err != nil {
				return fmt.Errorf("failed to read account row %d of index %q: %w", s.base+uint32(local), x.dir, err)
			}
			f(string(id))
		}
	}
	return nil
}

// Rows is one more than the highest row. Not every row below it is live.
func (x *Index) Rows() (rows int64) {
	for i := range x.meta.Segments {
		rows += x.meta.Segments[i].Rows
	}
	return rows
}

// Live says whether a row is an account of the export that the index was built from. One that is not
// belongs to an account that is gone, or to an earlier state of one: with a stored hash that it no longer has.
func (x *Index) Live(row uint32) bool { return int64(row) < x.Rows() && x.data.live.has(row) }

// Sample returns up to n live rows, spread evenly and in order: the same ones each time. Rows are not
// numbered without gaps, because a row that was replaced keeps its number.
func (x *Index) Sample(n int64) []uint32 {
	live := x.meta.Indexed
	n = min(n, live)
	all := make([]uint32, 0, n)
	bits, row, seen := x.data.live.bits, int64(0), int64(0) // seen: live rows before row
	for i := range n {
		want := i * live / n
		if bits == nil {
			all = append(all, uint32(want))
			continue
		}
		for row&7 == 0 && row>>3 < int64(len(bits)) {
			in := int64(mathbits.OnesCount8(bits[row>>3]))
			if seen+in > want {
				break
			}
			seen, row = seen+in, row+8
		}
		for ; row>>3 < int64(len(bits)); row++ {
			if !x.data.live.has(uint32(row)) {
				continue
			}
			if seen == want {
				all = append(all, uint32(row))
				break
			}
			seen++
		}
	}
	return all
}

// Account opens one row of the account table.
func (x *Index) Account(row uint32) (a Account, err error) {
	if a, err = x.account(row); err == nil && a.ID == "" {
		err = x.data.failed.Err() // the file shrank, see faulted
	}
	if err != nil {
		return Account{}, fmt.Errorf("failed to open account row %d of index %q: %w",
			row, x.dir, err)
	}
	return a, nil
}

// account is Account; a zero one when a file shrinks under it.
func (x *Index) account(row uint32) (Account, error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer x.faulted()
	s, local, err := x.data.find(row)
	if err != nil {
		return Account{}, err
	}
	return s.accounts.get(local, s.meta.Classes, s.vault)
}

// facts uncovers what is short of a row; zero where it cannot be read, and Err tells.
func (x *Index) facts(row uint32) (of *segment, f facts) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer x.faulted()
	s, local, err := x.data.find(row)
	if err != nil {
		return nil, facts{}
	}
	f, err = s.accounts.facts(local, s.vault)
	if err != nil {
		x.data.failed.Note(err)
		return nil, facts{}
	}
	return s, f
}

// IsCanary says whether a row is a canary, without opening it.
func (x *Index) IsCanary(row uint32) bool {
	if x.meta.Canaries == 0 {
		return false
	}
	_, f := x.facts(row)
	return f.is(factCanary)
}

// HashSteps returns the number of the rule of hash steps of a row, without opening it.
func (x *Index) HashSteps(row uint32) uint8 {
	_, f := x.facts(row)
	return f[factSteps]
}

// HashSize returns how many bytes the stored hash of a row has, without opening it: 0 when it cannot be read.
func (x *Index) HashSize(row uint32) int {
	_, f := x.facts(row)
	return f.hashSize()
}

// HashClass returns the kind of the stored hash of a row, without opening it; the zero value when it cannot be
// read.
func (x *Index) HashClass(row uint32) ClassMeta {
	s, f := x.facts(row)
	if s == nil || !f.class(s.meta.Classes) {
		return ClassMeta{}
	}
	return s.meta.Classes[f[factClass]]
}

// HashKind returns HashClass and HashSteps of a row, for half of what both cost.
func (x *Index) HashKind(row uint32) (class ClassMeta, steps uint8) {
	s, f := x.facts(row)
	if s != nil && f.class(s.meta.Classes) {
		class = s.meta.Classes[f[factClass]]
	}
	return class, f[factSteps]
}

// OnlyClass returns the kind that the stored hashes of all rows have, false when they have several.
func (x *Index) OnlyClass() (ClassMeta, bool) {
	var only ClassMeta
	for i := range x.meta.Segments {
		of := x.meta.Segments[i].Classes
		if len(of) != 1 || i > 0 && of[0] != only {
			return ClassMeta{}, false
		}
		only = of[0]
	}
	return only, len(x.meta.Segments) > 0
}

// ChangedSince says whether identifiers or stored hash of a row changed after the build of a
// generation, without opening it. An account that is new since then changed too, and a row that cannot be read may have.
func (x *Index) ChangedSince(row uint32, generation int64) bool {
	if _, _, err := x.data.find(row); err != nil {
		return false
	}
	s, f := x.facts(row)
	return s == nil || int64(f.changedIn()) > generation
}

// HasCredentialTag says whether a row has a credential tag, without opening it.
func (x *Index) HasCredentialTag(row uint32) bool {
	_, f := x.facts(row)
	return f.is(factTagged)
}

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
