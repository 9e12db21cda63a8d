package index

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/dchest/siphash"

	"github.com/credsieve/credsieve/datasets/accounts"
	"github.com/credsieve/credsieve/datasets/index/internal/extsort"
	"github.com/credsieve/credsieve/datasets/index/internal/table"
	"github.com/credsieve/credsieve/hashing"
)

// The table of account ids finds the row of an account in an earlier index. A hash of 64 bits is
// enough, because whoever looks up compares the id itself.
const idSize = 8

var idSchema = arrow.NewSchema([]arrow.Field{
	{Name: "id_hash", Type: &arrow.FixedSizeBinaryType{ByteWidth: idSize}},
	{Name: "account", Type: arrow.PrimitiveTypes.Uint32},
}, nil)

func parseIDs(file *table.Pages) (*table.Keys, error) {
	c, err := table.Parse(file, idSchema)
	if err != nil {
		return nil, fmt.Errorf("the table of account ids cannot be read: %w", err)
	}
	return table.NewKeys(c, idSize), nil
}

// notIndexed is the account of an id that has no row in the account table.
const notIndexed = math.MaxUint32

// newIDEntry is the entry of an account id for the sorter: 96 bits of a keyed hash, so that two ids
// that share one by chance, or by somebody's intent, do not occur, and the row of the export.
func newIDEntry(hash [2]uint64, exportRow, account uint32) extsort.Entry {
	return extsort.Entry{High: hash[0], Low: hash[1]&^math.MaxUint32 | uint64(exportRow), Account: account}
}

func exportRowOf(e *extsort.Entry) int64 { return int64(uint32(e.Low)) }

func sameID(e, o *extsort.Entry) bool {
	return e.High == o.High && e.Low>>32 == o.Low>>32
}

// duplicate remembers the first row of the export that repeats an account id.
type duplicate struct {
	first, second int64
	account       uint32 // a row that has the id, perhaps notIndexed
	previous      bool   // a row of the previous index
}

func (d *duplicate) note(first, second int64, account uint32, previous bool) {
	first, second = min(first, second), max(first, second)
	if d.second == 0 || second < d.second {
		*d = duplicate{first, second, account, previous}
	}
}

// refuse says which rows share an id, and where it can be found which one.
func (b *builder) refuse(d duplicate, made FileMeta) error {
	if d.second == 0 {
		return nil
	}
	id := []byte(nil)
	if d.previous {
		if s, local, err := b.previous.data.find(d.account); err == nil {
			id, _ = s.accounts.id(local, s.vault)
		}
	} else if d.account != notIndexed {
		if file, unmap, err := table.Map(b.files.tmp, made, &table.Failure{}); err == nil {
			defer func() { _ = unmap() }() // only read
			if t, err := parseAccounts(file); err == nil {
				id, _ = t.id(d.account, b.vault)
			}
		}
	}
	if id == nil {
		return fmt.Errorf("row %d: its account id was already used in row %d", d.second, d.first)
	}
	return fmt.Errorf("row %d: account id %q was already used in row %d", d.second, id, d.first)
}

// idWriter writes the table of account ids from sorted entries and looks for duplicates.
type idWriter struct {
	table *table.Writer // nil: only look
	block *table.Chunk
	last  extsort.Entry
	any   bool
	twice duplicate
}

func (w *idWriter) write(sorted []extsort.Entry) error {
	w.block.Reset()
	for i := range sorted {
		e := &sorted[i]
		if w.any && sameID(e, &w.last) {
			w.twice.note(exportRowOf(&w.last), exportRowOf(e), min(w.last.Account, e.Account), false)
		}
		w.last, w.any = *e, true
		if e.Account != notIndexed {
			c := w.block.Columns
			c[0].Values = binary.BigEndian.AppendUint64(c[0].Values, e.High)
			c[1].U32(e.Account)
			w.block.Rows++
		}
	}
	return w.table.Append(w.block)
}

// printer makes keyed fingerprints, by which a build sees what did not change since the one before.
// They are compared for one account at a time, so 64 bits leave nothing to chance.
type printer struct {
	id, row [2]uint64 // keys of SipHash-2-4
	buf     []byte
}

// prints are the fingerprints of one row: identity covers account id, identifiers and stored hash,
// row also everything else that the index holds.
type prints struct{ identity, row uint64 }

func newPrinter(key *hashing.Key) printer {
	sub := key.Derive(hashing.PurposePrint, nil, 32)
	word := func(i int) uint64 { return binary.LittleEndian.Uint64(sub[i*8:]) }
	return printer{id: [2]uint64{word(0), word(1)}, row: [2]uint64{word(2), word(3)}}
}

func (p *printer) idHash(id string) [2]uint64 {
	p.buf = append(p.buf[:0], id...)
	high, low := siphash.Hash128(p.id[0], p.id[1], p.buf)
	return [2]uint64{high, low}
}

func (p *printer) prints(a *accounts.Account, steps uint8) (all prints) {
	b := p.buf[:0]
	text := func(s string) {
		b = binary.LittleEndian.AppendUint32(b, uint32(len(s)))
		b = append(b, s...)
	}
	text(a.ID)
	text(a.PasswordHash)
	if a.HashContext != "" { // most have none, and their prints stay what they were
		b = append(b, contextMark...)
		text(a.HashContext)
	}
	for _, id := range a.Identifiers {
		b = append(b, byte(id.Kind))
		text(id.Text)
	}
	all.identity = siphash.Hash(p.row[0], p.row[1], b)
	b = binary.LittleEndian.AppendUint64(b[:0], all.identity)
	b = binary.LittleEndian.AppendUint64(b, uint64(a.PasswordChangedAt.Unix()))
	b = binary.LittleEndian.AppendUint64(b, uint64(a.LastActiveAt.Unix()))
	canary := byte(0)
	if a.Canary {
		canary = 1
	}
	b = append(b, byte(a.MFA), canary, position(privileges[:], a.Privilege),
		position(statuses[:], a.Status), steps)
	text(a.CredentialTag)
	all.row = siphash.Hash(p.row[0], p.row[1], b)
	p.buf = b
	return all
}
