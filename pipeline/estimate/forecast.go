package estimate

import (
	"fmt"
	"math"
)

// Forecast is what a run will take.
type Forecast struct {
	Counts Counts   `json:"counts"`
	Phases []Phase  `json:"phases"`
	Total  Total    `json:"total"`
	Notes  []string `json:"notes"` // what does not fit, and what would help
}

// Counts are what a load comes to.
type Counts struct {
	Accounts      int64 `json:"accounts"`
	Records       int64 `json:"records"`
	DumpBytes     int64 `json:"dump_bytes"`
	Candidates    int64 `json:"candidates"` // records that name an account, with a text to try
	Pairs         int64 `json:"pairs"`      // of an account and a text, each once
	Verifications int64 `json:"verifications"`
	AccountsMet   int64 `json:"accounts_met"`
	Findings      int64 `json:"findings"`
}

// Phase is one of the four.
type Phase struct {
	Name      string  `json:"name"`
	Tasks     int64   `json:"tasks"`
	CoreHours float64 `json:"core_hours"`
	Memory    int64   `json:"memory_bytes"`   // of one process
	AtOnce    int64   `json:"at_once"`        // processes on a machine
	Disk      int64   `json:"disk_bytes"`     // that it leaves, or spills
	Exchange  int64   `json:"exchange_bytes"` // what its tasks write for others
	Read      int64   `json:"read_bytes"`     // of dumps, index and what other tasks wrote
	WallHours float64 `json:"wall_hours"`
	Cost      float64 `json:"cost"`
	Bound     string  `json:"bound"` // what wall time depends on
}

// Total is all phases, one after the other.
type Total struct {
	CoreHours float64 `json:"core_hours"`
	WallHours float64 `json:"wall_hours"`
	Cost      float64 `json:"cost"`
	Memory    int64   `json:"memory_bytes"` // the most that a process takes
}

// What wall time depends on.
const (
	boundProcessor = "processor"
	boundOneCore   = "one core"
	boundReading   = "reading"
)

// New forecasts what a load takes on machines of which one was calibrated.
func New(l Load, m Machines, c *Calibration) (*Forecast, error) {
	if err := l.Check(); err != nil {
		return nil, err
	}
	if err := m.Check(); err != nil {
		return nil, err
	}
	w := &work{Load: l, m: m, c: c}
	if err := w.prepare(); err != nil {
		return nil, err
	}
	f := &Forecast{Counts: w.counts, Notes: []string{}}
	f.Phases = []Phase{w.build(), w.screen(), w.confirm(), w.publish()}
	for i := range f.Phases {
		p := &f.Phases[i]
		f.Total.CoreHours += p.CoreHours
		f.Total.WallHours += p.WallHours
		f.Total.Cost += p.Cost
		f.Total.Memory = max(f.Total.Memory, p.Memory)
		if p.Memory > m.Memory {
			f.Notes = append(f.Notes, fmt.Sprintf("%s takes more memory than a machine has", p.Name))
		}
	}
	f.Notes = append(f.Notes, w.notes...)
	return f, nil
}

// work is a load that is being looked at.
type work struct {
	Load

	m       Machines
	c       *Calibration
	counts  Counts
	record  Format // the mean of those of the load
	shards  int64
	wide    float64 // readings of a pair beside those that were measured: each is written down
	verify  float64 // seconds of a verification, the mean
	control float64 // seconds of proving each kind, which every process does that confirms
	most    int64   // bytes of a verification
	index   sizes
	notes   []string
}

// sizes are those of the files of an index.
type sizes struct{ all, filter, tokens, rows int64 }

// tokenBytes is a row of the token table, bitsOf the filter's bits for each identifier at its usual rate.
const (
	tokenBytes = 22
	bitsOf     = 14.4
)

