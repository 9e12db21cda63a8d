package index

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/apache/arrow/go/v17/arrow"

	"github.com/credsieve/credsieve/datasets/accounts"
	"github.com/credsieve/credsieve/datasets/index/internal/table"
	"github.com/credsieve/credsieve/hashing"
	"github.com/credsieve/credsieve/hashing/stored"
)

// maxText bounds an account id, an identifier and a stored hash, all of them far shorter in life;
// 65,536 of them then fit the 32-bit offsets of a batch.
const maxText = 1 << 10

// Columns of the account table.
const (
	columnID = iota
	columnHash
	columnIdentifier
	columnFacts
	columnExportRow
	columnNames
	columnPrint
)

var accountSchema = arrow.NewSchema([]arrow.Field{
	{Name: "account_id_sealed", Type: arrow.BinaryTypes.Binary},
	{Name: "hash_sealed", Type: arrow.BinaryTypes.Binary},
	{Name: "identifier_sealed", Type: arrow.BinaryTypes.Binary},
	{Name: "facts_masked", Type: &arrow.FixedSizeBinaryType{ByteWidth: factsSize}},
	{Name: "export_row", Type: arrow.PrimitiveTypes.Uint32},
	{Name: "identity_print", Type: arrow.PrimitiveTypes.Uint64},
	{Name: "row_print", Type: arrow.PrimitiveTypes.Uint64},
}, nil)

// The positions are the numbers in the file.
var (
	privileges = [...]accounts.Privilege{accounts.PrivilegeUnspecified,
		accounts.PrivilegeUser, accounts.PrivilegeStaff, accounts.PrivilegeAdmin}
	statuses = [...]accounts.Status{accounts.StatusUnspecified,
		accounts.StatusActive, accounts.StatusDisabled, accounts.StatusLocked, accounts.StatusNoPasswordLogin}
)

// CauseNoPassword is the cause of a canary without a password: it is indexed, but nothing can match
// it.
const CauseNoPassword stored.Cause = "no_password"

// Account is one row of the account table, opened.
type Account struct {
	ID                string
	Identifier        string // the first usable one, as exported
	StoredHash        string
	HashContext       string       // what hash steps need of the row beside it; empty: nothing
	HashCause         stored.Cause // set when the stored hash could not be parsed at build
	PasswordChangedAt time.Time    // zero: unknown
	LastActiveAt      time.Time    // zero: unknown
	MFA               accounts.MFA
	Canary            bool
	Privilege         accounts.Privilege
	Status            accounts.Status
	CredentialTag     string // empty: none
	HashSteps         uint8  // number of the rule of hash steps, see BuildOptions; 0: none
}

// vault seals and opens what the account table must not show.
type vault struct {
	aead  cipher.AEAD
	facts cipher.Block
}

func newVault(key *hashing.Key, buildID [buildIDSize]byte) (vault, error) {
	block, err := aes.NewCipher(key.Derive(hashing.PurposeVault, buildID[:], 32))
	if err != nil {
		return vault{}, err
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return vault{}, err
	}
	facts, err := aes.NewCipher(key.Derive(hashing.PurposeVault, append(buildID[:], "facts"...), 32))
	return vault{aead, facts}, err
}

// attachmentRow numbers no account: an index holds fewer.
const attachmentRow = math.MaxUint32

// The sealed values of a row.
const (
	partHash = iota
	partIdentifier
	partID
	parts
)

// Sealed values are as long as the next multiple of these: a length tells the scheme of a hash, or who has a long name.
const (
	padHash       = 128 // argon2, bcrypt and nothing look alike
	padIdentifier = 32  // with the credential tag
	padID         = 32
)

// padMark ends a text before its padding of zeros.
const padMark = 0x80

// appendPadded appends a text, the mark, and zeros up to a multiple of size.
func appendPadded(to []byte, text string, size int) []byte {
	start := len(to)
	to = append(append(to, text...), padMark)
	for (len(to)-start)%size != 0 {
		to = append(to, 0)
	}
	return to
}

func cutPadding(padded []byte) ([]byte, error) {
	text := bytes.TrimRight(padded, "\x00")
	if len(text) == 0 || text[len(text)-1] != padMark {
		return nil, errors.New("a sealed value has no padding")
	}
	return text[:len(text)-1], nil
}

