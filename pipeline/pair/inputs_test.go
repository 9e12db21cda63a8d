package pair_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/pipeline/pair"
)

// TestInputs_evidence: what is made up is none, and the files of one name are one dump, however many they are.
func TestInputs_evidence(t *testing.T) {
	t.Parallel()
	for _, files := range []int{1, 10, 11, 12, 40} {
		var list []dump.Input
		var all, genuine []uint32
		for i := range 3 * files {
			meta := dump.Meta{Name: fmt.Sprint("dump ", i%3)}
			if i%3 == 2 {
				meta.Trust = dump.TrustFabricated
			} else {
				genuine = append(genuine, uint32(i))
			}
			list, all = append(list, dump.Input{Meta: meta}), append(all, uint32(i))
		}
		in := pair.NewInputs(list)
		if len(in.Dumps) != 3 || in.Dumps[1] != in.List[1].Dump || in.List[0].Dump != in.List[3*files-3].Dump {
			t.Fatalf("%d files a name: %d dumps", files, len(in.Dumps))
		}
		p := &pair.Pair{Inputs: all}
		if got := in.Evidence(p); !slices.Equal(got, genuine) || len(p.Inputs) != 3*files {
			t.Errorf("%d files a name: evidence %v", files, got)
		}
		if got := in.DumpsOf(p); !slices.Equal(got, in.Dumps[:2]) {
			t.Errorf("%d files a name: %d dumps hold the pair", files, len(got))
		}
		if got := in.Evidence(&pair.Pair{Inputs: genuine}); !slices.Equal(got, genuine) {
			t.Errorf("%d files a name: of genuine ones %v", files, got)
		}
	}
}
