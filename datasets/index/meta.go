package index

import (
	"fmt"
	"time"

	"github.com/credsieve/credsieve/datasets/accounts"
	"github.com/credsieve/credsieve/datasets/index/internal/bloom"
	"github.com/credsieve/credsieve/datasets/index/internal/table"
)

const (
	schemaVersion = 3
	metaName      = "index.json"

	// maxMetaBytes is a hundred times what the largest description needs.
	maxMetaBytes = 4 << 20
	// maxRejected bounds the rows named in the description; all are counted.
	maxRejected = 100
	buildIDSize = bloom.BuildIDSize

	// maxSegments bounds what one look-up asks; a build that would pass it makes one segment again.
	maxSegments = 8
	// maxClasses is what fits the column; the last of them gathers the costs that come too late.
	maxClasses = 256
)

// Meta is index.json. It names no account.
type Meta struct {
	SchemaVersion int       `json:"schema_version"`
	ID            string    `json:"id"`
	Generation    int64     `json:"generation"` // one more than that of the index it replaced
	KeyID         string    `json:"key_id"`
	Canonicalizer int       `json:"canonicalizer"`
	CreatedAt     time.Time `json:"created_at"`

	Accounts   int64 `json:"accounts"`    // accepted accounts, also those without a password
	Indexed    int64 `json:"indexed"`     // accounts with tokens in the vault
	NoPassword int64 `json:"no_password"` // canaries among them are indexed all the same
	// NotActive counts, by status, the accounts that are never listed: disabled, locked, no_password_login.
	NotActive    map[string]int64 `json:"not_active,omitempty"`
	RowsRejected int64            `json:"rows_rejected"` // rows without a usable identifier, or that could not be read
	Canaries     int64            `json:"canaries"`

	Identifiers         int64            `json:"identifiers"` // exact tokens
	IdentifiersByKind   map[string]int64 `json:"identifiers_by_kind"`
	IdentifiersUnusable int64            `json:"identifiers_unusable"` // beside usable ones
	Schemes             map[string]int64 `json:"schemes"`              // of hashes that parse
	NotVerifiable       map[string]int64 `json:"not_verifiable"`       // the others, by cause

	// Costs counts the hashes that parse by scheme and cost, such as "argon2id m=19456,t=2,p=1".
	Costs map[string]int64 `json:"costs"`

	Proof

	Attachment string `json:"attachment,omitempty"` // sealed, base64; see BuildOptions

	Previous *PreviousMeta `json:"previous,omitempty"` // what the build carried over
	// Carry stands for everything but the rows that tables depend on; a build carries nothing over
	// from an index with another one.
	Carry    string        `json:"carry"`
	Segments []SegmentMeta `json:"segments"` // the oldest first

	Filter   FilterMeta    `json:"filter"`
	Files    []FileMeta    `json:"files"`
	Rejected []RejectedRow `json:"rejected"` // the first of them
	// Unusable counts, by column and reason, the values of accepted rows that could not be used.
	Unusable []accounts.Unusable `json:"unusable,omitempty"`

	SHA256 string `json:"sha256"`
	Seal   string `json:"seal"`
}

// Unverifiable is how many accounts have a stored hash that cannot be verified, whatever the cause.
func (m *Meta) Unverifiable() (n int64) {
	for _, accounts := range m.NotVerifiable {
		n += accounts
	}
	return n
}

// Bytes is how much the data files take.
func (m *Meta) Bytes() (n int64) {
	for _, f := range m.Files {
		n += f.Bytes
	}
	return n
}

// Proof is what was told and proven about the stored hashes beside themselves. It is counted in rows of
// the export.
type Proof struct {
	Tagged       int64       `json:"tagged"`               // with a credential tag
	KnownAnswers int64       `json:"known_answers"`        // verified at build
	HashSteps    []HashSteps `json:"hash_steps,omitempty"` // rules, by number from 1
}

