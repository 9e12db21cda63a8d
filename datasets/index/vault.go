package index

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"

	"github.com/credsieve/credsieve/datasets/accounts"
	"github.com/credsieve/credsieve/hashing"
)

// maxText bounds an account id, an identifier and a stored hash, all of them far shorter in life;
// 65,536 of them then fit the 32-bit offsets of a batch.
const maxText = 1 << 10

// Columns of the account table.
const (
	columnID = iota
	columnHash
	columnIdentifier
	columnScheme
	columnCause
	columnChangedAt
	columnActiveAt
	columnMFA
	columnCanary
	columnPrivilege
	columnStatus
	columnTag
	columnSteps
)

var accountSchema = arrow.NewSchema([]arrow.Field{
	{Name: "account_id", Type: arrow.BinaryTypes.String},
	{Name: "hash_sealed", Type: arrow.BinaryTypes.Binary},
	{Name: "identifier_sealed", Type: arrow.BinaryTypes.Binary},
	{Name: "scheme", Type: arrow.BinaryTypes.String},
	{Name: "hash_cause", Type: arrow.BinaryTypes.String},
	{Name: "password_changed_at", Type: arrow.PrimitiveTypes.Int64},
	{Name: "last_active_at", Type: arrow.PrimitiveTypes.Int64},
	{Name: "mfa", Type: arrow.PrimitiveTypes.Uint8},
	{Name: "canary", Type: arrow.PrimitiveTypes.Uint8},
	{Name: "privilege", Type: arrow.PrimitiveTypes.Uint8},
	{Name: "status", Type: arrow.PrimitiveTypes.Uint8},
	{Name: "credential_tag", Type: arrow.BinaryTypes.String},
	{Name: "hash_steps", Type: arrow.PrimitiveTypes.Uint8},
}, nil)

// The positions are the numbers in the file.
var (
	privileges = [...]accounts.Privilege{accounts.PrivilegeUnspecified,
		accounts.PrivilegeUser, accounts.PrivilegeStaff, accounts.PrivilegeAdmin}
	statuses = [...]accounts.Status{accounts.StatusUnspecified,
		accounts.StatusActive, accounts.StatusDisabled, accounts.StatusLocked}
)

// CauseNoPassword is the cause of a canary without a password: it is indexed, but nothing can match
// it.
const CauseNoPassword hashing.Cause = "no_password"

