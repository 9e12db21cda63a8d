package index_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/credsieve/credsieve/datasets/accounts"
	"github.com/credsieve/credsieve/datasets/index"
	"github.com/credsieve/credsieve/hashing"
)

// export is an account export of one row.
type export struct{ read bool }

func (e *export) Read(a *accounts.Account) error {
	if e.read {
		return io.EOF
	}
	e.read = true
	*a = accounts.Account{
		Row: 1, ID: "account-1", PasswordHash: "$2b$12$saltsaltsaltsaltsaltsOYm1nNWWNE7hqZWG2Gzl7p8qSk6PkvC2",
		Identifiers: []accounts.Identifier{{Kind: hashing.KindEmail, Text: "alice@example.com"}},
	}
	return nil
}

func (e *export) Close() error { return nil }

// An index is built from an export, and asked for a name that stands in a dump. Who asks makes tokens of it: the
// index knows no names.
func ExampleOpen() {
	dir, err := os.MkdirTemp("", "index")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	place := filepath.Join(dir, "index")
	key, err := hashing.NewKey()
	if err != nil {
		fmt.Println(err)
		return
	}
	o := index.BuildOptions{Dir: place, Key: key, Now: time.Now()}
	if _, err := index.Build(context.Background(), &export{}, o); err != nil {
		fmt.Println(err)
		return
	}

	x, err := index.Open(place, key)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer x.Close()
	tokenizer := hashing.NewTokenizer(key)
	for _, form := range hashing.NewCanonicalizer().Forms(hashing.KindEmail, []byte("Alice@Example.COM")) {
		token := tokenizer.Token(form)
		if !x.MayContain(token) {
			continue // nobody of ours, for sure
		}
		for _, row := range x.Lookup(token, nil) {
			account, err := x.Account(row)
			if err != nil {
				fmt.Println(err)
				return
			}
			fmt.Println(account.ID, x.HashClass(row).Scheme)
		}
	}
	if err := x.Err(); err != nil {
		fmt.Println(err) // part of the index is damaged: what it said is not the whole truth
	}
	// Output: account-1 bcrypt
}
