package list_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/dump/internal/dumptest"
)

// TestMarks reads lists whose fields are parted by a sign that nearly all lines agree in.
func TestMarks(t *testing.T) {
	t.Parallel()
	for name, line := range map[string]string{
		"csdn":        "user%[1]d # pw-%[1]d! # x%[1]d@example.org",
		"tilde":       "user%[1]d~pw-%[1]d!",
		"four_dashes": "user%[1]d----pw-%[1]d!",
		"bars":        "user%[1]d || pw-%[1]d!",
		"equals":      "user%[1]d=pw-%[1]d!",
		"ctrl_a":      "user%[1]d\x01pw-%[1]d!\x01x",
		"full_width":  "user%[1]d：pw-%[1]d!",
		"space":       "user%[1]d pw-%[1]d!",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var text strings.Builder
			for i := range 9 {
				fmt.Fprintf(&text, line+"\n", i)
			}
			for _, size := range []int{1, 64, 1 << 20} {
				got := dumptest.Read(t, []byte(text.String()), dump.Options{BlockSize: size})
				if len(got.Records) != 9 || len(got.Rejects) > 0 {
					t.Fatalf("got %d records, %d rejects", len(got.Records), len(got.Rejects))
				}
				for i, r := range got.Records {
					want := fmt.Sprintf("user%[1]d=pw-%[1]d!", i)
					if !strings.Contains(strings.Join(r.Cuts, "\n")+"\n", want+"\n") {
						t.Errorf("line %d: %q is not among %q", r.Line, want, r.Cuts)
					}
				}
			}
		})
	}
}

// TestMarks_need_agreement keeps labels and prose from being read as lists of names.
func TestMarks_need_agreement(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"labels": strings.Repeat("mail=x\npassword=y\n", 9),
		"prose":  strings.Repeat("nobody is named here\nnor in this other line of it\n", 5),
	} {
		got := dumptest.Read(t, []byte(text), dump.Options{Format: "combo"})
		if len(got.Records) > 0 {
			t.Errorf("%s: got %d records", name, len(got.Records))
		}
	}
}
