package report

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/credsieve/credsieve/datasets/counted"
)

const rateLimit = "max_confirm_rate"

// smallIndex is below how many accounts a share of the index says nothing.
const smallIndex = 100

// limits returns the limits of the guard beside what the run had. Canaries and equal hashes always refuse.
func (r *Report) limits() []limit {
	var list []limit
	added, all := r.m.Listed.New, r.m.Index.Accounts
	for _, name := range slices.Sorted(maps.Keys(r.m.Guard.Limits)) {
		allowed := r.m.Guard.Limits[name]
		switch {
		case name == "max_accounts":
			list = append(list, limit{name, strconv.FormatFloat(allowed, 'f', -1, 64), counted.As(added, "new account", "new accounts")})
		case name == "max_share":
			actual := percent(added, all) + " of the index"
			if all < smallIndex {
				actual += fmt.Sprintf("; held against no index of fewer than %d accounts", smallIndex)
			}
			list = append(list, limit{name, share(allowed), actual})
		case strings.HasPrefix(name, rateLimit):
			kind := strings.TrimPrefix(strings.TrimPrefix(name, rateLimit), ".")
			list = append(list, limit{name, share(allowed), r.highestRate(kind)})
		}
	}
	c := r.m.Controls
	return append(list,
		limit{"canaries", "0", number(c.Canaries.Met) + " met of " + number(c.Canaries.Accounts)},
		limit{"equal_hashes", "0", number(c.EqualHashes.Met) + " met"})
}

func share(of float64) string { return strconv.FormatFloat(100*of, 'f', 1, 64) + " %" }
