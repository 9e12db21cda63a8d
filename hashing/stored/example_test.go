package stored_test

import (
	"fmt"

	"github.com/credsieve/credsieve/hashing/stored"
)

// A stored hash is checked before anything is computed, and a password is checked with three
// answers.
func ExampleParse() {
	hash, err := stored.Parse(
		"$2y$04$rHaFtkfUjaNp7py3jfvhguSv9nqWr897jGUwlKQ1KSOSERs2CeUhy", stored.DefaultLimits())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(hash.Scheme(), hash.Params(), hash.Verify([]byte("Made-Up-1")).Outcome)

	_, err = stored.Parse("$argon2id$v=19$m=4294967295,t=1,p=1$c2FsdHNhbHQ$AAAA",
		stored.DefaultLimits())
	fmt.Println(err)
	// Output:
	// bcrypt cost=4 match
	// over limit: m is above 1048576 KiB
}