// nonce is unique under a build's key, because a row of the export is sealed once.
func nonce(row uint32, part uint64) (n [12]byte) {
	binary.BigEndian.PutUint64(n[4:], uint64(row)*parts+part)
	return n
}

func (v vault) seal(dst []byte, row uint32, part uint64, text, id string) []byte {
	n := nonce(row, part)
	return v.aead.Seal(dst[:0], n[:], []byte(text), []byte(id))
}

// openPadded opens what a sealer has sealed.
func (v vault) openPadded(row uint32, part uint64, sealed, id []byte) ([]byte, error) {
	n := nonce(row, part)
	padded, err := v.aead.Open(nil, n[:], sealed, id)
	if err != nil {
		return nil, errSealed
	}
	return cutPadding(padded)
}

var errSealed = errors.New("a sealed value does not open: it was changed or moved")

func (v vault) open(row uint32, part uint64, sealed, id []byte) (string, error) {
	n := nonce(row, part)
	text, err := v.aead.Open(nil, n[:], sealed, id)
	if err != nil {
		return "", errSealed
	}
	return string(text), nil
}

// countsSize is four numbers of 16 bits: distinct e-mail addresses, user names and phone numbers of
// an account, and identifiers that cannot be used.
const countsSize = 8

// sealedRow is what a worker adds to an account for its row.
type sealedRow struct {
	Account
	class     uint8
	changedIn uint32
	exportRow uint32
	counts    [countsSize]byte
	prints    prints
}

// sealer seals without garbage: it owns what must be bytes.
type sealer struct {
	vault    vault
	masker   masker
	facts    facts
	text, id []byte
}

func newSealer(v vault) *sealer { return &sealer{vault: v, masker: masker{block: v.facts}} }

// appendAccount appends a row to a chunk of the account table.
func (s *sealer) appendAccount(to *table.Chunk, a *sealedRow) {
	c := to.Columns
	s.id = s.id[:0]
	s.seal(&c[columnID], a.exportRow, partID, a.ID, padID)
	s.id = append(s.id, a.ID...)
	s.seal(&c[columnHash], a.exportRow, partHash, joinTexts(a.StoredHash, a.HashContext), padHash)
	s.seal(&c[columnIdentifier], a.exportRow, partIdentifier, joinTexts(a.Identifier, a.CredentialTag), padIdentifier)
	s.facts = factsOf(a)
	s.masker.mask(a.exportRow, &s.facts)
	c[columnFacts].Values = append(c[columnFacts].Values, s.facts[:]...)
	c[columnExportRow].U32(a.exportRow)
	c[columnNames].U64(a.prints.identity)
	c[columnPrint].U64(a.prints.row)
	to.Rows++
}

// renumber changes the class of a row of a chunk, without uncovering it.
func renumber(to *table.Chunk, row int, was, is uint8) {
	to.Columns[columnFacts].Values[row*factsSize+factClass] ^= was ^ is
}

func (s *sealer) seal(c *table.ChunkColumn, row uint32, part uint64, text string, pad int) {
	s.text = appendPadded(s.text[:0], text, pad)
	size := len(s.text)
	// The nonce travels after the text: an array of its own would be garbage.
	n := nonce(row, part)
	s.text = append(s.text, n[:]...)
	// Left alone, Seal grows to what it needs and copies all that is there, each time.
	c.Values = slices.Grow(c.Values, size+s.vault.aead.Overhead())
	c.Values = s.vault.aead.Seal(c.Values, s.text[size:], s.text[:size], s.id)
	c.End()
}

// contextMark begins a sealed value of two texts. No stored hash and no identifier begins so.
const contextMark = "\x00\x01"

// joinTexts puts another text after one where there is another: mark, length of the first as eight hexadecimal digits, first,
// other. So do a stored hash and its context, an identifier and the credential tag.
func joinTexts(first, other string) string {
	if other == "" && !strings.HasPrefix(first, contextMark) {
		return first
	}
	return fmt.Sprintf("%s%08x%s%s", contextMark, len(first), first, other)
}

