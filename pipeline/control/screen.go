package control

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"strings"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/index"
	"github.com/credsieve/credsieve/pipeline/screen"
)

// proveAtMost is how many accounts of a sample are screened.
const proveAtMost = 64

// Screen screens a list of the identifiers of some of our own accounts, and fails unless it meets each. It returns how
// many these are; none when no address can be read in one way only.
func Screen(ctx context.Context, cfg Config) (probed int64, err error) {
	var list bytes.Buffer
	missing := make(map[uint32]struct{})
	err = cfg.sample(ctx, func(row uint32, account *index.Account) error {
		if len(missing) < proveAtMost && plainAddress(account.Identifier) && account.CredentialTag == "" {
			missing[row] = struct{}{}
			fmt.Fprintf(&list, "%s:%s\n", account.Identifier, rand.Text())
		}
		return nil
	})
	if err != nil || len(missing) == 0 {
		return 0, err
	}
	probed = int64(len(missing))
	screener := screen.New(screen.Config{Index: cfg.Index, Key: cfg.Key, Recipes: cfg.Recipes})
	_, err = dump.Read(ctx, dump.Input{Path: "-", Size: int64(list.Len())}, dump.Options{
		Format: "combo", Stdin: &list, Progress: func(int64) {},
	}, func(block *dump.Block) error {
		for _, hit := range screener.Block(block).Hits {
			for _, row := range hit.Accounts {
				delete(missing, row)
			}
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	if len(missing) > 0 {
		return 0, &Error{fmt.Sprintf("the run is blind: a list of %d of our own accounts was screened, and %d of "+
			"them were not met", probed, len(missing))}
	}
	return probed, nil
}

// plainAddress reports whether a line of a list can only be read in one way when it begins with this address.
func plainAddress(identifier string) bool {
	local, domain, ok := strings.Cut(identifier, "@")
	odd := func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && !strings.ContainsRune("._-+", r)
	}
	return ok && local != "" && strings.Contains(domain, ".") && !strings.ContainsFunc(local+domain, odd)
}
