package pipeline

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/credsieve/credsieve/datasets/synth"
	"github.com/credsieve/credsieve/hashing/stored"
	"github.com/credsieve/credsieve/pipeline/control"
	"github.com/credsieve/credsieve/pipeline/internal/workplace"
)

// TestReference: kernels and reference list the same bytes and count the same, and the manifest says which it was.
func TestReference(t *testing.T) {
	t.Parallel()
	cfg := smallWorkplace(t)
	fast, err := Run(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	slow := cfg
	slow.Reference, slow.Out, slow.Workers = true, cfg.Out+"2", 1
	reference, err := Run(context.Background(), slow)
	if err != nil {
		t.Fatal(err)
	}
	if fast.Manifest.Counts != reference.Manifest.Counts || fast.Manifest.Counts.AccountsListed == 0 {
		t.Errorf("counts %+v and %+v", fast.Manifest.Counts, reference.Manifest.Counts)
	}
	for _, name := range []string{"at_risk.csv", "at_risk.parquet", "undecided.csv", "accounts.csv", "rejects.csv"} {
		a, errA := os.ReadFile(filepath.Join(cfg.Out, name))
		b, errB := os.ReadFile(filepath.Join(slow.Out, name))
		if errA != nil || errB != nil || !bytes.Equal(a, b) {
			t.Errorf("%s differs (%v, %v)", name, errA, errB)
		}
	}
	if v := fast.Manifest.Verifier; v != nil {
		t.Errorf("with kernels the manifest says %+v", v)
	}
	if v := reference.Manifest.Verifier; v == nil || !v.Reference || len(v.SwitchedOff) != 0 {
		t.Errorf("by the reference the manifest says %+v", v)
	}
}

// TestReference_of_several_schemes: hashes that are put together, in batches that are not full, and others in between.
func TestReference_of_several_schemes(t *testing.T) {
	t.Parallel()
	export, leaked := "account_id,email,password_hash\n", ""
	var bodies []stored.Planter
	for _, encoded := range []string{
		"$2b$04$" + strings.Repeat(".", 53),
		stored.FormatArgon2id(nil, []byte("a salt for tests"), cheapArgon2),
	} {
		hash, err := stored.Parse(encoded, stored.DefaultLimits())
		if err != nil {
			t.Fatal(err)
		}
		bodies = append(bodies, hash.(stored.Planter))
	}
	for i := range 60 {
		encoded, err := bodies[i%3%2].Plant(fmt.Appendf(nil, "Made-Up-%d", i))
		if err != nil {
			t.Fatal(err)
		}
		export += fmt.Sprintf("u%d,u%d@example.com,\"%s\"\n", i, i, encoded)
		leaked += fmt.Sprintf("u%[1]d@example.com:Made-Up-x\nu%[1]d@example.com:Made-Up-%[2]d\nu%[1]d@example.com:Made-Up-y\n",
			i, i*(i%2))
	}
	p := workplace.Of(t, export)
	p.Index(t)
	dump := filepath.Join(t.TempDir(), "list.txt")
	if err := os.WriteFile(dump, []byte(leaked), 0o600); err != nil {
		t.Fatal(err)
	}
	var lists []string
	for i, how := range []struct {
		workers   int
		reference bool
	}{{1, true}, {1, false}, {3, false}} {
		cfg := placeConfig(p.Dir, p.Key)
		cfg.Dumps, cfg.Workers, cfg.Reference = []string{dump}, how.workers, how.reference
		cfg.Out = fmt.Sprint(cfg.Out, i)
		outcome, err := Run(context.Background(), cfg)
		if err != nil {
			t.Fatal(err)
		}
		list, err := os.ReadFile(filepath.Join(cfg.Out, "at_risk.csv"))
		if err != nil {
			t.Fatal(err)
		}
		lists = append(lists, fmt.Sprintf("%+v\n%s", outcome.Manifest.Counts, list))
	}
	if lists[0] != lists[1] || lists[0] != lists[2] || !strings.Contains(lists[0], "u59") {
		t.Errorf("by the reference, with one worker, with three:\n%s", strings.Join(lists, "\n"))
	}
}

// forgetful opens for every password once, and never again.
type forgetful struct {
	stored.Hash
	seen *sync.Map
}

func (f forgetful) Verify(password []byte) stored.Result {
	if _, again := f.seen.LoadOrStore(string(password), true); again {
		return stored.Result{Outcome: stored.NoMatch}
	}
	return stored.Result{Outcome: stored.Match}
}

// TestReference_has_the_last_word: what a kernel confirms and the reference refutes fails the run.
func TestReference_has_the_last_word(t *testing.T) {
	t.Parallel()
	o := synth.Defaults()
	o.Accounts, o.Records, o.Formats, o.Argon2 = 50, 100, []string{"combo_colon"}, cheapArgon2
	cfg := synthetic(t, o)
	seen := new(sync.Map)
	cfg.parseHash = func(encoded string, limits stored.Limits) (stored.Hash, error) {
		hash, err := stored.Parse(encoded, limits)
		return forgetful{hash, seen}, err
	}
	_, err := Run(context.Background(), cfg)
	var blind *control.Error
	if !errors.As(err, &blind) || !strings.Contains(err.Error(), "the reference refutes") {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(cfg.Out); err == nil {
		t.Error("something was published")
	}
}
