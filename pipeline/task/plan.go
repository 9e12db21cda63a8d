package task

import (
	"errors"
	"time"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/hashing/stored"
	"github.com/credsieve/credsieve/pipeline/pair"
)

// version of plans and results. A task of another one refuses them.
const version = 3

// DefaultPartitions of the accounts: so many that the rows of one, with their candidates, fit in the memory of any machine.
const DefaultPartitions = 4096

// Plan is what every task of a run is told.
type Plan struct {
	Version    int
	Started    time.Time
	Index      Index
	Dir        string   // where relative paths begin
	Dumps      []string // as they were named
	Inputs     []Input
	Shards     []Shard
	Partitions int
	Settings   Settings
	State      *State `json:",omitempty"` // nil: the run has no ledger
}

// State is the ledger of a run. What it knew of accounts and dumps when the run was planned is an object beside the plan.
type State struct {
	Dir   string // where it lay
	Books string // of it then, see history.History: a publication wants them as they were
	Known bool   // something: there is such an object
}

// Index is that of the run. A task refuses another one.
type Index struct {
	Dir  string // where it lay when the run was planned
	ID   string
	Rows int64
}

// Settings are those of a run that decide what its tasks find, beside its inputs.
type Settings struct {
	// BlockSize is what is screened at once. What a sweep finds across the end of a block depends on it, so that all tasks have
	// the one that the local run would have had.
	BlockSize      int
	Format         string
	Layout         dump.Layout
	Unpack         dump.Limits
	InputTime      time.Duration
	Unpacked       int64 // bytes that the containers of a shard may unpack to, together
	Entries        int64 // of the archives of a shard
	Rejects        int64 // rows of rejects.csv
	Spool          int64 // bytes on disk for the candidates of a task, 0: by what is free there
	OwnDomains     []string
	Policy         []byte // as it stands in its file
	MostCandidates int    // of an account
	HashLimits     stored.Limits
	Reference      bool
	Budget         *Budget `json:",omitempty"` // nil: all candidates are verified
}

// Budget is what the tasks of a run may verify together: Time or Candidates, the other one is 0.
type Budget struct {
	Time       time.Duration // of one processor, as Costs say
	Candidates int64
	Costs      []Cost // of Time: measured once, so that no two tasks disagree
}

// Cost is what a verification of a kind of stored hash takes.
type Cost struct {
	Scheme, Params string
	Each           time.Duration
}

// Shard is what one task screens: some inputs that follow each other, or a range of one.
type Shard struct {
	First  uint32 // input
	Inputs uint32
	Range  *dump.Range `json:",omitempty"`
}

// End is the first input after those of a shard.
func (s Shard) End() uint32 { return s.First + s.Inputs }

// Divide fixes what each task screens: a range of an input that has some, else whole inputs, small ones together.
func (p *Plan) Divide(ranges [][]dump.Range, size int64) {
	room := int64(0) // of the last shard
	for i := range p.Inputs {
		of := uint32(i)
		for _, part := range ranges[i] {
			p.Shards = append(p.Shards, Shard{First: of, Inputs: 1, Range: &part})
		}
		switch n := max(p.Inputs[i].Size, 1); {
		case len(ranges[i]) > 0:
			room = 0
		case n <= room:
			p.Shards[len(p.Shards)-1].Inputs++
			room -= n
		default:
			p.Shards = append(p.Shards, Shard{First: of, Inputs: 1})
			room = size - n
		}
	}
}

// Parts divides the accounts among the partitions.
func (p *Plan) Parts() pair.Parts { return pair.Divide(0, p.Index.Rows, int64(p.Partitions)) }

// Input is a dump.Input as it is handed on.
type Input struct {
	Path      string
	Size      int64
	Meta      Meta
	Passwords []string `json:",omitempty"` // of encrypted archives
	Err       *Fault   `json:",omitempty"`
	Spoiled   *Fault   `json:",omitempty"`
	Claim     *Claim   `json:",omitempty"`
	Parts     []string `json:",omitempty"`
	Report    *Report  `json:",omitempty"` // of an input that several shards read
}

// Meta is a dump.Meta without its passwords, which hide from every encoding.
type Meta struct {
	Name, Kind string
	LeakedOn   time.Time
	Trust      string
	Format     string   `json:",omitempty"`
	Encodings  []string `json:",omitempty"`
}

// Claim is what a sidecar says that is not believed.
type Claim struct {
	Sidecar, Why string
	Meta         Meta
}

func metaOf(m dump.Meta) Meta {
	return Meta{m.Name, string(m.Kind), m.LeakedOn, string(m.Trust), m.Format, m.Encodings}
}

func (m Meta) meta() dump.Meta {
	return dump.Meta{
		Name: m.Name, Kind: dump.Kind(m.Kind), LeakedOn: m.LeakedOn, Trust: dump.Trust(m.Trust), Format: m.Format,
		Encodings: m.Encodings,
	}
}

// InputOf is an input as it is handed on.
func InputOf(in dump.Input) Input {
	out := Input{
		Path: in.Path, Size: in.Size, Meta: metaOf(in.Meta), Passwords: in.Meta.Passwords,
		Err: faultOf(in.Err), Spoiled: faultOf(in.Spoiled), Parts: in.Parts,
	}
	if in.Claim != nil {
		out.Claim = &Claim{in.Claim.Sidecar, in.Claim.Why, metaOf(in.Claim.Meta)}
	}
	return out
}

// Input is what was handed on.
func (in Input) Input() dump.Input {
	out := dump.Input{
		Path: in.Path, Size: in.Size, Meta: in.Meta.meta(), Err: in.Err.err(), Spoiled: in.Spoiled.err(), Parts: in.Parts,
	}
	out.Meta.Passwords = in.Passwords
	if in.Claim != nil {
		out.Claim = &dump.Claim{Sidecar: in.Claim.Sidecar, Why: in.Claim.Why, Meta: in.Claim.Meta.meta()}
	}
	return out
}

// Report is a dump.Report as it is handed on, without its members.
type Report struct {
	Status, Format, Encoding string
	Bytes                    int64
	SHA256                   string
	Err                      *Fault `json:",omitempty"`
	LeftOut                  int    `json:",omitempty"`
}

// ReportOf is a report as it is handed on.
func ReportOf(r dump.Report) Report {
	return Report{string(r.Status), r.Format, r.Encoding, r.Bytes, r.SHA256, faultOf(r.Err), r.LeftOut}
}

// Report is what was handed on.
func (r Report) Report() dump.Report {
	return dump.Report{
		Status: dump.Status(r.Status), Format: r.Format, Encoding: r.Encoding, Bytes: r.Bytes, SHA256: r.SHA256, Err: r.Err.err(),
		LeftOut: r.LeftOut,
	}
}

// Fault is an error as it is handed on: its sentence, and whether it is dump.ErrNotPasswords.
type Fault struct {
	Text    string
	LeftOut bool `json:",omitempty"`
}

func faultOf(err error) *Fault {
	if err == nil {
		return nil
	}
	return &Fault{err.Error(), errors.Is(err, dump.ErrNotPasswords)}
}

func (f *Fault) err() error {
	if f == nil {
		return nil
	}
	return f
}

// Error is the sentence.
func (f *Fault) Error() string { return f.Text }

// Is reports what the error was that was handed on.
func (f *Fault) Is(target error) bool { return f.LeftOut && target == dump.ErrNotPasswords }
