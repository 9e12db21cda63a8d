package screen

import (
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/hashing"
	"github.com/credsieve/credsieve/pipeline/internal/workplace"
)

const (
	mentionedHash = "$argon2id$v=19$m=8,t=1,p=1$bWFkZSB1cCBzYWx0IDE2Yg$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	foreignHash   = "$2y$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy"
)

// sweepText screens a text in which no reader finds records, against the accounts ann, bob and carol.
func sweepText(t *testing.T, text string) *Result {
	t.Helper()
	p := workplace.Of(t, "account_id,email,password_hash\n"+
		"a,ann@example.com,\""+mentionedHash+"\"\nb,bob@example.org,\""+mentionedHash+"\"\nc,carol@example.net,\""+mentionedHash+"\"\n")
	ix, recipes := p.Index(t)
	s := New(Config{Index: ix, Key: p.Key, Recipes: recipes})
	total := &Result{}
	_, err := dump.Read(t.Context(), dump.Input{Path: "-", Size: -1}, dump.Options{Sweep: true, Stdin: strings.NewReader(text)},
		func(b *dump.Block) error {
			r := s.Block(b)
			total.Records += r.Records
			sw := &total.Swept
			sw.Addresses += r.Swept.Addresses
			sw.Claimed += r.Swept.Claimed
			sw.ScreenedOut += r.Swept.ScreenedOut
			sw.Named += r.Swept.Named
			sw.Tried += r.Swept.Tried
			sw.HashOnly += r.Swept.HashOnly
			sw.Untried += r.Swept.Untried
			sw.Cut += r.Swept.Cut
			sw.Mentions = append(sw.Mentions, r.Swept.Mentions...)
			sw.Texts = append(sw.Texts, r.Swept.Texts...)
			return nil
		})
	if err != nil {
		t.Fatal(err)
	}
	return total
}

// notes is an object of which no reader makes a record.
func notes(texts string) string {
	return `{"kind": null, "of": "` + strings.ReplaceAll(texts, " | ", `", "beside": "`) + `"}` + "\n"
}

// TestSweep_ends says what becomes of an address by what stands beside it.
func TestSweep_ends(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		text                                string
		screenedOut, tried, hashes, untried int64
		mention                             Mention
	}{
		"a stranger":      {notes("dora@example.com | Tulip-7"), 1, 0, 0, 0, Mention{}},
		"a text":          {notes("ann@example.com | Tulip-7"), 0, 1, 0, 0, Mention{}},
		"a foreign hash":  {notes("ann@example.com | " + foreignHash), 0, 0, 1, 0, Mention{Hash: true}},
		"the stored hash": {notes("ann@example.com | " + mentionedHash), 0, 0, 1, 0, Mention{Hash: true, Equal: true}},
		"nothing":         {notes("ann@example.com"), 0, 0, 0, 1, Mention{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := sweepText(t, test.text).Swept
			if got.Addresses != 1 || got.ScreenedOut != test.screenedOut || got.Tried != test.tried || got.HashOnly != test.hashes ||
				got.Untried != test.untried || got.Named != got.Tried+got.HashOnly+got.Untried {
				t.Errorf("got %+v", got)
			}
			if test.screenedOut > 0 {
				if len(got.Mentions)+len(got.Texts) > 0 {
					t.Errorf("a stranger is mentioned: %+v", got)
				}
				return
			}
			if len(got.Mentions) != 1 || got.Mentions[0] != test.mention {
				t.Errorf("mentions %+v, want %+v", got.Mentions, test.mention)
			}
			if (len(got.Texts) > 0) != (test.tried > 0) {
				t.Errorf("texts %+v", got.Texts)
			}
		})
	}
}

// TestSweep_texts_are_nearby: what a sweep finds is attributed below what a reader has read, the likeliest text first,
// and no text is tried for the account of another row. An account that is named twice is mentioned once.
func TestSweep_texts_are_nearby(t *testing.T) {
	t.Parallel()
	got := sweepText(t, notes("ann@example.com | Tulip-7 | blue")+notes("bob@example.org | River-8")+notes("ann@example.com")).Swept
	if len(got.Mentions) != 2 || got.Mentions[0].Account == got.Mentions[1].Account || got.Named != 3 {
		t.Errorf("mentions %+v of %d", got.Mentions, got.Named)
	}
	first := map[uint32]string{}
	for _, text := range got.Texts {
		if text.Attribution != hashing.AttributionNearby || text.Digest {
			t.Errorf("%q: %+v", text.Secret, text)
		}
		if text.Further == (first[text.Account] == "") {
			t.Errorf("%q: further is %t", text.Secret, text.Further)
		}
		first[text.Account] += string(text.Secret) + " "
	}
	if len(first) != 2 {
		t.Fatalf("texts of %d accounts", len(first))
	}
	for _, texts := range first {
		if strings.Contains(texts, "Tulip") == strings.Contains(texts, "River") {
			t.Errorf("texts of one account: %q", texts)
		}
	}
}

// TestSweep_of_records: an address that a record claims is not named again.
func TestSweep_of_records(t *testing.T) {
	t.Parallel()
	got := sweepText(t, "INSERT INTO users (login, password) VALUES ('ann@example.com', 'Tulip-7');\n")
	if got.Records != 1 || got.Swept.Claimed != 1 || got.Swept.Named != 0 || len(got.Swept.Texts) != 0 {
		t.Errorf("%d records, %+v", got.Records, got.Swept)
	}
}
