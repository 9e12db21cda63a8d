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

	"github.com/credsieve/credsieve/datasets/internal/durable"
	"github.com/credsieve/credsieve/hashing"
)

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
	f, err := durable.OpenOwn(filepath.Join(dir, metaName), os.O_RDONLY)
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
	return d.meta(dir, err)
}

func (d *description) meta(where string, err error) (*Meta, error) {
	if err == nil {
		err = d.checkWhole()
	}
	if err != nil {
		return nil, fmt.Errorf("failed to read index %q: %w", where, err)
	}
	return &d.Meta, nil
}