// Account is one row of the account table, opened.
type Account struct {
	ID                string
	Identifier        string // the first usable one, as exported
	StoredHash        string
	HashCause         hashing.Cause // set when the stored hash could not be parsed at build
	PasswordChangedAt time.Time     // zero: unknown
	LastActiveAt      time.Time     // zero: unknown
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

// nonce is unique under a build's key, because a row is written once.
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

// accountWriter appends to the account table.
type accountWriter struct {
	*tableWriter
	vault  vault
	sealed []byte
}

func (s *staging) createAccounts(name string, v vault) (*accountWriter, error) {
	t, err := s.createTable(name, accountSchema)
	return &accountWriter{tableWriter: t, vault: v}, err
}

func (w *accountWriter) append(a *Account, scheme hashing.Scheme) error {
	row := uint32(w.rows)
	text := func(column int, s string) { w.row.Field(column).(*array.StringBuilder).Append(s) }
	sealed := func(column int, part uint64, s string) {
		w.sealed = w.vault.seal(w.sealed, row, part, s, a.ID)
		w.row.Field(column).(*array.BinaryBuilder).Append(w.sealed)
	}
	at := func(column int, t time.Time) {
		seconds := int64(0)
		if !t.IsZero() {
			seconds = t.Unix()
		}
		w.row.Field(column).(*array.Int64Builder).Append(seconds)
	}
	small := func(column int, n uint8) { w.row.Field(column).(*array.Uint8Builder).Append(n) }
	canary := uint8(0)
	if a.Canary {
		canary = 1
	}
	text(columnID, a.ID)
	sealed(columnHash, partHash, a.StoredHash)
	sealed(columnIdentifier, partIdentifier, a.Identifier)
	text(columnScheme, string(scheme))
	text(columnCause, string(a.HashCause))
	at(columnChangedAt, a.PasswordChangedAt)
	at(columnActiveAt, a.LastActiveAt)
	small(columnMFA, uint8(a.MFA))
	small(columnCanary, canary)
	small(columnPrivilege, position(privileges[:], a.Privilege))
	small(columnStatus, position(statuses[:], a.Status))
	text(columnTag, a.CredentialTag)
	small(columnSteps, a.HashSteps)
	return w.endRow()
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
type accountTable struct{ columns }

func parseAccounts(data []byte) (*accountTable, error) {
	c, err := parseColumns(data, accountSchema)
	if err != nil {
		return nil, fmt.Errorf("the account table cannot be read: %w", err)
	}
	return &accountTable{*c}, nil
}

// rowReader reads the columns of one row; the first error stays.
type rowReader struct {
	batch []columnPart
	i     int
	err   error
}

func (r *rowReader) bytes(column int) []byte {
	b, err := r.batch[column].bytesAt(r.i)
	if err != nil && r.err == nil {
		r.err = err
	}
	return b
}

func (r *rowReader) time(column int) time.Time {
	seconds := int64(binary.LittleEndian.Uint64(r.batch[column].values[r.i*8:]))
	if seconds == 0 {
		return time.Time{}
	}
	return time.Unix(seconds, 0).UTC()
}

func (r *rowReader) small(column, limit int) uint8 {
	n := r.batch[column].values[r.i]
	if int(n) >= limit && r.err == nil {
		r.err = fmt.Errorf("column %q holds %d", accountSchema.Field(column).Name, n)
	}
	return uint8(min(int(n), limit-1))
}

// get opens a row.
func (t *accountTable) get(row uint32, v vault) (Account, error) {
	if int64(row) >= t.rows {
		return Account{}, fmt.Errorf("there are only %d rows", t.rows)
	}
	r := rowReader{batch: t.batches[row>>batchShift], i: int(row & (batchRows - 1))}
	id, hash, identifier := r.bytes(columnID), r.bytes(columnHash), r.bytes(columnIdentifier)
	a := Account{
		ID:                string(id),
		HashCause:         hashing.Cause(r.bytes(columnCause)),
		PasswordChangedAt: r.time(columnChangedAt),
		LastActiveAt:      r.time(columnActiveAt),
		MFA:               accounts.MFA(r.small(columnMFA, 3)),
		Canary:            r.small(columnCanary, 2) == 1,
		Privilege:         privileges[r.small(columnPrivilege, len(privileges))],
		Status:            statuses[r.small(columnStatus, len(statuses))],
		CredentialTag:     string(r.bytes(columnTag)),
		HashSteps:         r.small(columnSteps, math.MaxUint8+1),
	}
	if r.err != nil {
		return Account{}, r.err
	}
	var err error
	if a.StoredHash, err = v.open(row, partHash, hash, id); err != nil {
		return Account{}, err
	}
	a.Identifier, err = v.open(row, partIdentifier, identifier, id)
	return a, err
}

// small reads one byte of a row without opening it, 0 for a row that is not there.
func (t *accountTable) small(row uint32, column int) uint8 {
	if int64(row) >= t.rows {
		return 0
	}
	return t.batches[row>>batchShift][column].values[row&(batchRows-1)]
}

// tag reads the credential tag of a row without opening it.
func (t *accountTable) tag(row uint32) string {
	if int64(row) >= t.rows {
		return ""
	}
	r := rowReader{batch: t.batches[row>>batchShift], i: int(row & (batchRows - 1))}
	return string(r.bytes(columnTag))
}

func (t *accountTable) isCanary(row uint32) bool { return t.small(row, columnCanary) == 1 }
