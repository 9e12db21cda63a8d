package index

import (
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
	columnClass
	columnChangedAt
	columnActiveAt
	columnMFA
	columnCanary
	columnPrivilege
	columnStatus
	columnTag
	columnSteps
	columnChangedIn
	columnExportRow
	columnCounts
	columnNames
	columnPrint
)

var accountSchema = arrow.NewSchema([]arrow.Field{
	{Name: "account_id", Type: arrow.BinaryTypes.String},
	{Name: "hash_sealed", Type: arrow.BinaryTypes.Binary},
	{Name: "identifier_sealed", Type: arrow.BinaryTypes.Binary},
	{Name: "hash_class", Type: arrow.PrimitiveTypes.Uint8},
	{Name: "password_changed_at", Type: arrow.PrimitiveTypes.Int64},
	{Name: "last_active_at", Type: arrow.PrimitiveTypes.Int64},
	{Name: "mfa", Type: arrow.PrimitiveTypes.Uint8},
	{Name: "canary", Type: arrow.PrimitiveTypes.Uint8},
	{Name: "privilege", Type: arrow.PrimitiveTypes.Uint8},
	{Name: "status", Type: arrow.PrimitiveTypes.Uint8},
	{Name: "credential_tag", Type: arrow.BinaryTypes.String},
	{Name: "hash_steps", Type: arrow.PrimitiveTypes.Uint8},
	{Name: "changed_in", Type: arrow.PrimitiveTypes.Uint32},
	{Name: "export_row", Type: arrow.PrimitiveTypes.Uint32},
	{Name: "identifier_counts", Type: &arrow.FixedSizeBinaryType{ByteWidth: countsSize}},
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
type vault struct{ aead cipher.AEAD }

func newVault(key *hashing.Key, buildID [buildIDSize]byte) (vault, error) {
	block, err := aes.NewCipher(key.Derive(hashing.PurposeVault, buildID[:], 32))
	if err != nil {
		return vault{}, err
	}
	aead, err := cipher.NewGCM(block)
	return vault{aead}, err
}

// attachmentRow numbers no account: an index holds fewer.
const attachmentRow = math.MaxUint32

// The two sealed values of a row.
const (
	partHash = iota
	partIdentifier
)

// nonce is unique under a build's key, because a row of the export is sealed once.
func nonce(row uint32, part uint64) (n [12]byte) {
	binary.BigEndian.PutUint64(n[4:], uint64(row)*2+part)
	return n
}

func (v vault) seal(dst []byte, row uint32, part uint64, text, id string) []byte {
	n := nonce(row, part)
	return v.aead.Seal(dst[:0], n[:], []byte(text), []byte(id))
}

func (v vault) open(row uint32, part uint64, sealed, id []byte) (string, error) {
	n := nonce(row, part)
	text, err := v.aead.Open(nil, n[:], sealed, id)
	if err != nil {
		return "", errors.New("a sealed value does not open: it was changed or moved")
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
	text, id []byte
}

// appendAccount appends a row to a chunk of the account table.
func (s *sealer) appendAccount(to *table.Chunk, a *sealedRow) {
	c := to.Columns
	s.id = append(s.id[:0], a.ID...)
	at := func(t time.Time) uint64 {
		if t.IsZero() {
			return 0
		}
		return uint64(t.Unix())
	}
	canary := uint8(0)
	if a.Canary {
		canary = 1
	}
	c[columnID].Text(a.ID)
	s.seal(&c[columnHash], a.exportRow, partHash, joinHash(a.StoredHash, a.HashContext))
	s.seal(&c[columnIdentifier], a.exportRow, partIdentifier, a.Identifier)
	c[columnClass].U8(a.class)
	c[columnChangedAt].U64(at(a.PasswordChangedAt))
	c[columnActiveAt].U64(at(a.LastActiveAt))
	c[columnMFA].U8(uint8(a.MFA))
	c[columnCanary].U8(canary)
	c[columnPrivilege].U8(position(privileges[:], a.Privilege))
	c[columnStatus].U8(position(statuses[:], a.Status))
	c[columnTag].Text(a.CredentialTag)
	c[columnSteps].U8(a.HashSteps)
	c[columnChangedIn].U32(a.changedIn)
	c[columnExportRow].U32(a.exportRow)
	c[columnCounts].Values = append(c[columnCounts].Values, a.counts[:]...)
	c[columnNames].U64(a.prints.identity)
	c[columnPrint].U64(a.prints.row)
	to.Rows++
}

func (s *sealer) seal(c *table.ChunkColumn, row uint32, part uint64, text string) {
	s.text = append(s.text[:0], text...)
	// The nonce travels after the text: an array of its own would be garbage.
	n := nonce(row, part)
	s.text = append(s.text, n[:]...)
	// Left alone, Seal grows to what it needs and copies all that is there, each time.
	c.Values = slices.Grow(c.Values, len(text)+s.vault.aead.Overhead())
	c.Values = s.vault.aead.Seal(c.Values, s.text[len(text):], s.text[:len(text)], s.id)
	c.End()
}

// contextMark begins a sealed value of stored hash and context. No stored hash begins so.
const contextMark = "\x00\x01"

// joinHash puts a context after a stored hash that has one: mark, length of the hash as eight hexadecimal digits, hash,
// context.
func joinHash(hash, context string) string {
	if context == "" && !strings.HasPrefix(hash, contextMark) {
		return hash
	}
	return fmt.Sprintf("%s%08x%s%s", contextMark, len(hash), hash, context)
}

func cutHash(sealed string) (hash, context string, err error) {
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
	return "", "", errors.New("a sealed stored hash has a context of a wrong length")
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

func (r *rowReader) time(column int) time.Time {
	seconds := int64(binary.LittleEndian.Uint64(r.fixed(column, 8)))
	if seconds == 0 {
		return time.Time{}
	}
	return time.Unix(seconds, 0).UTC()
}

func (r *rowReader) small(column, limit int) uint8 {
	n := r.fixed(column, 1)[0]
	if int(n) >= limit && r.err == nil {
		r.err = fmt.Errorf("column %q holds %d", accountSchema.Field(column).Name, n)
	}
	return uint8(min(int(n), limit-1))
}

func (r *rowReader) u32(column int) uint32 { return binary.LittleEndian.Uint32(r.fixed(column, 4)) }

func (r *rowReader) u64(column int) uint64 { return binary.LittleEndian.Uint64(r.fixed(column, 8)) }

// get opens a row.
func (t *accountTable) get(row uint32, classes []ClassMeta, v vault) (Account, error) {
	r := rowReader{table: t, row: int(row)}
	id, hash, identifier := r.bytes(columnID), r.bytes(columnHash), r.bytes(columnIdentifier)
	class := r.small(columnClass, len(classes))
	if r.err != nil {
		return Account{}, r.err
	}
	a := Account{
		ID:                string(id),
		HashCause:         stored.Cause(classes[class].Cause),
		PasswordChangedAt: r.time(columnChangedAt),
		LastActiveAt:      r.time(columnActiveAt),
		MFA:               accounts.MFA(r.small(columnMFA, 3)),
		Canary:            r.small(columnCanary, 2) == 1,
		Privilege:         privileges[r.small(columnPrivilege, len(privileges))],
		Status:            statuses[r.small(columnStatus, len(statuses))],
		CredentialTag:     string(r.bytes(columnTag)),
		HashSteps:         r.small(columnSteps, math.MaxUint8+1),
	}
	exportRow := r.u32(columnExportRow)
	if r.err != nil {
		return Account{}, r.err
	}
	sealed, err := v.open(exportRow, partHash, hash, id)
	if err != nil {
		return Account{}, err
	}
	if a.StoredHash, a.HashContext, err = cutHash(sealed); err != nil {
		return Account{}, err
	}
	a.Identifier, err = v.open(exportRow, partIdentifier, identifier, id)
	return a, err
}

// small reads one byte of a row without opening it, 0 when its page is damaged.
func (t *accountTable) small(row uint32, column int) uint8 {
	if b := t.Fixed(int(row), column, 1); b != nil {
		return b[0]
	}
	return 0
}

// changedIn reads the generation in which identifiers or stored hash changed last.
func (t *accountTable) changedIn(row uint32) uint32 {
	if b := t.Fixed(int(row), columnChangedIn, 4); b != nil {
		return binary.LittleEndian.Uint32(b)
	}
	return math.MaxUint32 // a caller that does not notice the damage errs to the side of looking
}
