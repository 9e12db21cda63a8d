package pipeline

// Progress is told how far a run is. It is called from several goroutines.
type Progress interface {
	// Phase begins a phase of total units; -1 when the total is not known.
	Phase(name string, total int64, unit Unit) Meter
}

// Meter is one phase under way.
type Meter interface {
	Add(n int64)
	Done()
}

// Finder is a Meter that is also told how many accounts were confirmed.
type Finder interface{ Found(n int64) }

// Unit of a phase.
type Unit int

// Units that phases count in.
const (
	UnitBytes Unit = iota + 1
	UnitAccounts
	UnitVerifications
	UnitRecords
)

// NoProgress is told and forgets.
type NoProgress struct{}

var _ Progress = NoProgress{}

// Phase implements Progress.
func (NoProgress) Phase(string, int64, Unit) Meter { return noMeter{} }

type noMeter struct{}

func (noMeter) Add(int64) {}
func (noMeter) Done()     {}
