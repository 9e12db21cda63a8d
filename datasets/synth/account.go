package synth

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"
)

// reference stands for "now" in the export: the clock would change the bytes.
var reference = time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)

// account is one row of the export, made again from the seed and its index wherever it is needed.
type account struct {
	index                  int
	id                     string
	email, username, phone string // at least one is not empty
	changedAt, activeAt    time.Time
	mfa                    string // true, false or empty: unknown
	privilege              string
	salt                   [16]byte
	scheme                 string
}

// people makes accounts and their passwords.
type people struct {
	seed    uint64
	hash    string
	idWidth int
}

func newPeople(o Options) people {
	// Seven digits at least, and as many for all: the order of the ids is then that of the indexes.
	width := max(7, len(strconv.Itoa(o.Accounts)))
	return people{seed: o.Seed, hash: o.Hash, idWidth: width}
}

func (p people) id(index int) string { return fmt.Sprintf("u%0*d", p.idWidth, index+1) }

func (p people) account(index int) account {
	r := newStream(p.seed, "account", uint64(index))
	a := account{index: index, id: p.id(index), privilege: privilege(r), mfa: mfa(r)}
	a.addIdentifiers(r)
	if !oneIn(r, 20) {
		a.changedAt = reference.Add(-time.Duration(r.IntN(6*365*24*3600)) * time.Second)
		a.activeAt = a.changedAt.Add(time.Duration(r.Int64N(int64(reference.Sub(a.changedAt)) + 1)))
		a.activeAt = a.activeAt.Truncate(time.Second)
	}
	for i := range a.salt {
		a.salt[i] = byte(r.Uint32())
	}
	a.scheme = p.hash
	if p.hash == hashMixed {
		a.scheme = pick(r, []string{hashArgon2id, hashArgon2id, hashArgon2i, hashBcrypt})
	}
	return a
}

func (a *account) addIdentifiers(r *rand.Rand) {
	withEmail := !oneIn(r, 16)
	withUsername := oneIn(r, 2)
	withPhone := oneIn(r, 6)
	if withEmail {
		a.email = email(r, a.index)
	}
	if withUsername || (!withEmail && !withPhone) {
		a.username = username(r, a.index)
	}
	if withPhone {
		a.phone = phone(r, a.index)
	}
}

// email ends its local part in the account's number, which makes it unique whatever the words.
func email(r *rand.Rand, index int) string {
	local := word(r) + pick(r, []string{".", "", "-"}) + word(r) + strconv.Itoa(index+1)
	domain := pick(r, commonDomains)
	if oneIn(r, 10) {
		domain = pick(r, rareDomains)
	}
	switch r.IntN(40) {
	case 0:
		local += "+" + pick(r, tags)
	case 1:
		local = strings.ToUpper(local)
	case 2:
		return capitalized(local) + "@" + strings.ToUpper(domain[:1]) + domain[1:]
	}
	return local + "@" + domain
}

func username(r *rand.Rand, index int) string {
	name := word(r)
	if oneIn(r, 25) {
		name = pick(r, foreignNames)
	}
	return name + "_" + strconv.Itoa(index+1)
}

// phone uses the country code 999, which is not assigned.
func phone(r *rand.Rand, index int) string {
	digits := fmt.Sprintf("%08d", index+1)
	if oneIn(r, 3) {
		return "+999 4" + digits[:3] + "-" + digits[3:]
	}
	return "+9994" + digits
}

func privilege(r *rand.Rand) string {
	switch n := r.IntN(100); {
	case n == 0:
		return "admin"
	case n < 5:
		return "staff"
	}
	return "user"
}

func mfa(r *rand.Rand) string {
	switch n := r.IntN(10); {
	case n == 0:
		return ""
	case n < 4:
		return "true"
	}
	return "false"
}

// spelling returns one of the account's identifiers as a dump might write it: every one of them
// means the same account under version 1 of the canonical form.
func (a *account) spelling(r *rand.Rand) string {
	var known []string
	for _, s := range []string{a.email, a.email, a.username, a.phone} {
		if s != "" {
			known = append(known, s)
		}
	}
	id := pick(r, known)
	if id == a.phone {
		return pick(r, []string{"+", "00", ""}) + phoneDigits(id)
	}
	switch r.IntN(6) {
	case 0:
		return strings.ToUpper(id)
	case 1:
		return strings.ToLower(id)
	case 2:
		return strings.Replace(id, "@"+idnDomain, "@"+idnASCII, 1)
	}
	return id
}

func phoneDigits(phone string) string {
	return strings.NewReplacer("+", "", " ", "", "-", "").Replace(phone)
}