func (w *work) prepare() error {
	names := w.Formats
	if len(names) == 0 {
		names = w.c.FormatNames()
	}
	part := 1 / float64(len(names))
	for _, name := range names {
		f, err := w.c.format(name)
		if err != nil {
			return err
		}
		w.record.RecordBytes += part * f.RecordBytes
		w.record.RecordSeconds += part * f.RecordSeconds
		w.record.ReadSeconds += part * f.ReadSeconds
		w.record.HitSeconds += part * f.HitSeconds
	}
	for _, k := range w.Kinds {
		s, ok := w.c.scheme(k.Name)
		if !ok {
			return fmt.Errorf("the calibration has no stored hashes of %q", k.Name)
		}
		w.verify += k.Share * s.Seconds
		w.control += controlVerifications * s.Seconds
		w.most = max(w.most, s.Memory)
	}
	w.count()
	w.size()
	w.divide()
	return nil
}

// controlVerifications are those that prove a kind of stored hash: a password is planted, found, found once more by the
// reference, and another one is refuted.
const controlVerifications = 4

func (w *work) count() {
	accounts, records := float64(w.Accounts), float64(w.Records)
	candidates := records * w.Overlap
	pairs := candidates * (1 - w.Duplicates)
	met := accounts * -math.Expm1(-pairs/accounts)
	findings := met * w.Reuse
	readings := w.Readings
	if readings == 0 {
		readings = max(w.c.Confirm.Readings, 1)
	}
	w.wide = readings / max(w.c.Confirm.Readings, 1)
	tried := pairs * (1 - w.Known) * readings
	if met > 0 {
		// The pairs of an account that come after its match are not tried: half of the others, on average.
		tried -= findings * max(tried/met-1, 0) / 2
	}
	w.counts = Counts{
		Accounts: w.Accounts, Records: w.Records, DumpBytes: int64(records * w.record.RecordBytes), Candidates: int64(candidates),
		Pairs: int64(pairs), Verifications: int64(tried), AccountsMet: int64(met), Findings: int64(findings),
	}
}

func (w *work) size() {
	accounts := float64(w.Accounts)
	w.index = sizes{
		all: w.IndexBytes, filter: w.FilterBytes, tokens: int64(accounts * w.Identifiers * tokenBytes),
	}
	if w.index.all == 0 {
		w.index.all = int64(accounts * w.c.Build.AccountBytes)
	}
	if w.index.filter == 0 {
		w.index.filter = int64(accounts * w.Identifiers * bitsOf / 8)
	}
	w.index.rows = max(w.index.all-w.index.filter-w.index.tokens, 0)
}

// leastRows and mostPartitions are how plan chooses how many partitions there are.
const (
	leastRows      = 1000
	mostPartitions = 4096
)

func (w *work) divide() {
	if !w.Tasks {
		w.shards, w.Partitions = 1, 1
		return
	}
	w.shards = max((w.counts.DumpBytes+w.ShardSize-1)/w.ShardSize, 1)
	if w.Partitions == 0 {
		w.Partitions = min(max(w.Accounts/leastRows, 1), mostPartitions)
	}
}

// What an index costs that does not fit in caches, of ten times as many accounts each time: docs/performance.md has the table
// from 1 to 100 million accounts that these are read off.
const (
	recordPerDecade = 18e-9  // seconds of asking the filter
	hitPerDecade    = 0.4e-6 // seconds of an exact look-up
	buildPerDecade  = 0.12   // share of building
	buildFlat       = 1e6    // accounts up to which building does not grow
)

// decades is how often an index is ten times as large as the one that was measured.
func decades(accounts, measured int64) float64 {
	return max(math.Log10(float64(accounts)/max(float64(measured), 1)), 0)
}

// opened is what each process takes to start and to open the index: the filter is read and checked whole, which is two
// passes over its bytes.
func (w *work) opened() float64 {
	return w.c.StartSeconds + w.c.OpenSeconds + 2*float64(w.index.filter)*w.c.CheckSeconds
}

// touched is how many bytes of a file are read and checked, in so many look-ups at random places.
func touched(file int64, lookups float64) float64 {
	const page = 16 << 10
	pages := float64(file) / page
	if pages < 1 {
		return float64(file)
	}
	return page * pages * -math.Expm1(-lookups/pages)
}

// hours adds what a phase takes in all.
func (w *work) hours(p *Phase, machines int64, cores, wall float64) Phase {
	p.CoreHours, p.WallHours = cores/3600, wall/3600
	p.Cost = p.WallHours * w.m.Price * float64(machines)
	return *p
}
