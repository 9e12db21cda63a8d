// Command mutants asks whether tests notice when the code of a package is wrong: go run ./.ci/mutants PACKAGE...
//
// It changes one thing at a time (a comparison, an operator, a condition, a call or an assignment that is left out, an error that is
// not returned), runs the tests of the package, and with -also those of others, and names each change that all tests pass. The
// files themselves are not touched: the Go tool gets changed ones as an overlay. Almost all changes of a package are woven into one
// test program, which makes the one whose number is in a file beside it; what cannot be woven (a constant, what ends a function) is
// compiled alone. A change that does not compile does not count. A test that does not end, or that needs all memory, has noticed.
//
// The same changes are tried each time; with -nth each nth of them. Not every survivor is a hole: some changes change nothing, such
// as "<" for "<=" where both sides are never equal. Those that were looked at stand in known.txt beside this file, a line each with
// the reason.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
)

var (
	also    = flag.String("also", "", "packages whose tests are run as well, separated by spaces, where those of the package pass")
	alsoRun = flag.String("also-run", "", "only those tests of -also whose names match this expression")
	only    = flag.String("only", "", "try those changes alone whose line, as it is printed, matches this expression")
	nth     = flag.Int("nth", 1, "try each nth of the changes that are left, always the same ones: a sample where a package has many")
	list    = flag.Bool("list", false, "name the changes and try none")
	least   = flag.Float64("least", 95, "exit code 1 when less than this share, in per cent, of the changes is noticed")
)

// tally counts what became of the changes.
type tally struct{ noticed, endless, survived, known, broken int }

func (t tally) String() string {
	share := 100 * float64(t.noticed) / float64(max(t.noticed+t.survived, 1))
	return fmt.Sprintf("%d changes noticed (%d because a test did not end), %d survive, %d known to change nothing, %d do not compile: %.1f %%",
		t.noticed, t.endless, t.survived, t.known, t.broken, share)
}

func main() {
	flag.Parse()
	known, err := os.ReadFile(".ci/mutants/known.txt")
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		fail(err)
	}
	wanted, err := regexp.Compile(*only)
	if err != nil {
		fail(err)
	}
	if *nth < 1 {
		fail(fmt.Errorf("-nth is %d, but must be 1 or more", *nth))
	}
	var all tally
	for _, name := range flag.Args() {
		t := tryPackage(name, wanted, string(known))
		if !*list {
			fmt.Printf("%s: %s\n", name, t)
		}
		all = tally{all.noticed + t.noticed, all.endless + t.endless, all.survived + t.survived, all.known + t.known, all.broken + t.broken}
	}
	if !*list && float64(all.noticed)*100 < *least*float64(all.noticed+all.survived) {
		os.Exit(1)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "mutants:", err)
	os.Exit(2)
}

// tryPackage tries the changes of a package that are wanted.
func tryPackage(name string, wanted *regexp.Regexp, known string) (t tally) {
	p := load(name)
	var chosen []mutant
	seen := 0
	for _, m := range p.mutants {
		if wanted.MatchString(m.line()) {
			if seen%*nth == 0 {
				chosen = append(chosen, m)
			}
			seen++
		}
	}
	if *list {
		for _, m := range chosen {
			fmt.Println(m.line())
		}
		return t
	}
	w := p.weave()
	defer w.close()
	for _, m := range chosen {
		switch w.try(m) {
		case noticed:
			t.noticed++
		case endless:
			t.noticed, t.endless = t.noticed+1, t.endless+1
		case broken:
			t.broken++
		default:
			if strings.Contains(known, m.name()+"\t") {
				t.known++
				continue
			}
			t.survived++
			fmt.Println(m.line())
		}
	}
	return t
}
