package verify

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/accounts"
	"github.com/credsieve/credsieve/datasets/index"
	"github.com/credsieve/credsieve/hashing"
	"github.com/credsieve/credsieve/hashing/stored"
)

// formVector is a hash of testdata/vectors/forms that a product made of a password which it had changed, with the
// password that its user typed. Rule is of a file of hash steps, Row what the export has of the account.
type formVector struct {
	Kind, Encoded, Typed, Wrong, Rule, Key string
	Row                                    map[string]string
}

func readForms(t *testing.T) (vectors []formVector) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "testdata", "vectors", "forms", "forms.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &vectors); err != nil {
		t.Fatal(err)
	}
	return vectors
}

// rules reads the rule of a vector as a file.
func (v *formVector) rules(t *testing.T) []Rule {
	t.Helper()
	if v.Rule == "" {
		return nil
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "store.key"), []byte(v.Key), 0o600); err != nil {
		t.Fatal(err)
	}
	text := strings.ReplaceAll(strings.ReplaceAll(v.Rule, "{KEY}", "store.key"), "\n", "\n    ")
	path := filepath.Join(dir, "steps.yaml")
	if err := os.WriteFile(path, []byte("rules:\n  - name: of the store\n    "+text+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	rules, err := ReadHashSteps(path)
	if err != nil {
		t.Fatal(err)
	}
	return rules
}

func (v *formVector) account() accounts.Account {
	a := user(v.Encoded)
	a.PasswordSalt = v.Row["salt"]
	if id := v.Row["id"]; id != "" {
		a.ID = id
	}
	if name := v.Row["username"]; name != "" {
		a.Identifiers = append(a.Identifiers, accounts.Identifier{Kind: hashing.KindUsername, Text: name})
	}
	if address := v.Row["email"]; address != "" {
		a.Identifiers = []accounts.Identifier{{Kind: hashing.KindEmail, Text: address}}
	}
	return a
}

// TestTarget_verifies_what_products_hash gives each hash the password that was typed, through the attachment of an
// index and back, and as the known answer of a build.
func TestTarget_verifies_what_products_hash(t *testing.T) {
	t.Parallel()
	kinds := map[string]int{}
	for _, v := range readForms(t) {
		kinds[v.Kind]++
		t.Run(v.Kind, func(t *testing.T) {
			t.Parallel()
			rules, row := v.rules(t), v.account()
			r := testRecipes(t, rules...)
			if err := proveAll(t, r, map[string]string{row.ID: v.Typed}, row); err != nil {
				t.Errorf("the build refuses the known answer: %v", err)
			}
			target := targetOf(t, again(t, r), &row)
			for password, want := range map[string]stored.Outcome{v.Typed: stored.Match, v.Wrong: stored.NoMatch} {
				got, n, err := target.Verify(context.Background(), []byte(password), false, AtOnce)
				if err != nil || got.Outcome != want || n > stored.MaxForms {
					t.Errorf("%q against %s: %+v after %d verifications, want %s", password, v.Encoded, got, n, want)
				}
				if most := target.MostVerifications([]byte(password), false); n > most {
					t.Errorf("%q took %d verifications, at most %d were announced", password, n, most)
				}
			}
		})
	}
	if len(kinds) < 25 {
		t.Errorf("%d kinds of vectors: %v", len(kinds), kinds)
	}
	for kind, n := range kinds {
		if n < 3 {
			t.Errorf("%s has %d vectors", kind, n)
		}
	}
}

// again returns the recipes as a scan gets them out of an index.
func again(t *testing.T, r *Recipes) *Recipes {
	t.Helper()
	data, err := encodeAttachment(r.rules, nil)
	if err != nil {
		t.Fatal(err)
	}
	a, err := decodeAttachment(data)
	if err != nil {
		t.Fatal(err)
	}
	rules, err := a.stepRules()
	if err != nil {
		t.Fatal(err)
	}
	return testRecipes(t, rules...)
}

func targetOf(t *testing.T, r *Recipes, a *accounts.Account) *Target {
	t.Helper()
	target, cause := r.Target(&index.Account{
		ID: a.ID, StoredHash: a.PasswordHash, HashContext: r.contextOf(a), HashSteps: r.RuleOf(a.PasswordHash),
	})
	if cause != "" {
		t.Fatal(cause)
	}
	return target
}

// A row without the column that its steps need is undecided, and says so; it refutes nothing.
func TestTarget_without_its_column(t *testing.T) {
	t.Parallel()
	rule := Rule{Name: "smf", Steps: stored.Steps{{Kind: stored.StepPrepend, Column: "{username:lower}"}}}
	r := testRecipes(t, rule)
	row := user(storedHash(t, nil, "jdoeMade-Up-1"))
	_, cause := r.Target(&index.Account{
		ID: row.ID, StoredHash: row.PasswordHash, HashContext: r.contextOf(&row), HashSteps: 1,
	})
	if cause != stored.CauseNeedsColumn {
		t.Errorf("cause %q", cause)
	}
	err := proveAll(t, r, map[string]string{"u1": "Made-Up-1"}, row)
	if err == nil || !strings.Contains(err.Error(), "has no value there: username") {
		t.Errorf("the build says %v", err)
	}
}

// A credential tag that was made of the typed password lets the form through that the product made of it.
func TestTarget_forms_of_products_pass_the_tag(t *testing.T) {
	t.Parallel()
	for _, v := range readForms(t) {
		if v.Kind != "wordpress_slashes" {
			continue
		}
		key, err := hashing.NewKey()
		if err != nil {
			t.Fatal(err)
		}
		r, err := New(key, nil, Options{Limits: stored.DefaultLimits()})
		if err != nil {
			t.Fatal(err)
		}
		tagger, err := hashing.NewTagger(key, 12)
		if err != nil {
			t.Fatal(err)
		}
		const name = "u1@example.com"
		form, _ := hashing.TagForm(hashing.NewCanonicalizer(), []byte(name))
		target, cause := r.Target(&index.Account{
			StoredHash: v.Encoded, Identifier: name, CredentialTag: tagger.Tag(form, []byte(v.Typed)).String(),
		})
		if cause != "" {
			t.Fatal(cause)
		}
		if got, _, err := target.Verify(context.Background(), []byte(v.Typed), false, AtOnce); err != nil ||
			got.Outcome != stored.Match {
			t.Errorf("%q: %+v, %v", v.Typed, got, err)
		}
	}
}
