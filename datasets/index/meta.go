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
	"os"
	"path/filepath"
	"time"

	"github.com/credsieve/credsieve/hashing"
)

const (
	schemaVersion = 1
	metaName      = "index.json"

	// maxMetaBytes is a hundred times what the largest description needs.
	maxMetaBytes = 4 << 20
	// maxRejected bounds the rows named in the description; all are counted.
	maxRejected = 100
	buildIDSize = 16
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

	Proof

	Attachment string `json:"attachment,omitempty"` // sealed, base64; see BuildOptions

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

// FilterMeta describes the filter.
type FilterMeta struct {
	Bits      uint64  `json:"bits"`
	Hashes    uint32  `json:"hashes"`
	FPRTarget float64 `json:"fpr_target"`
	Members   uint64  `json:"members"` // distinct tokens
}

// FileMeta describes a data file. Rows are members in the case of the filter.
type FileMeta struct {
	Name   string `json:"name"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
	Rows   int64  `json:"rows"`
}

// RejectedRow is a row of the export that could not be indexed.
type RejectedRow struct {
	Row    int64  `json:"row"`
	Reason string `json:"reason"`
}

// Data files, in the order of Meta.Files.
const (
	fileFilter = iota
	fileTokens
	fileAccounts
	fileCount
)

func dataName(file int, id string) string {
	pattern := [fileCount]string{"filter.%s.bloom", "tokens.%s.arrow", "accounts.%s.arrow"}
	return fmt.Sprintf(pattern[file], id[:8])
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
		return nil, fmt.Errorf("%s has schema version %d, this program reads %d; rebuild the index",
			metaName, v.SchemaVersion, schemaVersion)
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
			"this program has %d; rebuild the index",
			dir, d.Canonicalizer, hashing.CanonicalizerVersion)
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
	if id, err := hex.DecodeString(d.ID); err != nil || len(id) != buildIDSize {
		return fmt.Errorf("%s is damaged: its id is not %d bytes in hexadecimal",
			metaName, buildIDSize)
	}
	if len(d.Files) != fileCount {
		return fmt.Errorf("%s is damaged: it names %d files, not %d",
			metaName, len(d.Files), fileCount)
	}
	for i, f := range d.Files {
		if f.Name != dataName(i, d.ID) {
			return fmt.Errorf("%s is damaged: file %d is not of this build", metaName, i+1)
		}
	}
	if d.Files[fileAccounts].Rows != d.Indexed {
		return errors.New(metaName + " is damaged: its numbers of accounts differ")
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
