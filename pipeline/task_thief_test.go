package pipeline

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"github.com/credsieve/credsieve/hashing/stored"
	"github.com/credsieve/credsieve/pipeline/internal/workplace"
)

// spellings are what a thief looks for: a text as it is, and as programs write it, by name.
func spellings(secret string) map[string][]byte {
	reversed := []byte(secret)
	slices.Reverse(reversed)
	all := make(map[string][]byte)
	for name, text := range map[string]string{
		"": secret, "lower ": strings.ToLower(secret), "upper ": strings.ToUpper(secret), "reversed ": string(reversed),
		"wide ": string(wide(secret)),
	} {
		all[name+"plain"] = []byte(text)
		all[name+"hex"] = []byte(hex.EncodeToString([]byte(text)))
		all[name+"upper hex"] = bytes.ToUpper(all[name+"hex"])
		for before := range 3 { // where in a group of three bytes it begins; the groups at both ends depend on what is beside it
			from, to := before, before+(len(text)-before)/3*3
			for alphabet, encoding := range map[string]*base64.Encoding{"base64": base64.RawStdEncoding, "base64url": base64.RawURLEncoding} {
				all[fmt.Sprint(name, alphabet, before)] = []byte(encoding.EncodeToString([]byte(text[from:to])))
			}
		}
	}
	return all
}

// wide is a text with a zero byte after each of its own, as UTF-16 has it.
func wide(text string) []byte {
	out := make([]byte, 0, 2*len(text))
	for i := range len(text) {
		out = append(out, text[i], 0)
	}
	return out
}

// unpacked are the texts that can be unpacked out of data, wherever they begin.
func unpacked(data []byte) (texts [][]byte) {
	try := func(magic string, open func(io.Reader) (io.Reader, error)) {
		for at := 0; ; at++ {
			next := bytes.Index(data[at:], []byte(magic))
			if next < 0 {
				return
			}
			at += next
			r, err := open(bytes.NewReader(data[at:]))
			if err != nil {
				continue
			}
			// What was unpacked before it turned out to be nothing counts as well.
			if text, _ := io.ReadAll(io.LimitReader(r, 1<<20)); len(text) > 0 {
				texts = append(texts, text)
			}
		}
	}
	try("\x1f\x8b", func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) })
	for _, level := range []string{"\x78\x01", "\x78\x5e", "\x78\x9c", "\x78\xda"} {
		try(level, func(r io.Reader) (io.Reader, error) { return zlib.NewReader(r) })
	}
	try("\x28\xb5\x2f\xfd", func(r io.Reader) (io.Reader, error) { return zstd.NewReader(r, zstd.WithDecoderConcurrency(1)) })
	return texts
}

// stolen says in which spelling one of the secrets is in data, "" when a thief finds none.
func stolen(data []byte, secrets []string) string {
	for i, text := range append([][]byte{data}, unpacked(data)...) {
		for _, secret := range secrets {
			for name, spelling := range spellings(secret) {
				if bytes.Contains(text, spelling) {
					return fmt.Sprintf("%q as %s (text %d)", secret, name, i)
				}
			}
		}
	}
	return ""
}

// TestStolen: the thief finds what is there to be found.
func TestStolen(t *testing.T) {
	t.Parallel()
	const secret = "Planted-Secret-4711"
	packed := func(pack func(io.Writer) io.WriteCloser) []byte {
		var out bytes.Buffer
		w := pack(&out)
		fmt.Fprintf(w, "something %s else", secret)
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return out.Bytes()
	}
	reversed := []byte(secret)
	slices.Reverse(reversed)
	for name, text := range map[string][]byte{
		"plain": []byte(secret), "reversed": reversed, "lower": []byte(strings.ToLower(secret)),
		"hex": []byte(hex.EncodeToString([]byte(secret))), "wide": wide(secret),
		"base64, 0": []byte(base64.StdEncoding.EncodeToString([]byte(secret + "more"))),
		"base64, 1": []byte(base64.StdEncoding.EncodeToString([]byte("a" + secret + "more"))),
		"base64, 2": []byte(base64.URLEncoding.EncodeToString([]byte("ab" + secret))),
		"gzip":      packed(func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) }),
		"zlib":      packed(func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) }),
		"zstd": packed(func(w io.Writer) io.WriteCloser {
			z, err := zstd.NewWriter(w)
			if err != nil {
				t.Fatal(err)
			}
			return z
		}),
	} {
		if stolen(slices.Concat([]byte("\x00before"), text, []byte("after")), []string{"other", secret}) == "" {
			t.Errorf("%s: nothing was found", name)
		}
	}
	if found := stolen([]byte("nothing of that kind"), []string{secret}); found != "" {
		t.Error(found)
	}
}