func cutTexts(sealed string) (first, other string, err error) {
	rest, ok := strings.CutPrefix(sealed, contextMark)
	if !ok {
		return sealed, "", nil
	}
	const digits = 8
	if len(rest) >= digits {
		if n, err := strconv.ParseUint(rest[:digits], 16, 32); err == nil && n <= uint64(len(rest)-digits) {
			return rest[digits : digits+n], rest[digits+n:], nil
		}
	}
	return "", "", errors.New("a sealed value of two texts has a wrong length")
}

func position[T comparable](all []T, one T) uint8 {
	for i := range all {
		if all[i] == one {
			return uint8(i)
		}
	}
	return 0 // unspecified
}

// accountTable answers from the mapped file.
type accountTable struct{ table.Columns }

func parseAccounts(file *table.Pages) (*accountTable, error) {
	c, err := table.Parse(file, accountSchema)
	if err != nil {
		return nil, fmt.Errorf("the account table cannot be read: %w", err)
	}
	return &accountTable{*c}, nil
}

// rowReader reads the columns of one row; the first error stays.
type rowReader struct {
	table *accountTable
	row   int
	err   error
}

func (r *rowReader) bytes(column int) []byte {
	b, err := r.table.Text(r.row, column)
	if err != nil && r.err == nil {
		r.err = err
	}
	return b
}

func (r *rowReader) fixed(column, width int) []byte {
	if b := r.table.Fixed(r.row, column, width); b != nil {
		return b
	}
	if r.err == nil {
		r.err = r.table.Err()
	}
	return make([]byte, width)
}

func (r *rowReader) u32(column int) uint32 { return binary.LittleEndian.Uint32(r.fixed(column, 4)) }

func (r *rowReader) u64(column int) uint64 { return binary.LittleEndian.Uint64(r.fixed(column, 8)) }

// id opens the account id of a row.
func (t *accountTable) id(row uint32, v vault) ([]byte, error) {
	r := rowReader{table: t, row: int(row)}
	sealed, exportRow := r.bytes(columnID), r.u32(columnExportRow)
	if r.err != nil {
		return nil, r.err
	}
	return v.openPadded(exportRow, partID, sealed, nil)
}

// facts uncovers the facts of a row.
func (t *accountTable) facts(row uint32, v vault) (f facts, err error) {
	r := rowReader{table: t, row: int(row)}
	copy(f[:], r.fixed(columnFacts, factsSize))
	exportRow := r.u32(columnExportRow)
	if r.err != nil {
		return facts{}, r.err
	}
	m := masker{block: v.facts}
	m.mask(exportRow, &f)
	return f, f.check()
}

// get opens a row.
func (t *accountTable) get(row uint32, classes []ClassMeta, v vault) (Account, error) {
	f, err := t.facts(row, v)
	if err != nil {
		return Account{}, err
	}
	if !f.class(classes) {
		return Account{}, errors.New("the class of its stored hash is unknown")
	}
	id, err := t.id(row, v)
	if err != nil {
		return Account{}, err
	}
	a := Account{
		ID:                string(id),
		HashCause:         stored.Cause(classes[f[factClass]].Cause),
		PasswordChangedAt: f.time(factChangedAt),
		LastActiveAt:      f.time(factActiveAt),
		MFA:               accounts.MFA(f[factMFA]),
		Canary:            f.is(factCanary),
		Privilege:         privileges[f[factPrivilege]],
		Status:            statuses[f[factStatus]],
		HashSteps:         f[factSteps],
	}
	r := rowReader{table: t, row: int(row)}
	hash, identifier, exportRow := r.bytes(columnHash), r.bytes(columnIdentifier), r.u32(columnExportRow)
	if r.err != nil {
		return Account{}, r.err
	}
	if a.StoredHash, a.HashContext, err = v.openTexts(exportRow, partHash, hash, id); err != nil {
		return Account{}, err
	}
	a.Identifier, a.CredentialTag, err = v.openTexts(exportRow, partIdentifier, identifier, id)
	return a, err
}

// openTexts opens one text or two.
func (v vault) openTexts(row uint32, part uint64, sealed, id []byte) (first, other string, err error) {
	text, err := v.openPadded(row, part, sealed, id)
	if err != nil {
		return "", "", err
	}
	return cutTexts(string(text))
}