// HashSteps is a rule of hash steps: what the store does to passwords before it hashes them.
type HashSteps struct {
	Name         string   `json:"name"`
	StoredPrefix string   `json:"stored_prefix,omitempty"`
	Scheme       string   `json:"scheme,omitempty"`
	Steps        []string `json:"steps"` // for people; keys by the names of their files
	Accounts     int64    `json:"accounts"`
	KnownAnswers int64    `json:"known_answers"`
}

// PreviousMeta compares an index with the earlier one that its build was given, in accounts that
// are indexed. Added + Changed + Updated + Carried is Meta.Indexed.
type PreviousMeta struct {
	ID         string `json:"id"`
	Generation int64  `json:"generation"`
	Added      int64  `json:"added"`
	Changed    int64  `json:"changed"` // in identifiers or stored hash
	Updated    int64  `json:"updated"` // in anything else
	Removed    int64  `json:"removed"`
	Carried    int64  `json:"carried"` // in nothing
	// Rewritten says why all tables were made again although there was a previous index.
	Rewritten string `json:"rewritten,omitempty"`
}

// SegmentMeta describes the tables that one build made. A row of a later segment replaces one of an
// earlier segment that is no longer live.
type SegmentMeta struct {
	ID         string      `json:"id"` // of the build
	Generation int64       `json:"generation"`
	Rows       int64       `json:"rows"`
	Live       int64       `json:"live"`
	Classes    []ClassMeta `json:"classes"` // what the column hash_class means
}

// ClassMeta is a kind of stored hash: Scheme and Cost, or Cause when it cannot be verified.
type ClassMeta struct {
	Scheme string `json:"scheme,omitempty"`
	Cost   string `json:"cost,omitempty"`
	Cause  string `json:"cause,omitempty"`
}

// Mixed reports whether stored hashes of several kinds share a class, or whether none is known.
func (c ClassMeta) Mixed() bool {
	return c == ClassMeta{} || c.Scheme == otherClass || c.Cost == otherClass
}

// otherClass stands for what came when the list of classes was nearly full.
const otherClass = "other"

// FilterMeta describes the filter.
type FilterMeta struct {
	Bits      uint64  `json:"bits"`
	Hashes    uint32  `json:"hashes"`
	FPRTarget float64 `json:"fpr_target"`
	// FPRMeasured is the share of Probed random tokens that the filter let through at its build.
	FPRMeasured float64 `json:"fpr_measured"`
	Probed      int64   `json:"probed"`
	Members     uint64  `json:"members"`  // tokens that were added, also of accounts now gone
	Capacity    uint64  `json:"capacity"` // the number of tokens that it was made for
}

// FileMeta describes a data file.
type FileMeta = table.FileMeta

// RejectedRow is a row of the export that could not be indexed.
type RejectedRow struct {
	Row    int64  `json:"row"`
	Reason string `json:"reason"`
}

// Kinds of data files.
const (
	fileFilter = iota
	fileLive
	fileTokens
	fileAccounts
	fileIDs
	fileKinds
)

func dataName(kind int, id string) string {
	pattern := [fileKinds]string{"filter.%s.bloom", "live.%s.bits", "tokens.%s.arrow",
		"accounts.%s.arrow", "ids.%s.arrow"}
	return fmt.Sprintf(pattern[kind], id[:8])
}

// fileNames returns the data files that a description must name, in their order. The file of live
// rows is left out where every row is.
func (m *Meta) fileNames() []string {
	all := []string{dataName(fileFilter, m.ID)}
	for _, s := range m.Segments {
		if s.Live != s.Rows {
			all = append(all, dataName(fileLive, m.ID))
			break
		}
	}
	for _, s := range m.Segments {
		all = append(all, dataName(fileTokens, s.ID), dataName(fileAccounts, s.ID),
			dataName(fileIDs, s.ID))
	}
	return all
}

// file returns the description of a data file.
func (m *Meta) file(kind int, id string) (FileMeta, bool) {
	for _, f := range m.Files {
		if f.Name == dataName(kind, id) {
			return f, true
		}
	}
	return FileMeta{}, false
}
