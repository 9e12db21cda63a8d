package synth

import (
	"fmt"
	"io"
	"strings"
)

// Pair is one leaked record as it is to be written.
type Pair struct{ Identifier, Password string }

// encoder writes the records of one dump.
type encoder interface {
	record(id, password []byte) error
	close() error
}

// junker is an encoder that can also write a line that is not a record.
type junker interface {
	junk(line string) error
}

// format is one kind of dump.
type format struct {
	name  string
	file  string // below dumps/
	about sidecar
	dirty bool // lines that are not records can stand between the others
	carry func(Pair) bool
	// open needs the number of records for formats that split them.
	open func(w io.Writer, records int) (encoder, error)
}

// formats is the explicit list: a new format is one file and one entry here.
var formats = []format{
	{name: "combo_colon", file: "combo_colon.txt", dirty: true, carry: carryLine,
		open: openComboColon},
	{name: "combo_mixed", file: "combo_mixed.txt.gz", dirty: true, carry: carryLine,
		open:  openComboMixed,
		about: sidecar{name: "mixed-combo-2025", kind: "combo_list", leakedOn: "2025-06-30"}},
	{name: "combo_semicolon", file: "combo_semicolon.txt.zst", dirty: true, carry: carryLine,
		open: openComboSemicolon},
	{name: "ulp", file: "ulp.txt", dirty: true, carry: carryULP, open: openULP,
		about: sidecar{"stealer-rows-2025", "stealer_log", "2025-11-02", "unverified"}},
	{name: "csv", file: "leak.csv", carry: carryTable, open: openCSV,
		about: sidecar{"forum-breach-2024", "site_breach", "2024-03-14", "verified"}},
	{name: "tsv", file: "leak.tsv", carry: carryTable, open: openTSV},
	{name: "zip", file: "archive.zip", carry: carryLine, open: openZip,
		about: sidecar{name: "shop-breach-2023", kind: "site_breach", leakedOn: "2023-09-01"}},
	{name: "sharded", file: "compilation", carry: carryLine, open: openComboColon,
		about: sidecar{name: "compilation-2022", kind: "combo_list", trust: "unverified"}},
}

// Formats returns the names of the dump formats, in the order in which they are written.
func Formats() []string {
	names := make([]string, len(formats))
	for i, f := range formats {
		names[i] = f.name
	}
	return names
}

func lookupFormat(name string) (*format, error) {
	for i := range formats {
		if formats[i].name == name {
			return &formats[i], nil
		}
	}
	return nil, fmt.Errorf("unknown dump format %q, want one of %s", name,
		strings.Join(Formats(), ", "))
}

// sourceName is what a scan calls the dump: the sidecar's name, else the name of the file.
func (f *format) sourceName() string {
	if f.about.name != "" {
		return f.about.name
	}
	return f.file
}

// sidecar describes a dump; empty fields are left out, and without a name there is none.
type sidecar struct{ name, kind, leakedOn, trust string }

func (s sidecar) text() string {
	var b strings.Builder
	for _, kv := range [][2]string{
		{"name", s.name}, {"kind", s.kind}, {"leaked_on", s.leakedOn}, {"trust", s.trust},
	} {
		if kv[1] != "" {
			fmt.Fprintf(&b, "%s: %s\n", kv[0], kv[1])
		}
	}
	return b.String()
}

// WriteDump writes the pairs to w as one dump, compressed where the format is. A sharded dump is
// many files; what is written is one of them. A pair that the format cannot carry is an error.
func WriteDump(w io.Writer, format string, pairs []Pair) error {
	f, err := lookupFormat(format)
	if err != nil {
		return fmt.Errorf("failed to write dump: %w", err)
	}
	enc, err := f.open(w, len(pairs))
	if err != nil {
		return fmt.Errorf("failed to write %s dump: %w", format, err)
	}
	for i, p := range pairs {
		if !f.carry(p) {
			return fmt.Errorf("failed to write %s dump: it cannot carry pair %d", format, i)
		}
		if err := enc.record([]byte(p.Identifier), []byte(p.Password)); err != nil {
			return fmt.Errorf("failed to write %s dump: %w", format, err)
		}
	}
	if err := enc.close(); err != nil {
		return fmt.Errorf("failed to write %s dump: %w", format, err)
	}
	return nil
}
