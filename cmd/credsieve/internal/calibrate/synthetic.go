package calibrate

import (
	"bufio"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"

	"github.com/credsieve/credsieve/datasets/synth"
	"github.com/credsieve/credsieve/hashing/stored"
)

// password is that of all accounts that were made.
const password = "Made-Up-4711"

// plantFree returns a stored hash of password that costs next to nothing to verify.
func plantFree() (string, error) {
	hash, err := stored.Parse("{SSHA}AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==", stored.DefaultLimits())
	if err != nil {
		return "", err
	}
	planter, ok := hash.(stored.Planter)
	if !ok {
		return "", errors.New("a stored hash of the cheapest scheme cannot be planted")
	}
	return planter.Plant([]byte(password))
}

func address(i int) string { return fmt.Sprintf("some.body%d@mail%d.example.com", i, i%10) }

// writeAccounts writes an export with the columns that most have, and 1.6 identifiers for each account.
func writeAccounts(path string, n int, hash string) error {
	return write(path, func(w *bufio.Writer) error {
		fmt.Fprintln(w, "account_id,email,username,phone,password_hash,password_changed_at,last_active_at,mfa_enabled,privilege,status")
		for i := range n {
			username, phone := "", ""
			if i%2 == 0 {
				username = fmt.Sprintf("some_body_%d", i)
			}
			if i%8 == 0 {
				phone = fmt.Sprintf("+999%09d", i)
			}
			fmt.Fprintf(w, "u%07d,%s,%s,%s,%q,2024-04-07T01:28:39Z,2024-10-30T20:30:44Z,false,user,active\n", i, address(i), username,
				phone, hash)
		}
		return nil
	})
}

func write(path string, fill func(*bufio.Writer) error) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(f, 1<<20)
	return errors.Join(fill(w), w.Flush(), f.Close())
}

// maker makes the record of a number.
type maker func(r *rand.Rand, i int) synth.Pair

func word(r *rand.Rand) string { // 6 to 14 letters
	letters := make([]byte, 6+r.IntN(9))
	for i := range letters {
		letters[i] = 'a' + byte(r.IntN(26))
	}
	return string(letters)
}

// nobody names nobody of ours, in one record.
func nobody(r *rand.Rand, _ int) synth.Pair {
	return synth.Pair{Identifier: "nobody@example.net", Password: word(r) + "7"}
}

// plainPasswords are wrong, and can be read in one way.
func plainPasswords(r *rand.Rand, i int) synth.Pair {
	return synth.Pair{Identifier: address(i), Password: word(r) + "7"}
}

// wrongPasswords are such as the synthetic dumps of the demo have: some can be read in several ways.
func wrongPasswords(r *rand.Rand, i int) synth.Pair {
	a, b := word(r), word(r)
	shapes := []string{
		a + ":" + b + "7", "7:" + a + ";" + b + ":", a + " " + b + " 7", a + `"` + b + `,7""`, `"` + a + b + `7"`, "größe7!" + b,
		a + "!" + b + "-" + word(r) + "7", a + "@" + b + "7", a + b + "7!", a + b + "7?",
	}
	return synth.Pair{Identifier: address(i), Password: shapes[i%len(shapes)]}
}

func rightPasswords(_ *rand.Rand, i int) synth.Pair {
	return synth.Pair{Identifier: address(i), Password: password}
}

// writeDump writes so many records as a dump of a format, alone in a folder, and returns its path.
func (s *session) writeDump(format string, records int, of maker) (string, error) {
	dir, err := os.MkdirTemp(s.dir, "dump-")
	if err != nil {
		return "", err
	}
	r := rand.New(rand.NewPCG(1, 2))
	pairs := make([]synth.Pair, records)
	for i := range pairs {
		if pairs[i] = of(r, i); !synth.CanCarry(format, pairs[i]) {
			pairs[i] = plainPasswords(r, i)
		}
	}
	path := filepath.Join(dir, "dump")
	return path, write(path, func(w *bufio.Writer) error { return synth.WriteDump(w, format, pairs) })
}

// strangers writes a dump of each format that names nobody of ours, as the demo's do: it is other accounts that they name.
func (s *session) strangers() ([]synth.DumpSummary, error) {
	o := synth.Defaults()
	o.Accounts, o.Records, o.Formats = 10, len(formats())*recordsMeant/s.Scale, formats()
	o.Argon2 = stored.Argon2Params{Memory: 8, Time: 1, Threads: 1}
	summary, err := synth.Generate(s.ctx, filepath.Join(s.dir, "strangers"), o)
	if err != nil {
		return nil, err
	}
	return summary.Dumps, nil
}
