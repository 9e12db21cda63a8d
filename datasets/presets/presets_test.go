package presets

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/accounts"
)

func samplePath(t *testing.T, name string) string {
	t.Helper()
	found, err := filepath.Glob("data/" + name + ".sample.*")
	if err != nil || len(found) != 1 {
		t.Fatalf("preset %s has %d samples, %v; want one", name, len(found), err)
	}
	return found[0]
}

func config(t *testing.T, p *Preset) string {
	t.Helper()
	if p.Config == "" {
		return ""
	}
	text, err := os.ReadFile("data/" + p.Name + ".config")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func all(t *testing.T) []*Preset {
	t.Helper()
	list, err := All()
	if err != nil || len(list) < 25 {
		t.Fatalf("%d presets, %v", len(list), err)
	}
	return list
}

// TestAll_read_their_samples reads each sample: no row is rejected, nothing is left that cannot be used, and the
// accounts with the sample's password are there, active, with an identifier and a hash.
func TestAll_read_their_samples(t *testing.T) {
	t.Parallel()
	for _, p := range all(t) {
		if p.NoHashes != "" {
			continue
		}
		t.Run(p.Name, func(t *testing.T) {
			t.Parallel()
			recipe, err := p.Recipe(config(t, p))
			if err != nil {
				t.Fatal(err)
			}
			r, err := accounts.Open(t.Context(), samplePath(t, p.Name), accounts.Options{
				Recipe: recipe, Warn: func(err error) { t.Errorf("warning: %v", err) },
			})
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			var found []string
			var a accounts.Account
			for {
				err := r.Read(&a)
				if err == io.EOF {
					break
				}
				if err != nil || a.Rejected != "" {
					t.Fatalf("row %d: %v %s", a.Row, err, a.Rejected)
				}
				if a.PasswordHash != "" && len(a.Identifiers) > 0 && a.Status == accounts.StatusActive {
					found = append(found, a.ID)
				}
			}
			for _, id := range p.sample.listed {
				if !slices.Contains(found, id) {
					t.Errorf("account %q is not there, active, with a hash; there are %q", id, found)
				}
			}
			for _, u := range r.(accounts.Reporter).Report().Unusable {
				if !strings.Contains(u.Reason, "without a zone") {
					t.Error(u)
				}
			}
			if len(p.sample.listed) == 0 {
				t.Error("the sample says of no account that it is to be listed")
			}
		})
	}
}

func TestNamed(t *testing.T) {
	t.Parallel()
	if _, err := Named("nothing"); err == nil || !strings.Contains(err.Error(), "there are 389ds, auth0") {
		t.Errorf("got %v", err)
	}
	p, err := Named("cognito")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Recipe(""); err == nil || !strings.Contains(err.Error(), "no password hashes") {
		t.Errorf("got %v", err)
	}
	if p, err = Named("firebase"); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Recipe(""); err == nil || !strings.Contains(err.Error(), "password hash parameters") {
		t.Errorf("got %v", err)
	}
	if p, err = Named("django"); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Recipe("x"); err == nil {
		t.Error("a preset took a configuration that it has no use for")
	}
}

// TestRecipes_of_samples shows three of them whole.
func TestRecipes_of_samples(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"okta":       "00u1 [email jdoe@example.com username jdoe@example.com] $2a$04$jbDm6zW2AeHM98cQytkmYuGjEc9cRKat3UL8rKaLl10VT612Kmm6K active user",
		"shadow":     "root [username root] * active user",
		"pwdump":     `EXAMPLE\jdoe [username EXAMPLE\jdoe username jdoe] $NT$ae475ae3a59318c5b23b4accc45393cb active user`,
		"mattermost": "a1 [email jdoe@example.com username jdoe] $2y$04$jbDm6zW2AeHM98cQytkmYuGjEc9cRKat3UL8rKaLl10VT612Kmm6K active admin",
	} {
		p, err := Named(name)
		if err != nil {
			t.Fatal(err)
		}
		recipe, err := p.Recipe("")
		if err != nil {
			t.Fatal(err)
		}
		r, err := accounts.Open(t.Context(), samplePath(t, name), accounts.Options{Recipe: recipe})
		if err != nil {
			t.Fatal(err)
		}
		var a accounts.Account
		if err := r.Read(&a); err != nil {
			t.Fatal(err)
		}
		var ids []string
		for _, id := range a.Identifiers {
			ids = append(ids, id.Kind.String()+" "+id.Text)
		}
		got := fmt.Sprint(a.ID, " ", ids, " ", a.PasswordHash, " ", a.Status, " ", a.Privilege)
		if got != want {
			t.Errorf("%s:\n got %s\nwant %s", name, got, want)
		}
		r.Close()
	}
}
