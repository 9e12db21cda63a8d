// Package progress says how far a run is: a Progress is told of phases, and each phase has a Meter. Stages count;
// how it is shown, and whether, is the caller's affair.
package progress

// Progress is told how far a run is. It is called from several goroutines.
type Progress interface {
	// Phase begins a phase of total units; -1 when the total is not known.
	Phase(name string, total int64, unit Unit) Meter
}

// Meter is one phase under way. It is called from several goroutines.
type Meter interface {
	Add(n int64) // units done since the last call
	Done()
}

// Finder is a Meter that is also told how many accounts were confirmed.
type Finder interface{ Found(n int64) }

// Unit of a phase.
type Unit int

// Units that phases count in.
const (
	Bytes Unit = iota + 1
	Accounts
	Verifications
	Records
)

// None is told and forgets.
type None struct{}

var _ Progress = None{}

// Phase implements Progress.
func (None) Phase(string, int64, Unit) Meter { return noMeter{} }

type noMeter struct{}

func (noMeter) Add(int64) {}
func (noMeter) Done()     {}
