// Package estimate says beforehand what a run will take: processor time, memory, disk, what tasks hand to each other, wall time
// and money, for each of four phases (index build, screen, confirm, publish).
//
//  1. A Load says what is to be done, Machines say with what.
//  2. A Calibration says what each step of it takes on a machine, as a short measurement found out.
//  3. New multiplies the one with the other, adds what grows with the index and with the number of tasks, and finds out how
//     many tasks fit beside each other on a machine.
//
// It is arithmetic: it opens no file and runs no stage, and the same values give the same forecast.
//
// Not guaranteed: that records are spread evenly. It takes each record that names an account for one of any account, so that
// a dump that names few accounts many times costs less than is said here. What other programs do to the machines, retries
// of an engine and the price of requests to a bucket are not in it.
package estimate

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Load is what is to be done.
type Load struct {
	Accounts    int64
	Identifiers float64 // of an account, on average
	IndexBytes  int64   // 0: by the calibration
	FilterBytes int64   // 0: 14.4 bits for each identifier, one false hit in 1,000
	Records     int64
	Formats     []string // of the records, in equal parts; nil: all that were calibrated
	Overlap     float64  // share of records that name an account, with a text that may be its password
	Duplicates  float64  // share of these that repeat an account and a text
	Readings    float64  // verifications of a pair that no match ends, on average; 0: by the calibration
	Known       float64  // share of the others that earlier nights have judged, see --state
	Reuse       float64  // share of the accounts met whose password it is
	Kinds       []Kind   // of stored hashes
	// Tasks says that the run is divided into tasks; else it is one process on one machine.
	Tasks      bool
	Partitions int64 // of the accounts; 0: as plan chooses
	ShardSize  int64 // in bytes
}

// Kind is a kind of stored hash, and which share of the accounts has it.
type Kind struct {
	Name  string
	Share float64
}

// Machines is what a run has. Prices are in whatever currency they are given.
type Machines struct {
	Count    int64
	Cores    int64
	Memory   int64   // bytes, of each
	ReadRate int64   // bytes a second that each gets from where dumps lie
	Price    float64 // of one, for an hour
}

// maxLoad bounds numbers of accounts and records: a hundred times what anybody has.
const maxLoad = 1e14

// Check refuses a load that makes no sense.
func (l *Load) Check() error {
	switch {
	case l.Accounts < 1 || l.Accounts > math.MaxUint32:
		return fmt.Errorf("%d accounts: want a number from 1 to %d", l.Accounts, uint32(math.MaxUint32))
	case l.Records < 0 || l.Records > maxLoad:
		return fmt.Errorf("%d records: want a number from 0 to %.0f", l.Records, float64(maxLoad))
	case !(l.Identifiers >= 1 && l.Identifiers <= 1000):
		return fmt.Errorf("%v identifiers of an account: want a number from 1 to 1000", l.Identifiers)
	case !(l.Readings >= 0 && l.Readings <= 1000):
		return fmt.Errorf("%v readings of a pair: want a number from 1 to 1000", l.Readings)
	case len(l.Kinds) == 0:
		return errors.New("no kind of stored hash was named")
	case l.Partitions < 0 || l.ShardSize < 1:
		return errors.New("a run has a partition, and a shard a byte, at least")
	}
	return nil
}

// Check refuses machines that no run can use.
func (m *Machines) Check() error {
	switch {
	case m.Count < 1 || m.Count > 1e6:
		return fmt.Errorf("%d machines: want a number from 1 to 1000000", m.Count)
	case m.Cores < 1 || m.Cores > 1e4:
		return fmt.Errorf("%d cores: want a number from 1 to 10000", m.Cores)
	case m.Memory < 1 || m.ReadRate < 1:
		return errors.New("a machine has memory, and can read")
	case !(m.Price >= 0) || math.IsInf(m.Price, 0):
		return fmt.Errorf("a price of %v an hour: want a number from 0 up", m.Price)
	}
	return nil
}

// ParseKinds reads kinds of stored hashes: "argon2id m=19456,t=2,p=1", of several each with its share of the accounts, as in
// "bcrypt cost=12: 30%". Those without one have equal parts of what is left.
func ParseKinds(texts []string) ([]Kind, error) {
	kinds := make([]Kind, 0, len(texts))
	left, without := 1.0, 0
	for _, text := range texts {
		name, share, said := strings.Cut(text, ":")
		k := Kind{Name: strings.Join(strings.Fields(name), " "), Share: math.NaN()}
		if k.Name == "" || slices.ContainsFunc(kinds, func(have Kind) bool { return have.Name == k.Name }) {
			return nil, fmt.Errorf("%q is not a further kind of stored hash (want e.g. \"argon2id m=19456,t=2,p=1: 70%%\")", text)
		}
		if said {
			number, ok := strings.CutSuffix(strings.TrimSpace(share), "%")
			value, err := strconv.ParseFloat(number, 64)
			if !ok || err != nil || !(value > 0 && value <= 100) {
				return nil, fmt.Errorf("%q is not a share above 0%% and up to 100%%", strings.TrimSpace(share))
			}
			k.Share = value / 100
			left -= k.Share
		} else {
			without++
		}
		kinds = append(kinds, k)
	}
	const rounded = 1e-6 // shares are written with few digits
	if left < -rounded || without == 0 && left > 0.01 || without > 0 && left < rounded {
		return nil, fmt.Errorf("the shares of the kinds of stored hashes are %.4g%% together", 100*(1-left))
	}
	for i := range kinds {
		if math.IsNaN(kinds[i].Share) {
			kinds[i].Share = left / float64(without)
		}
	}
	return kinds, nil
}

// mostKinds of an index are looked at: rarer ones take nothing that could be seen.
const mostKinds = 16

// Of is a load with the accounts of an index: how many there are, with so many identifiers, and with stored hashes of these costs. What
// was said of them already stays.
func (l *Load) Of(accounts, identifiers int64, costs map[string]int64) {
	if l.Accounts == 0 && accounts > 0 {
		l.Accounts, l.Identifiers = accounts, max(float64(identifiers)/float64(accounts), 1)
	}
	if len(l.Kinds) == 0 {
		l.Kinds = kindsOf(costs, mostKinds)
	}
}

// kindsOf are the kinds of stored hashes of an index, by how many accounts have each, the most first. Of more than so many the
// rare ones are left out.
func kindsOf(costs map[string]int64, most int) []Kind {
	all := int64(0)
	kinds := make([]Kind, 0, len(costs))
	for name, accounts := range costs {
		kinds = append(kinds, Kind{Name: name, Share: float64(accounts)})
	}
	slices.SortFunc(kinds, func(a, b Kind) int {
		if a.Share != b.Share {
			return int(math.Copysign(1, b.Share-a.Share))
		}
		return strings.Compare(a.Name, b.Name)
	})
	kinds = kinds[:min(len(kinds), most)]
	for _, k := range kinds {
		all += int64(k.Share)
	}
	for i := range kinds {
		kinds[i].Share /= float64(all)
	}
	return kinds
}
