// Command gen writes the assembly of package lanes with github.com/mmcloughlin/avo, which nothing but this imports.
// "go generate ./hashing/stored/internal/lanes" runs it for each file; .ci/check does the same and compares.
//
//	gen -kernel NAME -pkg lanes -out FILE.s -stubs FILE.go
package main

import (
	"flag"
	"fmt"
	"os"

	"github.com/mmcloughlin/avo/build"
)

func main() {
	kernel := flag.String("kernel", "", "which `file` of kernels to write")
	kernels := map[string]func(){"argon2": argon2, "bcrypt": bcrypt, "sha": sha, "scrypt": scrypt}
	flag.Parse() // -out, -stubs and -pkg are avo's, which registers them on the same set of flags
	write, ok := kernels[*kernel]
	if !ok {
		fmt.Fprintf(os.Stderr, "gen: no kernel %q\n", *kernel)
		os.Exit(2)
	}
	build.ConstraintExpr("!purego")
	write()
	build.Generate()
}
