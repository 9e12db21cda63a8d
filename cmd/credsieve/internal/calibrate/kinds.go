package calibrate

import (
	"encoding/base64"
	"fmt"
	"math"
	"math/bits"
	"path/filepath"
	"strings"
	"time"

	"github.com/credsieve/credsieve/hashing/stored"
	"github.com/credsieve/credsieve/pipeline/estimate"
)

// fewest and mostVerifications bound those of a kind: enough to fill what computes several at once, and no more than the
// accounts of a small index.
const (
	fewestVerifications = 64
	mostVerifications   = 20_000
)

// controlVerifications are those of a task that prove a kind: see package estimate.
const controlVerifications = 4

// kinds measures each kind of stored hash.
func (s *session) kinds() error {
	for _, k := range s.Kinds {
		scheme, err := s.kind(k.Name)
		if err != nil {
			return fmt.Errorf("stored hashes of %q: %w", k.Name, err)
		}
		s.out.Confirm.Schemes = append(s.out.Confirm.Schemes, scheme)
	}
	return nil
}

func (s *session) kind(name string) (estimate.Scheme, error) {
	out := estimate.Scheme{Name: name}
	sample, err := SampleOf(name)
	if err != nil {
		return out, err
	}
	hash, err := stored.Parse(sample, stored.DefaultLimits())
	if err != nil {
		return out, err
	}
	out.Memory = hash.Memory()
	n := max(min(int(secondsMeant/leastOf(hash))/s.Scale, mostVerifications), fewestVerifications)
	out.Seconds, err = s.verifying(sample, n)
	return out, err
}

// leastOf is the time of a verification, in seconds, of some: the first one is far longer, and so is one that others interrupt.
// Taken for longer than it is, too few would be measured.
func leastOf(hash stored.Hash) float64 {
	const tries, enough = 20, 20 * time.Millisecond
	least := math.Inf(1)
	begun := time.Now()
	for n := 0; n == 0 || n < tries && time.Since(begun) < enough; n++ {
		begin := time.Now()
		hash.Verify([]byte("a measurement, not a candidate"))
		least = min(least, max(time.Since(begin).Seconds(), 1e-7))
	}
	return least
}

// verifying returns what a verification takes, by the task that confirms so many.
func (s *session) verifying(sample string, n int) (float64, error) {
	export, place := filepath.Join(s.dir, "kind.csv"), filepath.Join(s.dir, "kind")
	if err := writeAccounts(export, n, sample); err != nil {
		return 0, err
	}
	if err := s.buildIndex(export, place); err != nil {
		return 0, err
	}
	path, err := s.writeDump("combo_colon", n, plainPasswords)
	if err != nil {
		return 0, err
	}
	cfg := s.cfg
	cfg.IndexDir = place
	p, err := s.plan(cfg, path, 1, whole)
	if err != nil {
		return 0, err
	}
	defer p.close()
	if err := p.screen(); err != nil {
		return 0, err
	}
	took, err := s.mean(p.confirm)
	took -= s.alone + float64(n)*s.out.Confirm.PairSeconds/s.out.Confirm.Readings
	return max(took, 0) / float64(n+controlVerifications), err
}

// SampleOf makes a stored hash of a kind, such as "argon2id m=19456,t=2,p=1". Nobody's password opens it.
func SampleOf(name string) (string, error) {
	scheme, costs, _ := strings.Cut(name, " ")
	sample := ""
	if of, ok := samples[stored.Scheme(scheme)]; ok {
		sample = of(costs)
	}
	hash, err := stored.Parse(sample, stored.DefaultLimits())
	if err == nil && kindOf(hash) == name {
		return sample, nil
	}
	if err == nil || sample == "" {
		err = fmt.Errorf("this program can make none to measure with; it can make %s", strings.Join(examples, ", "))
	}
	return "", err
}

func kindOf(hash stored.Hash) string {
	return strings.TrimSpace(string(hash.Scheme()) + " " + hash.Params())
}

// examples are kinds that can be measured.
var examples = []string{
	"argon2id m=19456,t=2,p=1", "argon2i m=65536,t=3,p=1", "bcrypt cost=12", "scrypt N=16384,r=8,p=1", "pbkdf2-sha256 sha256,i=29000",
	"django-pbkdf2 sha256,i=600000", "sha512crypt rounds=5000", "phpass cost=13", "drupal7 cost=15",
}

// samples make stored hashes of schemes, of costs as they are shown.
var samples = map[stored.Scheme]func(costs string) string{
	stored.SchemeArgon2id:     argon2("argon2id"),
	stored.SchemeArgon2i:      argon2("argon2i"),
	stored.SchemeArgon2d:      argon2("argon2d"),
	stored.SchemeBcrypt:       func(costs string) string { return "$2b$" + two(number(costs, "cost=%d")) + "$" + dots(53) },
	stored.SchemeScrypt:       scrypt,
	stored.SchemePBKDF2SHA1:   pbkdf2("sha1", 20),
	stored.SchemePBKDF2SHA256: pbkdf2("sha256", 32),
	stored.SchemePBKDF2SHA512: pbkdf2("sha512", 64),
	stored.SchemeDjangoPBKDF2: func(costs string) string {
		return fmt.Sprintf("pbkdf2_sha256$%d$saltsaltsalt$%s", number(costs, "sha256,i=%d"), base64.StdEncoding.EncodeToString(make([]byte, 32)))
	},
	stored.SchemeSHA256Crypt: func(costs string) string { return "$5$" + costs + "$saltsaltsaltsalt$" + dots(43) },
	stored.SchemeSHA512Crypt: func(costs string) string { return "$6$" + costs + "$saltsaltsaltsalt$" + dots(86) },
	stored.SchemePHPass:      phpass("$P$", 22),
	stored.SchemeDrupal7:     phpass("$S$", 43),
}

func dots(n int) string { return strings.Repeat(".", n) }

func two(n int) string { return fmt.Sprintf("%02d", n) }

func bytes64(n int) string { return base64.RawStdEncoding.EncodeToString(make([]byte, n)) }

// number reads the one number of costs, and returns one that no scheme has where there is none.
func number(costs, pattern string) (n int) {
	if _, err := fmt.Sscanf(costs, pattern, &n); err != nil {
		return -1
	}
	return n
}

func argon2(scheme string) func(string) string {
	return func(costs string) string {
		return "$" + scheme + "$v=19$" + costs + "$" + bytes64(16) + "$" + bytes64(32)
	}
}

func scrypt(costs string) string {
	n, r, p := uint(0), 0, 0
	if _, err := fmt.Sscanf(costs, "N=%d,r=%d,p=%d", &n, &r, &p); err != nil {
		return ""
	}
	return fmt.Sprintf("$scrypt$ln=%d,r=%d,p=%d$%s$%s", bits.Len(n)-1, r, p, bytes64(16), bytes64(32))
}

func pbkdf2(digest string, size int) func(string) string {
	return func(costs string) string {
		return fmt.Sprintf("$pbkdf2-%s$%d$%s$%s", digest, number(costs, digest+",i=%d"), bytes64(16), bytes64(size))
	}
}

func phpass(prefix string, tag int) func(string) string {
	const alphabet = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	return func(costs string) string {
		cost := number(costs, "cost=%d")
		if cost < 0 || cost >= len(alphabet) {
			return ""
		}
		return prefix + alphabet[cost:cost+1] + "saltsalt" + dots(tag)
	}
}