// thiefPlace is a store with an account of each kind, dumps that name them, and all that must not be found of it.
func thiefPlace(t *testing.T) (cfg Config, secrets []string) {
	t.Helper()
	const right = "Planted-Secret-4711"
	hash, err := stored.Parse("$2b$04$"+strings.Repeat(".", 53), stored.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := hash.(stored.Planter).Plant([]byte(right))
	if err != nil {
		t.Fatal(err)
	}
	place := workplace.Of(t, strings.Join([]string{
		"account_id,email,username,phone,password_hash,canary",
		"plantedid77,planted.victim@example.com,planted_handle_5,+999123456789," + encoded + ",false",
		"refutedid78,refuted.person@example.com,,," + encoded + ",false",
		"canaryid79,planted.canary@example.org,,,,true", "",
	}, "\n"))
	dumps := filepath.Join(t.TempDir(), "dumps-of-plotters")
	for name, text := range map[string]string{
		"planted-dump.txt": "planted.victim@example.com:" + right + "\nrefuted.person@example.com:Wrong-Guess-815\n" +
			"planted.canary@example.org:Canary-Pass-42\nstranger.danger@example.net:Strange-Pass-99\nplanted_handle_5:" + right + "\n" +
			"refuted.person@example.com:" + encoded + "\n",
		"planted-table.csv":          "email,password,note\nrefuted.person@example.com,Tabled-Guess-1,x\nbroken row of Rejected-Text-6\n",
		"planted-page.txt":           "prose that names <planted.victim@example.com> beside Swept-Pass-317\n",
		"planted-dump.txt.meta.yaml": "name: planted-breach-name\npasswords: [Archive-Pass-271]\n",
	} {
		if err := os.MkdirAll(dumps, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dumps, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cfg = placeConfig(place.Dir, place.Key)
	cfg.Dumps, cfg.OwnDomains = []string{dumps}, []string{"login.planted.example.com"}
	salt, tag := encoded[7:29], encoded[29:]
	return cfg, []string{
		right, "planted.victim", "victim@example.com", "planted_handle", "999123456789", "plantedid77", "refuted.person", "refutedid78",
		"planted.canary", "canary@example.org", "canaryid79", "Wrong-Guess", "Canary-Pass", "stranger.danger", "Strange-Pass",
		"Tabled-Guess", "Rejected-Text", "Swept-Pass", "Archive-Pass", "planted-dump", "planted-table", "planted-breach",
		"dumps-of-plotters", "login.planted", salt, tag, encoded[:12],
	}
}

// TestTasks_tell_a_thief_nothing: without the key no identifier, password, stored hash, canary or path can be found where a run
// lies, in whatever spelling, before and after each stage.
func TestTasks_tell_a_thief_nothing(t *testing.T) {
	t.Parallel()
	cfg, secrets := thiefPlace(t)
	p := planTasks(t, cfg, PlanOptions{Partitions: 2})
	p.screen(t)
	p.confirm(t)
	objects := make(map[string]int) // by stage
	err := filepath.WalkDir(p.where, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(p.where, path)
		if err != nil {
			return err
		}
		if found := stolen([]byte(rel), secrets); found != "" {
			t.Errorf("the name %s tells %s", rel, found)
		}
		if entry.IsDir() {
			return nil
		}
		stage, _, _ := strings.Cut(filepath.ToSlash(rel), "/")
		objects[stage]++
		info, err := entry.Info()
		if err != nil {
			return err
		}
		if info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v", rel, info.Mode())
		}
		data, err := os.ReadFile(path)
		if found := stolen(data, secrets); found != "" {
			t.Errorf("%s holds %s", rel, found)
		}
		return err
	})
	if err != nil || objects["plan"] != 1 || objects["screen"] == 0 || objects["confirm"] != 2 {
		t.Fatalf("objects: %v, %v", objects, err)
	}
	// What was hidden was there to be hidden.
	cfg.Out = filepath.Join(t.TempDir(), "published")
	outcome, err := PublishTasks(t.Context(), cfg, p.run)
	if err != nil {
		t.Fatal(err)
	}
	m := outcome.Manifest
	if len(outcome.List) == 0 || m.Controls.Canaries.Met != 1 || m.Controls.EqualHashes.Met == 0 || m.Counts.Refuted < 2 || m.Counts.RecordsRejected == 0 ||
		m.Sweep.Claimed == 0 || m.Inputs[0].Name != "planted-breach-name" {
		t.Errorf("the run did not find what was planted: %+v %+v %+v", m.Counts, m.Controls, m.Sweep)
	}
}
