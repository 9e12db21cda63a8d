package synth

import (
	"math"
	"math/bits"
	"math/rand/v2"
)

// From this many accounts on, some that are not active have leaked as well: a scan must count
// them but not list them.
const notActiveFrom = 200

const notActiveLeaks = 2

// role is what one account is for. The status of the export follows from it.
type role uint8

const (
	roleQuiet role = iota // in no dump
	roleListed
	roleStale
	roleLeakedNotActive
)

const (
	roleMask     role = 0x0f
	flagDisabled role = 0x10
	flagLocked   role = 0x20
)

func (r role) status() string {
	switch {
	case r&flagDisabled != 0:
		return "disabled"
	case r&flagLocked != 0:
		return "locked"
	}
	return "active"
}

func (r role) isActive() bool { return r&^roleMask == 0 }

// planted is one record about an account.
type planted struct {
	account uint32
	version uint8 // of the password; 0 is the current one
}

// leak says in which dumps the current password of a listed account is, one bit a dump.
type leak struct {
	account int
	dumps   uint32
}

// dumpPlan is what one dump holds. The rest of its records is noise.
type dumpPlan struct {
	records    int
	planted    []planted
	duplicates int
	firstNoise uint64 // number of its first noise record that is not a duplicate
}

func (d *dumpPlan) noise() int { return d.records - len(d.planted) }

// plan decides who is met where before a byte is written, so that the truth is known from it.
type plan struct {
	roles  []role
	listed []leak // by account
	dumps  []dumpPlan

	hits, stale, notActive int // records of each kind
}

func newPlan(o Options) *plan {
	p := &plan{roles: make([]role, o.Accounts), dumps: make([]dumpPlan, len(o.Formats))}
	for i := range p.dumps {
		p.dumps[i].records = o.Records / len(p.dumps)
		if i < o.Records%len(p.dumps) {
			p.dumps[i].records++
		}
	}
	r := newStream(o.Seed, "plan")
	p.drawStatus(r)
	p.castRoles(r, o)
	p.plantHits(r)
	p.plantStale(r)
	p.spreadDuplicates(int(math.Round(o.Duplicates * float64(o.Records))))
	return p
}

func (p *plan) drawStatus(r *rand.Rand) {
	for i := range p.roles {
		switch n := r.IntN(100); {
		case n == 0:
			p.roles[i] = flagLocked
		case n < 4:
			p.roles[i] = flagDisabled
		}
	}
	if n := len(p.roles); n >= notActiveFrom {
		// Chance alone might leave none.
		p.roles[n/2], p.roles[n/3] = flagDisabled, flagLocked
	}
}

// castRoles never lists more accounts than there are records: each needs one.
func (p *plan) castRoles(r *rand.Rand, o Options) {
	share := func(s float64) int { return int(math.Round(s * float64(o.Accounts))) }
	isQuiet := func(x role) bool { return x&roleMask == roleQuiet }
	listed := p.cast(r, roleListed, min(share(o.Reuse), o.Records),
		func(x role) bool { return isQuiet(x) && x.isActive() })
	notActive := 0
	if o.Accounts >= notActiveFrom {
		notActive = p.cast(r, roleLeakedNotActive, min(notActiveLeaks, o.Records-listed),
			func(x role) bool { return isQuiet(x) && !x.isActive() })
	}
	p.cast(r, roleStale, min(share(o.Stale), o.Records-listed-notActive), isQuiet)
}

// cast gives the role to want of the eligible accounts, each choice as likely as any other, and
// returns how many got it: selection sampling, which needs no list of the eligible.
func (p *plan) cast(r *rand.Rand, as role, want int, eligible func(role) bool) int {
	left := 0
	for _, x := range p.roles {
		if eligible(x) {
			left++
		}
	}
	want = min(want, left)
	for i, need := 0, want; need > 0; i++ {
		if !eligible(p.roles[i]) {
			continue
		}
		if r.IntN(left) < need {
			p.roles[i] |= as
			need--
		}
		left--
	}
	return want
}

// plantHits gives every leaked account its first record before any gets a second one.
func (p *plan) plantHits(r *rand.Rand) {
	for i, x := range p.roles {
		switch x & roleMask {
		case roleListed:
			p.listed = append(p.listed, leak{i, p.plant(r, planted{account: uint32(i)}, 0)})
			p.hits++
		case roleLeakedNotActive:
			p.plant(r, planted{account: uint32(i)}, 0)
			p.notActive++
		}
	}
	for i := range p.listed {
		l := &p.listed[i]
		for n := r.IntN(4) - 1; n > 0; n-- {
			d := p.plant(r, planted{account: uint32(l.account)}, l.dumps)
			l.dumps |= d
			p.hits += bits.OnesCount32(d)
		}
	}
}

func (p *plan) plantStale(r *rand.Rand) {
	for i, x := range p.roles {
		if x&roleMask != roleStale {
			continue
		}
		for range 1 + r.IntN(5)/4 {
			version := uint8(1 + r.IntN(passwordVersions-1))
			if p.plant(r, planted{uint32(i), version}, 0) != 0 {
				p.stale++
			}
		}
	}
}

// plant puts the record into a dump that has room and is not among the avoided ones. It returns
// the bit of that dump, 0 if there is none.
func (p *plan) plant(r *rand.Rand, rec planted, avoid uint32) uint32 {
	first := r.IntN(len(p.dumps))
	for i := range p.dumps {
		n := (first + i) % len(p.dumps)
		d, bit := &p.dumps[n], uint32(1)<<n
		if avoid&bit == 0 && d.noise() > 0 {
			d.planted = append(d.planted, rec)
			return bit
		}
	}
	return 0
}

// spreadDuplicates lets the later dumps repeat noise of earlier ones. A single dump repeats its
// own; one of its records must then be new.
func (p *plan) spreadDuplicates(want int) {
	late := 0
	for _, d := range p.dumps[1:] {
		late += d.noise()
	}
	var next uint64
	for i := range p.dumps {
		d := &p.dumps[i]
		switch {
		case len(p.dumps) == 1:
			d.duplicates = max(0, min(want, d.noise()-1))
		case i > 0 && next > 0:
			d.duplicates = min(d.noise(), int(float64(want)*float64(d.noise())/float64(late)))
		}
		d.firstNoise = next
		next += uint64(d.noise() - d.duplicates)
	}
}
