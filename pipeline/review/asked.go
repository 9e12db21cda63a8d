package review

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/credsieve/credsieve/datasets/index"
	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/hashing"
)

// Question is what Explain is asked: an account by its id or, with Index and Key, by an address of it.
type Question struct {
	Dir       string // of the run
	AccountID string
	Email     string       // instead of AccountID
	Index     string       // directory or URL; empty: only the run is asked
	Key       *hashing.Key // of the index
}

// UnknownAccountError says that an answer would be about no account: "not found in any dump" must never be
// read of a name that was mistyped.
type UnknownAccountError struct {
	Asked   string   // as it may be shown; empty: an address
	Similar []string // ids that there are
	indexed bool     // the index was asked, too
}

func (e *UnknownAccountError) Error() string {
	var b strings.Builder
	switch {
	case e.Asked == "" && e.indexed:
		b.WriteString("no account of the index has this address")
	case e.Asked == "":
		b.WriteString("no account of this run has this address as its id")
	case e.indexed:
		fmt.Fprintf(&b, "no account %q, neither in this run nor, with a password, in the index", e.Asked)
	default:
		fmt.Fprintf(&b, "no account %q in this run, which knows only accounts that its dumps name", e.Asked)
	}
	for i, id := range e.Similar {
		word := "; did you mean"
		if i > 0 {
			word = " or"
		}
		fmt.Fprintf(&b, "%s %q", word, id)
	}
	return b.String()
}

// Hint says how to ask otherwise.
func (e *UnknownAccountError) Hint() string {
	switch {
	case e.indexed && e.Asked == "":
		return "an index has the addresses of accounts with a password, as the export had them when it was built; the account " +
			"may have another address: ask by its id, which your own tools know"
	case e.indexed:
		return "explain takes an account id, or an address with --email ADDRESS"
	}
	return "explain takes an account id; to ask by address, --email ADDRESS --index I --key-file K; " +
		"an account that no dump names is found with --index I --key-file K"
}

// maxSimilar is how many ids are suggested.
const maxSimilar = 3

// addSimilar notes an id that was perhaps meant: it differs in case, in blanks or by one character.
func (e *UnknownAccountError) addSimilar(id string) {
	if len(e.Similar) == maxSimilar || e.Asked == "" || slices.Contains(e.Similar, id) {
		return
	}
	if strings.EqualFold(strings.TrimSpace(id), strings.TrimSpace(e.Asked)) || oneApart(e.Asked, id) {
		e.Similar = append(e.Similar, id)
	}
}

// oneApart reports whether one character was changed, added, left out or swapped with its neighbour.
func oneApart(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 || len(a) < 2 {
		return false
	}
	at := 0
	for at < len(a) && a[at] == b[at] {
		at++
	}
	if len(a) < len(b) {
		return a[at:] == b[at+1:]
	}
	if at == len(a) {
		return true
	}
	swapped := at+1 < len(a) && a[at] == b[at+1] && a[at+1] == b[at] && a[at+2:] == b[at+2:]
	return swapped || a[at+1:] == b[at+1:]
}

// accountsMeant returns the ids that a question is about.
func (q *Question) accountsMeant(ctx context.Context) ([]string, error) {
	if q.Index == "" {
		return q.inRun()
	}
	ix, err := openIndex(ctx, q.Index, q.Key)
	if err != nil {
		return nil, err
	}
	defer ix.Close() // only read
	var ids []string
	if q.Email != "" {
		ids, err = byAddress(ix.Index, q.Key, q.Email)
	} else {
		ids, err = byID(ix.Index, q.AccountID)
	}
	switch {
	case err != nil:
		return nil, err
	case ix.Err() != nil:
		return nil, ix.Err()
	case len(ids) > 0:
		return ids, nil
	case q.Email != "":
		return nil, &UnknownAccountError{indexed: true}
	}
	// Perhaps the run knows an account that the index has lost since.
	if ids, err = q.inRun(); err == nil {
		return ids, nil
	}
	unknown := &UnknownAccountError{Asked: shown(q.AccountID), indexed: true}
	if err := ix.EachID(unknown.addSimilar); err != nil {
		return nil, err
	}
	return nil, unknown
}

// inRun looks the account up among those that the dumps of the run name.
func (q *Question) inRun() ([]string, error) {
	unknown, found := &UnknownAccountError{Asked: shown(q.AccountID)}, false
	err := rundir.ReadMet(q.Dir, func(met rundir.Met) error {
		if met.AccountID == q.AccountID {
			found = true
		} else {
			unknown.addSimilar(met.AccountID)
		}
		return nil
	})
	switch {
	case err != nil:
		return nil, err
	case !found:
		return nil, unknown
	}
	return []string{q.AccountID}, nil
}

// shown is an account id as an error may show it; an address is not for logs.
func shown(id string) string {
	if strings.Contains(id, "@") {
		return ""
	}
	return id
}

func byID(ix *index.Index, id string) ([]string, error) {
	account, err := accountOf(ix, id)
	if err != nil || account == nil {
		return nil, err
	}
	return []string{id}, nil
}

// byAddress finds the accounts that an address names, as a dump would.
func byAddress(ix *index.Index, key *hashing.Key, address string) (ids []string, _ error) {
	tokenizer := hashing.NewTokenizer(key)
	forms := slices.Clone(hashing.NewCanonicalizer().Forms(hashing.KindEmail, []byte(address)))
	if seen := hashing.Visible([]byte(address)); seen != nil {
		forms = append(forms, hashing.NewCanonicalizer().Forms(hashing.KindEmail, seen)...)
	}
	for _, form := range forms {
		for _, row := range ix.Lookup(tokenizer.Token(form), nil) {
			account, err := ix.Account(row)
			if err != nil {
				return nil, err
			}
			if !slices.Contains(ids, account.ID) {
				ids = append(ids, account.ID)
			}
		}
	}
	slices.Sort(ids)
	return ids, nil
}

// Explain says why an account is on the list of a run, or why not, as far as the run knows: one answer, or one
// for each account that has the address. The run is verified first. A name that no account of the run or the
// index has is an *UnknownAccountError.
func Explain(ctx context.Context, q Question) ([]*Explanation, error) {
	m, err := rundir.Verify(ctx, q.Dir)
	if err != nil {
		return nil, err
	}
	if q.Index != "" && q.Key.ID() != m.Index.KeyID {
		return nil, fmt.Errorf("run %q was made with key %q, the given key is %q", q.Dir, m.Index.KeyID, q.Key.ID())
	}
	ids, err := q.accountsMeant(ctx)
	if err != nil {
		return nil, err
	}
	var all []*Explanation
	for _, id := range ids {
		x, err := explain(q.Dir, m, id)
		if err != nil {
			return nil, err
		}
		all = append(all, x)
	}
	return all, nil
}
