package synth

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"github.com/credsieve/credsieve/hashing/stored"
)

// The code here shares nothing with the generator: it reads the files as a stranger would and
// tries every cut of every line.

type storedAccount struct {
	id, status string
	hash       stored.Hash
}

// foldIdentifier is a simple canonical form, enough for what the files hold.
func foldIdentifier(s string) string {
	s = strings.ToLower(s)
	s = strings.Replace(s, "@xn--bcher-kva.test", "@bücher.test", 1)
	if s != "" && strings.Trim(s, "+0123456789 -") == "" {
		s = strings.NewReplacer("+", "", " ", "", "-", "").Replace(s)
		s = strings.TrimPrefix(s, "00")
	}
	return s
}

func readAccounts(t *testing.T, path string) map[string]*storedAccount {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	byIdentifier := make(map[string]*storedAccount)
	for _, row := range rows[1:] {
		h, err := stored.Parse(row[4], stored.DefaultLimits())
		if err != nil {
			t.Fatalf("account %s: %v", row[0], err)
		}
		a := &storedAccount{row[0], row[9], h}
		identifiers := 0
		for _, s := range row[1:4] {
			if s == "" {
				continue
			}
			identifiers++
			if other := byIdentifier[foldIdentifier(s)]; other != nil {
				t.Fatalf("accounts %s and %s share an identifier", other.id, a.id)
			}
			byIdentifier[foldIdentifier(s)] = a
		}
		if identifiers == 0 {
			t.Fatalf("account %s has no identifier", a.id)
		}
	}
	return byIdentifier
}

// cut is one way to read a record.
type cut struct{ id, password string }

func lineCuts(line string) []cut {
	var cuts []cut
	isSeparator := func(r rune) bool { return strings.ContainsRune(":;|\t", r) }
	for i, r := range line {
		if !isSeparator(r) {
			continue
		}
		left, right := line[:i], line[i+1:]
		cuts = append(cuts, cut{left, right}, cut{right, left})
		// A login may begin after an earlier separator.
		if j := strings.LastIndexFunc(left, isSeparator); j >= 0 {
			cuts = append(cuts, cut{left[j+1:], right})
		}
	}
	return cuts
}

// records calls visit once for each record of a decompressed text, with all its cuts.
func records(t *testing.T, name string, data []byte, visit func([]cut)) {
	t.Helper()
	if strings.HasSuffix(name, ".csv") || strings.HasSuffix(name, ".tsv") {
		r := csv.NewReader(bytes.NewReader(data))
		password := 4
		if strings.HasSuffix(name, ".tsv") {
			r.Comma, password = '\t', 3
		}
		rows, err := r.ReadAll()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, row := range rows[1:] {
			var cuts []cut
			for _, id := range row[password-3 : password] {
				if id != "" {
					cuts = append(cuts, cut{id, row[password]})
				}
			}
			visit(cuts)
		}
		return
	}
	for line := range strings.Lines(string(data)) {
		if cuts := lineCuts(strings.TrimSuffix(line, "\n")); len(cuts) > 0 {
			visit(cuts)
		}
	}
}

func decompress(t *testing.T, name string, data []byte) []byte {
	t.Helper()
	var r io.Reader = bytes.NewReader(data)
	var err error
	switch filepath.Ext(name) {
	case ".gz":
		r, err = gzip.NewReader(r)
	case ".zst":
		r, err = zstd.NewReader(r)
	}
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func zipMembers(t *testing.T, data []byte) map[string][]byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	members := make(map[string][]byte)
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if members[f.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
	}
	return members
}

// sidecarName returns the name that the sidecar of a dump gives it, else its own.
func sidecarName(t *testing.T, path string) string {
	t.Helper()
	for _, sidecar := range []string{
		path + ".meta.yaml", filepath.Join(filepath.Dir(path), "dump.meta.yaml"),
	} {
		data, err := os.ReadFile(sidecar)
		if err != nil {
			continue
		}
		first, _, _ := strings.Cut(string(data), "\n")
		name, ok := strings.CutPrefix(first, "name: ")
		if !ok {
			t.Fatalf("%s begins with %q", sidecar, first)
		}
		return name
	}
	return filepath.Base(path)
}

