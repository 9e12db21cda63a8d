package rundir

import (
	"fmt"
	"maps"
	"slices"
)

// Rejects is rejects.csv while the dumps are read: rejects go to disk as they come, because a dump can hold
// more of them than memory.
//
// The first singleRejects of a member have a row each. After that a row is a run: of rejects of one reason that follow
// each other, and when there are runRejects of those, one row for each reason from its first to its last. So a
// member costs some thousand rows at most, whatever it holds. What goes beyond the rows of the run is counted only.
type Rejects struct {
	table
	limit  int64 // rows
	room   int64 // bytes that rows may still take: long names use it up sooner
	counts RejectCounts

	input, member string
	rows          int            // of the member
	run           *Reject        // not written yet
	rest          map[string]int // the place in tails, by reason
	tails         []Reject
}

const (
	singleRejects = 1000
	runRejects    = 1000
	// rejectBytes is what a row takes, with a name and a path of common length.
	rejectBytes = 256
)

// RejectCounts says how rejects.csv accounts for the rejects of a run.
type RejectCounts struct {
	Rows    int64 `json:"rows"`
	Limit   int64 `json:"limit"`            // rows, see --max-rejects
	Merged  int64 `json:"merged"`           // rejects that stand in a row with others
	NoPlace int64 `json:"no_row,omitempty"` // rejects beyond the limit: counted only
}

// Check compares the rows with the rejects of the counts.
func (c *RejectCounts) Check(rejected int64) error {
	if c.Rows < 0 || c.Merged < 0 || c.NoPlace < 0 || c.Rows+c.Merged+c.NoPlace != rejected {
		return fmt.Errorf("rejects.csv stands for %d rejects (%d rows, %d more in them, %d without a row), the counts say %d",
			c.Rows+c.Merged+c.NoPlace, c.Rows, c.Merged, c.NoPlace, rejected)
	}
	return nil
}

// CreateRejects starts rejects.csv, which gets limit rows at most.
func (s *Staging) CreateRejects(limit int64) (*Rejects, error) {
	t, err := s.createTable("rejects.csv", rejectHeader)
	return &Rejects{
		table: t, limit: limit, room: limit * rejectBytes, counts: RejectCounts{Limit: limit}, rest: make(map[string]int),
	}, err
}

// Add takes in one reject; the caller keeps them in order.
func (r *Rejects) Add(reject Reject) error {
	if reject.Input != r.input || reject.Member != r.member {
		if err := r.endMember(); err != nil {
			return err
		}
		r.input, r.member = reject.Input, reject.Member
	}
	switch {
	case r.rows < singleRejects:
		r.rows++
		return r.write(reject)
	case r.run != nil && r.run.Reason == reject.Reason && r.run.isBefore(reject):
		r.run.reachTo(reject)
		r.counts.Merged++
		return nil
	}
	err := r.endRun()
	r.run = &reject
	return err
}

// isBefore reports whether nothing but a line end lies between a reject and the next one.
func (r *Reject) isBefore(next Reject) bool {
	const lineEnd = 2
	gap := next.Offset - (r.Offset + r.Length)
	return gap >= 0 && gap <= lineEnd
}

// reachTo makes a reject one from its start to the end of a later one.
func (r *Reject) reachTo(last Reject) { r.Length = max(r.Length, last.Offset+last.Length-r.Offset) }

// endRun writes the run, or adds it to those of its reason.
func (r *Rejects) endRun() error {
	if r.run == nil {
		return nil
	}
	run := *r.run
	r.run = nil
	if r.rows < singleRejects+runRejects {
		r.rows++
		return r.write(run)
	}
	if at, ok := r.rest[run.Reason]; ok {
		r.tails[at].reachTo(run)
		r.counts.Merged++
	} else {
		r.rest[run.Reason] = len(r.tails)
		r.tails = append(r.tails, run)
	}
	return nil
}

func (r *Rejects) endMember() error {
	if err := r.endRun(); err != nil {
		return err
	}
	for _, reason := range slices.Sorted(maps.Keys(r.rest)) {
		if err := r.write(r.tails[r.rest[reason]]); err != nil {
			return err
		}
	}
	r.rows, r.tails = 0, r.tails[:0]
	clear(r.rest)
	return nil
}

func (r *Rejects) write(reject Reject) error {
	row := reject.record()
	for _, field := range row {
		r.room -= int64(len(field))
	}
	if r.counts.Rows >= r.limit || r.room < 0 {
		r.room = -1
		r.counts.NoPlace++
		return nil
	}
	r.counts.Rows++
	return r.add(row)
}

// Finish completes the file, and says how it accounts for the rejects.
func (r *Rejects) Finish() (RejectCounts, error) {
	if err := r.endMember(); err != nil {
		return r.counts, err
	}
	return r.counts, r.table.Finish()
}
