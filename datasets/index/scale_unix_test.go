//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package index

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/credsieve/credsieve/datasets/accounts"
	"github.com/credsieve/credsieve/hashing"
)

// madeUp is an export of any size without a file: every account has an e-mail address, every second
// one a user name, and a stored hash whose salt differs. Of every changes-th row the hash is that of
// another night.
type madeUp struct {
	rows, at int
	changes  int // 0: none
	night    int
}

func (m *madeUp) Read(a *accounts.Account) error {
	if m.at == m.rows {
		return io.EOF
	}
	m.at++
	night := 0
	if m.changes > 0 && m.at%m.changes == 0 {
		night = m.night
	}
	n := strconv.Itoa(m.at)
	*a = accounts.Account{
		Row: int64(m.at), ID: "account-" + n, Identifiers: a.Identifiers[:0],
		PasswordHash:      m.hash(n, night),
		PasswordChangedAt: time.Unix(1_700_000_000+int64(night), 0), LastActiveAt: time.Unix(1_750_000_000, 0),
		MFA: accounts.MFAEnabled, Privilege: accounts.PrivilegeUser, Status: accounts.StatusActive,
	}
	a.Identifiers = append(a.Identifiers,
		accounts.Identifier{Kind: hashing.KindEmail, Text: "user" + n + "@example.com"})
	if m.at%2 == 0 {
		a.Identifiers = append(a.Identifiers,
			accounts.Identifier{Kind: hashing.KindUsername, Text: "user-" + n})
	}
	return nil
}

// hash is a stored hash whose salt is the row and the night, quickly.
func (m *madeUp) hash(n string, night int) string {
	b := append(make([]byte, 0, 128), "$argon2id$v=19$m=19456,t=2,p=1$"...)
	b = append(append(b, "000000000000000"[len(n):]...), n...)
	b = append(b, byte('0'+night/10%10), byte('0'+night%10))
	return string(append(b, "0000A$AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"...))
}

func (m *madeUp) Close() error { return nil }

// scaleRows is how many accounts the benchmarks below build; CREDSIEVE_SCALE=10000000 asks for more.
func scaleRows() int {
	n, err := strconv.Atoi(os.Getenv("CREDSIEVE_SCALE"))
	if err != nil {
		return 200_000
	}
	return n
}

// scaleDir is where the index is built, and its key. An index that is to be asked again later stands in
// the folder that CREDSIEVE_SCALE_DIR names.
func scaleDir(b *testing.B) (string, *hashing.Key) {
	dir := os.Getenv("CREDSIEVE_SCALE_DIR")
	if dir == "" {
		return b.TempDir(), newKey(b)
	}
	file := filepath.Join(dir, "key")
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		text = newKey(b).Text()
		err = os.WriteFile(file, text, 0o600)
	}
	if err != nil {
		b.Fatal(err)
	}
	key, err := hashing.ParseKey(text)
	if err != nil {
		b.Fatal(err)
	}
	return filepath.Join(dir, "index"), key
}

func buildMadeUp(b *testing.B, dir string, key *hashing.Key, src *madeUp, previous string) *Meta {
	memory, _ := strconv.ParseInt(os.Getenv("CREDSIEVE_MEMORY"), 10, 64)
	workers, _ := strconv.Atoi(os.Getenv("CREDSIEVE_WORKERS"))
	m, err := Build(context.Background(), src, BuildOptions{Dir: dir, Key: key, Now: time.Unix(1, 0),
		Previous: previous, Memory: memory, Workers: workers})
	if err != nil {
		b.Fatal(err)
	}
	return m
}

// BenchmarkScale builds an index, opens it, asks it, and builds it again after one account in a
// hundred changed. It counts what a benchmark does once, so use it with -benchtime 1x.
func BenchmarkScale(b *testing.B) {
	rows := scaleRows()
	dir, key := scaleDir(b)
	// Processor time next to wall time: on a machine that others use too only the former repeats.
	var began time.Duration
	start := func() { began = processorTime(b) }
	perRow := func(b *testing.B) {
		b.ReportMetric(float64(b.N*rows)/b.Elapsed().Seconds(), "accounts/s")
		b.ReportMetric(float64((processorTime(b)-began).Nanoseconds())/float64(b.N*rows), "cpu-ns/account")
		b.ReportMetric(float64(usage(b).Maxrss)/1024, "peak-MiB") // so far; Linux counts in KiB
	}
	b.Run("read", func(b *testing.B) { // to be taken off what follows
		var a accounts.Account
		start()
		for b.Loop() {
			for src := (&madeUp{rows: rows}); src.Read(&a) == nil; {
			}
		}
		perRow(b)
	})
	b.Run("full", func(b *testing.B) {
		start()
		for b.Loop() {
			buildMadeUp(b, dir, key, &madeUp{rows: rows}, "")
		}
		perRow(b)
	})
	if _, err := ReadMeta(dir); err != nil {
		buildMadeUp(b, dir, key, &madeUp{rows: rows}, "") // full was not asked for
	}
	b.Run("open", func(b *testing.B) {
		for b.Loop() {
			mustOpen(b, dir, key)
		}
	})
	b.Run("hit", func(b *testing.B) { benchmarkAsk(b, dir, key, rows, true) })
	b.Run("miss", func(b *testing.B) { benchmarkAsk(b, dir, key, rows, false) })
	b.Run("line", func(b *testing.B) { benchmarkLines(b, dir, key) })
	b.Run("previous", func(b *testing.B) {
		start()
		for night := 1; b.Loop(); night++ {
			m := buildMadeUp(b, b.TempDir(), key, &madeUp{rows: rows, changes: 100, night: night}, dir)
			if got := m.Previous; got == nil || got.Changed != int64(rows/100) {
				b.Fatalf("carried over %+v", got)
			}
		}
		perRow(b)
	})
}

// benchmarkAsk reports the nanoseconds of a look-up of a token that is there, and of a whole
// question for an address that is not: canonicalise, token, filter.
func benchmarkAsk(b *testing.B, dir string, key *hashing.Key, rows int, hits bool) {
	x := mustOpen(b, dir, key)
	const questions = 1 << 20
	tokens, texts := make([]hashing.Token, questions), make([][]byte, questions)
	c, tokenizer := hashing.NewCanonicalizer(), hashing.NewTokenizer(key)
	random := rand.New(rand.NewPCG(1, 2))
	for i := range texts {
		n := random.IntN(rows) + 1
		if !hits {
			n += rows
		}
		texts[i] = []byte("user" + strconv.Itoa(n) + "@example.com")
		tokens[i] = tokenizer.Token(c.Forms(hashing.KindEmail, texts[i])[0])
	}
	for b.Loop() { // it would forget what was reported before
	}
	var found []uint32
	for range 2 { // the second time everything is warm
		began, passed := processorTime(b), 0
		for i := range questions {
			if hits {
				found = x.Lookup(tokens[i], found[:0])
				passed += len(found)
			} else if x.MayContain(tokenizer.Token(c.Forms(hashing.KindEmail, texts[i])[0])) {
				passed++
			}
		}
		b.ReportMetric(float64((processorTime(b)-began).Nanoseconds())/questions, "cpu-ns/question")
		if x.Err() != nil || hits && passed != questions || !hits && passed > questions/100 {
			b.Fatalf("%d of %d passed, %v", passed, questions, x.Err())
		}
	}
}

// processorTime is what this process has used of all processors.
func processorTime(b *testing.B) time.Duration {
	u := usage(b)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func usage(b *testing.B) (u unix.Rusage) {
	if err := unix.Getrusage(unix.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return u
}
