package pair_test

import (
	"testing"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/pipeline/pair"
)

func TestCleanName(t *testing.T) {
	t.Parallel()
	if got := pair.CleanName("a;b\x1b[0m\n\xff"); got != "a,b?[0m??" {
		t.Errorf("got %q", got)
	}
}

func TestClaimOf(t *testing.T) {
	t.Parallel()
	if pair.ClaimOf(nil) != nil {
		t.Error("nothing is a claim")
	}
	c := pair.ClaimOf(&dump.Claim{Sidecar: "x\xff.meta.yaml", Why: "not ours", Meta: dump.Meta{Name: "a;b", Kind: dump.KindPhishing}})
	if c == nil || c.Sidecar != "x?.meta.yaml" || c.Why != "not ours" || c.Name != "a,b" || c.Kind != string(dump.KindPhishing) {
		t.Errorf("%+v", c)
	}
}

func TestTotalSize(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		sizes []int64
		want  int64
	}{{nil, 0}, {[]int64{0, 5, 7}, 12}, {[]int64{5, -1, 7}, -1}} {
		var list []dump.Input
		for _, size := range test.sizes {
			list = append(list, dump.Input{Size: size})
		}
		if got := pair.TotalSize(list); got != test.want {
			t.Errorf("%v: %d", test.sizes, got)
		}
	}
}
