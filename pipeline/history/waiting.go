package history

import (
	"encoding/binary"

	"github.com/credsieve/credsieve/datasets/index"
	"github.com/credsieve/credsieve/datasets/ledger"
	"github.com/credsieve/credsieve/pipeline/pair"
)

// mostLeft bounds what a run remembers of pairs that had no turn, over all accounts: 16 MiB in memory.
const mostLeft = 2 << 20

// Waiting returns the prints of the pairs of an account that the last run which had too many of them left over, ascending.
func (h *History) Waiting(c ledger.Credential) ([]uint64, error) { return h.book.Waiting(c) }

// Print names a pair in less space: two of an account are hardly ever the same.
func (h *History) Print(c ledger.Credential, a *index.Account, p *pair.Pair) uint64 {
	name := h.pairName(c, a, p)
	return binary.LittleEndian.Uint64(name[:])
}

// Leave notes what this run leaves over of an account, ascending. Without anything it forgets what an earlier run left,
// if there was something. Accounts come by row: from the first that finds no room on, nothing more is left over, so that
// tasks, which know of their own accounts only, leave what all together leave. It is not safe for concurrent use.
func (h *History) Leave(c ledger.Credential, prints []uint64, before bool) {
	if len(prints) == 0 && !before {
		return
	}
	if len(prints) > 0 {
		h.full = h.full || h.left+len(prints) > mostLeft
		if h.full {
			return
		}
	}
	h.left += len(prints)
	h.order = append(h.order, c)
	h.waiting[c] = prints
}
