package list_test

import (
	"encoding/hex"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/dump/internal/dumptest"
	"github.com/credsieve/credsieve/datasets/dump/internal/format/formattest"
	"github.com/credsieve/credsieve/datasets/dump/internal/list"
	"github.com/credsieve/credsieve/datasets/dump/leak"
)

// exams has one entry for each format of lists.
var exams = []formattest.Exam{
	{Format: list.Combo{}, Record: func(id, password string) string { return id + ":" + password }},
	{Format: list.ULP{}, Record: func(id, password string) string {
		return "https://portal.example.com:8443/in:" + id + ":" + password
	}},
	{Format: list.Passwd{}, Record: func(id, password string) string { return id + ":" + password }},
}

func TestAcceptance(t *testing.T) {
	t.Parallel()
	for _, e := range exams {
		t.Run(e.Format.Name(), e.Run)
	}
}

func TestSamples(t *testing.T) {
	t.Parallel()
	for _, e := range exams {
		t.Run(e.Format.Name(), func(t *testing.T) { formattest.Samples(t, e.Format.Name(), false) })
	}
}

func FuzzCombo(f *testing.F)  { formattest.FuzzLines(f, list.Combo{}) }
func FuzzULP(f *testing.F)    { formattest.FuzzLines(f, list.ULP{}) }
func FuzzPasswd(f *testing.F) { formattest.FuzzLines(f, list.Passwd{}) }

func TestCombo_addresses_alone_are_rejects(t *testing.T) {
	t.Parallel()
	got := dumptest.Read(t, []byte(strings.Repeat("alice@example.com\n", 9)), dump.Options{})
	if len(got.Records) > 0 || len(got.Rejects) != 9 || got.Rejects[0].Reason != leak.ReasonNoSeparator {
		t.Errorf("got %d records and rejects %q", len(got.Records), got.Reasons())
	}
}

func TestULP_hosts(t *testing.T) {
	t.Parallel()
	var hosts []string
	text := "https://a.example.com:8443/x:bob:pw\nhttps://b.example.com|bob|pw\nbob:pw\n"
	_, err := dump.Read(t.Context(), dump.Input{Path: "-"}, dump.Options{Format: "ulp", Stdin: strings.NewReader(text)},
		func(b *dump.Block) error {
			b.Parse(func(r *leak.Record) { hosts = append(hosts, string(r.Cuts[0].Host)) }, func(leak.Reject) {})
			return nil
		})
	if want := []string{"a.example.com", "b.example.com", ""}; err != nil || !slices.Equal(hosts, want) {
		t.Errorf("got hosts %q, %v, want %q", hosts, err, want)
	}
}

// TestHex_comes_back_to_the_byte writes any password as cracking tools do.
func TestHex_comes_back_to_the_byte(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		secret := dumptest.Passwords(rt, "")
		text := "$HEX[" + hex.EncodeToString(secret) + "]"
		if rapid.Bool().Draw(rt, "upper") {
			text = "$HEX[" + strings.ToUpper(hex.EncodeToString(secret)) + "]"
		}
		got := dumptest.Read(t, []byte("alice@example.com:"+text+"\n"), dump.Options{Format: "combo"})
		if want := "alice@example.com=" + string(secret); !slices.Contains(got.Records[0].Cuts, want) {
			rt.Fatalf("\n got %q\nwant %q", got.Records[0].Cuts, want)
		}
	})
}