// visitDumps calls visit for each record with the name of its dump.
func visitDumps(t *testing.T, dir string, visit func(dump string, cuts []cut)) (files int) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(path, ".meta.yaml") {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		files++
		name := sidecarName(t, path)
		texts := map[string][]byte{filepath.Base(path): decompress(t, path, data)}
		if filepath.Ext(path) == ".zip" {
			if texts = zipMembers(t, data); len(texts) != 2 {
				t.Errorf("%s has %d members", path, len(texts))
			}
		}
		for base, text := range texts {
			records(t, base, text, func(cuts []cut) { visit(name, cuts) })
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// tally is what a stranger finds in the dumps.
type tally struct {
	accounts   map[string]*storedAccount // by folded identifier
	sources    map[string][]string       // dumps by confirmed active account
	met        map[string]bool
	perDump    map[string]int
	noise      map[cut]bool
	hits       int
	stale      int
	notActive  int
	duplicates int
}

func (y *tally) add(dump string, cuts []cut) {
	y.perDump[dump]++
	ours, confirmed := false, (*storedAccount)(nil)
	for _, c := range cuts {
		a := y.accounts[foldIdentifier(c.id)]
		if a == nil {
			continue
		}
		ours, y.met[a.id] = true, true
		if a.hash.Verify([]byte(c.password)).Outcome == stored.Match {
			confirmed = a
		}
	}
	switch {
	case confirmed != nil && confirmed.status == "active":
		y.hits++
		y.sources[confirmed.id] = append(y.sources[confirmed.id], dump)
	case confirmed != nil:
		y.notActive++
	case ours:
		y.stale++
	default:
		c := noiseCut(cuts)
		if y.noise[c] {
			y.duplicates++
		}
		y.noise[c] = true
	}
}

// truth is truth.csv as it follows from what was found.
func (y *tally) truth() string {
	var b strings.Builder
	b.WriteString("account_id,sources\n")
	for _, id := range slices.Sorted(maps.Keys(y.sources)) {
		names := slices.Compact(slices.Sorted(slices.Values(y.sources[id])))
		b.WriteString(id + "," + strings.Join(names, ";") + "\n")
	}
	return b.String()
}

func TestTruth(t *testing.T) {
	t.Parallel()
	o := cheap()
	s := generate(t, o)
	y := &tally{
		accounts: readAccounts(t, s.AccountsPath), sources: make(map[string][]string),
		met: make(map[string]bool), perDump: make(map[string]int), noise: make(map[cut]bool),
	}
	visitDumps(t, s.DumpsPath, y.add)
	got, err := os.ReadFile(s.TruthPath)
	if err != nil {
		t.Fatal(err)
	}
	if want := y.truth(); string(got) != want {
		t.Errorf("truth.csv says\n%s\nthe files say\n%s", got, want)
	}
	if len(y.sources) != 30 || s.Listed != 30 {
		t.Errorf("%d accounts found, %d listed, want 30 of 300", len(y.sources), s.Listed)
	}
	found := [4]int{y.hits, y.stale, y.notActive, y.duplicates}
	if said := [4]int{s.Hits, s.Stale, s.NotActive, s.Duplicates}; found != said {
		t.Errorf("hits, stale, not active, duplicates: found %v, summary says %v", found, said)
	}
	if s.NotActive != 2 || s.Duplicates == 0 || len(y.met) != 30+60+2 {
		t.Errorf("%d not active, %d duplicates, %d accounts met", s.NotActive, s.Duplicates, len(y.met))
	}
	for _, d := range s.Dumps {
		if y.perDump[d.Name] != d.Records {
			t.Errorf("%s holds %d records, summary says %d", d.Name, y.perDump[d.Name], d.Records)
		}
	}
	if s.Records != o.Records || s.Hits+s.Stale+s.NotActive+s.Noise != s.Records {
		t.Errorf("records do not add up: %+v", s)
	}
}

// noiseCut brings a noise record to one form, whatever the format and the order.
func noiseCut(cuts []cut) cut {
	for _, c := range cuts {
		// An Android URL holds an "@" as well, and slashes.
		if strings.Contains(c.id, "@") && !strings.ContainsAny(c.id, ":;|\t/") {
			return c
		}
	}
	if len(cuts) == 2 { // user name, separator, password
		return cuts[0]
	}
	return cuts[len(cuts)-1]
}

func TestDumpsArePresentInEveryFormat(t *testing.T) {
	t.Parallel()
	s := generate(t, cheap())
	if len(s.Dumps) != len(Formats()) {
		t.Fatalf("%d dumps, want %d", len(s.Dumps), len(Formats()))
	}
	for _, d := range s.Dumps {
		if _, err := os.Stat(d.Path); err != nil {
			t.Error(err)
		}
	}
	shards := visitDumps(t, filepath.Join(s.DumpsPath, "compilation"), func(string, []cut) {})
	if shards < 10 || shards > 36 {
		t.Errorf("%d shards, want 10 to 36", shards)
	}
	mixed, err := os.ReadFile(filepath.Join(s.DumpsPath, "combo_mixed.txt.gz"))
	if err != nil {
		t.Fatal(err)
	}
	text := string(decompress(t, ".gz", mixed))
	if !strings.HasPrefix(text, banner+"\n\n") || !strings.Contains(text, "\n"+advert+"\n\n") {
		t.Error("the lines that are not records are missing")
	}
	last := 0
	for line := range strings.Lines(text) {
		if i := strings.IndexAny(line, ":;|\t"); i >= 0 && !strings.Contains(line[:i], "@") &&
			strings.HasSuffix(line, ".com\n") {
			last++
		}
	}
	if last == 0 {
		t.Error("no line has its password first")
	}
}
