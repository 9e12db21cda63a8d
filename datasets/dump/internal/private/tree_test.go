package private

import (
	"fmt"
	"strings"
	"testing"
)

// TestTree_is_bounded has names of which each would make hundreds of folders.
func TestTree_is_bounded(t *testing.T) {
	t.Parallel()
	tree := NewTree()
	tree.See(strings.Repeat("a/", 500), false)
	tree.See(strings.Repeat("b", 1<<20)+"/c", false)
	if n := len(tree.folders); n > deepestLog+1 {
		t.Errorf("two names make %d folders", n)
	}
	for i := range maxLogFolders + 9 {
		tree.See(fmt.Sprint(i, "/a"), false)
	}
	if n := len(tree.folders); n > maxLogFolders {
		t.Errorf("it holds %d folders", n)
	}
	if tree.LeavesOut(strings.Repeat("a/", 5000)) {
		t.Error("it leaves out what it does not know")
	}
}
