package hashing_test

import (
	"fmt"

	"github.com/credsieve/credsieve/hashing"
)

// A real key comes out of a file that "credsieve keygen" wrote.
const exampleKey = "CREDSIEVE-KEY-1 AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="

// An auth service names a user as credsieve does.
func Example() {
	key, err := hashing.ParseKey([]byte(exampleKey))
	if err != nil {
		fmt.Println(err)
		return
	}
	tokenizer, canonicalizer := hashing.NewTokenizer(key), hashing.NewCanonicalizer()

	for _, form := range canonicalizer.Forms(hashing.KindEmail, []byte(" A.l+news@Gmail.com")) {
		token := tokenizer.Token(form)
		fmt.Printf("%s %s %x\n", form.Attribution, form.Text, token[:4])
	}
	// Output:
	// exact a.l+news@gmail.com 9a95ada5
	// alias al@gmail.com 7fecea05
}

// A tag is stored beside the account at login, and read by a scan to spare wrong candidates. Read what it
// costs in the comment of Tagger first.
func ExampleTagger() {
	key, err := hashing.ParseKey([]byte(exampleKey))
	if err != nil {
		panic(err)
	}
	tagger, err := hashing.NewTagger(key, 8)
	if err != nil {
		panic(err)
	}
	form, ok := hashing.TagForm(hashing.NewCanonicalizer(), []byte(" Alice@Example.COM"))
	if !ok {
		panic("no identifier")
	}
	fmt.Println(tagger.Tag(form, []byte("made-up")))
	// Output: 8:0c
}
