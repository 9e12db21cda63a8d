package synth

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/klauspost/compress/gzip"
)

// row is an account as the export holds it.
type row struct {
	account
	status, hash string
}

// rowWriter writes the export in one format.
type rowWriter interface {
	write(*row) error
	close() error
}

// columnNames is the order of the columns in every format.
var columnNames = []string{"account_id", "email", "username", "phone", "password_hash",
	"password_changed_at", "last_active_at", "mfa_enabled", "privilege", "status"}

// accountsFormat returns what writes the export that name stands for.
func accountsFormat(name string) (func(io.Writer) (rowWriter, error), error) {
	base, compression, _ := strings.Cut(name, ".")
	open, ok := map[string]func(io.Writer) (rowWriter, error){
		"csv":     func(w io.Writer) (rowWriter, error) { return newSeparatedRows(w, ',') },
		"tsv":     func(w io.Writer) (rowWriter, error) { return newSeparatedRows(w, '\t') },
		"jsonl":   newJSONRows,
		"parquet": newParquetRows,
	}[base]
	switch {
	case !ok || compression != "" && base == "parquet":
	case name == base:
		return open, nil
	case compression == "gz":
		return compressRows(open, func(w io.Writer) (io.WriteCloser, error) {
			return gzip.NewWriter(w), nil
		}), nil
	case compression == "zst":
		return compressRows(open, func(w io.Writer) (io.WriteCloser, error) {
			return newZstdWriter(w)
		}), nil
	}
	return nil, fmt.Errorf("unknown accounts format %q, want csv, tsv, jsonl, one of these with "+
		".gz or .zst, or parquet", name)
}

type compressedRows struct {
	rowWriter
	compressor io.Closer
}

func compressRows(open func(io.Writer) (rowWriter, error),
	compress func(io.Writer) (io.WriteCloser, error)) func(io.Writer) (rowWriter, error) {
	return func(w io.Writer) (rowWriter, error) {
		c, err := compress(w)
		if err != nil {
			return nil, err
		}
		rows, err := open(c)
		return &compressedRows{rows, c}, err
	}
}

func (c *compressedRows) close() error {
	if err := c.rowWriter.close(); err != nil {
		return err
	}
	return c.compressor.Close()
}

type separatedRows struct{ w *csv.Writer }

func newSeparatedRows(w io.Writer, comma rune) (rowWriter, error) {
	c := csv.NewWriter(w)
	c.Comma = comma
	return &separatedRows{c}, c.Write(columnNames)
}

func (s *separatedRows) write(r *row) error {
	return s.w.Write([]string{r.id, r.email, r.username, r.phone, r.hash,
		timeText(r.changedAt), timeText(r.activeAt), r.mfa, r.privilege, r.status})
}

func (s *separatedRows) close() error {
	s.w.Flush()
	return s.w.Error()
}

func timeText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339)
}

type jsonRows struct{ e *json.Encoder }

func newJSONRows(w io.Writer) (rowWriter, error) {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return &jsonRows{e}, nil
}

func (j *jsonRows) write(r *row) error {
	var enabled *bool
	if r.mfa != "" {
		enabled = new(r.mfa == "true")
	}
	return j.e.Encode(struct {
		ID        string `json:"account_id"`
		Email     string `json:"email,omitempty"`
		Username  string `json:"username,omitempty"`
		Phone     string `json:"phone,omitempty"`
		Hash      string `json:"password_hash"`
		ChangedAt string `json:"password_changed_at,omitempty"`
		ActiveAt  string `json:"last_active_at,omitempty"`
		MFA       *bool  `json:"mfa_enabled,omitempty"`
		Privilege string `json:"privilege"`
		Status    string `json:"status"`
	}{r.id, r.email, r.username, r.phone, r.hash, timeText(r.changedAt), timeText(r.activeAt),
		enabled, r.privilege, r.status})
}

func (j *jsonRows) close() error { return nil }
