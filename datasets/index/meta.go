package index

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"time"

	"github.com/credsieve/credsieve/hashing"
)

const (
	schemaVersion = 2
	metaName      = "index.json"

	// maxMetaBytes is a hundred times what the largest description needs.
	maxMetaBytes = 4 << 20
	// maxRejected bounds the rows named in the description; all are counted.
	maxRejected = 100
	buildIDSize = 16

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

	Accounts     int64 `json:"accounts"`      // accepted accounts, also those without a password
	Indexed      int64 `json:"indexed"`       // accounts with tokens in the vault
	NoPassword   int64 `json:"no_password"`   // canaries among them are indexed all the same
	RowsRejected int64 `json:"rows_rejected"` // rows without a usable identifier
	Canaries     int64 `json:"canaries"`

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

	SHA256 string `json:"sha256"`
	Seal   string `json:"seal"`
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
	// Rewritten says why all tables were made anew although there was a previous index.
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

// FileMeta describes a data file. Rows are members in the case of the filter, and bits of the live
// rows.
type FileMeta struct {
	Name   string `json:"name"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"` // of NAME.pages, which holds the SHA-256 of every page of NAME
	Rows   int64  `json:"rows"`
}

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

// description is index.json with the bytes that its digests cover.
type description struct {
	Meta
	body []byte // everything before the two digests
}

// tail is how index.json ends.
func tail(sum, seal string) string {
	return fmt.Sprintf("  \"sha256\": \"%s\",\n  \"seal\": \"%s\"\n}\n", sum, seal)
}

func checksum(body []byte) string {
	sum := sha256.Sum256(append(bytes.Clone(body), tail("", "")...))
	return hex.EncodeToString(sum[:])
}

func seal(body []byte, sum string, key *hashing.Key) string {
	mac := hmac.New(sha256.New, key.Derive(hashing.PurposeIndexSeal, nil, sha256.Size))
	mac.Write(body)
	mac.Write([]byte(tail(sum, "")))
	return hex.EncodeToString(mac.Sum(nil))
}

// encodeMeta fills in the digests of m and returns the bytes of index.json.
func encodeMeta(m *Meta, key *hashing.Key) ([]byte, error) {
	m.SHA256, m.Seal = "", ""
	raw, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("failed to encode %q: %w", metaName, err)
	}
	body, ok := bytes.CutSuffix(append(raw, '\n'), []byte(tail("", "")))
	if !ok {
		panic("index: the digests are not the last fields of Meta")
	}
	m.SHA256 = checksum(body)
	m.Seal = seal(body, m.SHA256, key)
	return append(body, tail(m.SHA256, m.Seal)...), nil
}

// readDescription reads index.json without trusting it.
func readDescription(dir string) (*description, error) {
	f, err := os.Open(filepath.Join(dir, metaName))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	raw, err := io.ReadAll(io.LimitReader(f, maxMetaBytes+1))
	if err != nil {
		return nil, err
	}
	return parseDescription(raw)
}

func parseDescription(raw []byte) (*description, error) {
	if len(raw) > maxMetaBytes {
		return nil, fmt.Errorf("%s is longer than %d bytes", metaName, maxMetaBytes)
	}
	// The version alone first: of another version nothing else is known.
	var v struct {
		SchemaVersion int `json:"schema_version"`
	}
	if err := json.Unmarshal(raw, &v); err != nil {
		return nil, fmt.Errorf("%s is damaged: %w", metaName, err)
	}
	if v.SchemaVersion != schemaVersion {
		return nil, fmt.Errorf("%s has schema version %d, this program reads %d; %w",
			metaName, v.SchemaVersion, schemaVersion, errRebuild)
	}
	d := &description{}
	if err := json.Unmarshal(raw, &d.Meta); err != nil {
		return nil, fmt.Errorf("%s is damaged: %w", metaName, err)
	}
	body, ok := bytes.CutSuffix(raw, []byte(tail(d.SHA256, d.Seal)))
	if !ok {
		return nil, fmt.Errorf("%s is damaged: it does not end with its digests", metaName)
	}
	d.body = body
	return d, nil
}

// checkWhole needs no key; it notices accidents. The seal notices also intent.
func (d *description) checkWhole() error {
	if d.SHA256 != checksum(d.body) {
		return fmt.Errorf("%s is damaged: its SHA-256 differs", metaName)
	}
	return d.checkFiles()
}

// checkFor checks that the description was made under key by rules that this program follows. What
// a person can act on comes first, although nothing is authentic before the seal: each refuses.
func (d *description) checkFor(dir string, key *hashing.Key) error {
	if d.Canonicalizer != hashing.CanonicalizerVersion {
		return fmt.Errorf("index %q was built with identifier canonicaliser %d, "+
			"this program has %d; %w",
			dir, d.Canonicalizer, hashing.CanonicalizerVersion, errRebuild)
	}
	if id := key.ID(); d.KeyID != id {
		return fmt.Errorf("index %q was built with key %q, the given key is %q", dir, d.KeyID, id)
	}
	if err := d.checkWhole(); err != nil {
		return err
	}
	if !hmac.Equal([]byte(d.Seal), []byte(seal(d.body, d.SHA256, key))) {
		return fmt.Errorf("the seal of %s does not fit the key; "+
			"it was changed by someone without it", metaName)
	}
	return nil
}

// checkFiles refuses names that Build does not give, so that no description leads out of the
// folder.
func (d *description) checkFiles() error {
	if len(d.Segments) < 1 || len(d.Segments) > maxSegments {
		return fmt.Errorf("%s is damaged: it names %d segments", metaName, len(d.Segments))
	}
	live, rows, ids := int64(0), int64(0), []string{d.ID}
	for _, s := range d.Segments {
		if s.Rows < 0 || s.Rows > math.MaxUint32 || s.Live < 0 || s.Live > s.Rows ||
			len(s.Classes) > maxClasses {
			return errors.New(metaName + " is damaged: a segment's numbers are impossible")
		}
		ids, live, rows = append(ids, s.ID), live+s.Live, rows+s.Rows
	}
	for _, text := range ids {
		if id, err := hex.DecodeString(text); err != nil || len(id) != buildIDSize {
			return fmt.Errorf("%s is damaged: an id is not %d bytes in hexadecimal",
				metaName, buildIDSize)
		}
	}
	if live != d.Indexed || rows > math.MaxUint32 {
		return errors.New(metaName + " is damaged: its numbers of accounts differ")
	}
	names := d.fileNames()
	if len(d.Files) != len(names) {
		return fmt.Errorf("%s is damaged: it names %d files, not %d",
			metaName, len(d.Files), len(names))
	}
	for i, f := range d.Files {
		if f.Name != names[i] {
			return fmt.Errorf("%s is damaged: file %d is not of this build", metaName, i+1)
		}
		if f.Bytes < 0 || f.Rows < 0 {
			return fmt.Errorf("%s is damaged: file %d has no size", metaName, i+1)
		}
	}
	return nil
}

// ReadMeta reads the description of an index, without the key: it notices damage, but not forgery.
func ReadMeta(dir string) (*Meta, error) {
	d, err := readDescription(dir)
	if err == nil {
		err = d.checkWhole()
	}
	if err != nil {
		return nil, fmt.Errorf("failed to read index %q: %w", dir, err)
	}
	return &d.Meta, nil
}
