package task

import (
	"encoding/binary"
	"errors"
	"slices"

	"github.com/credsieve/credsieve/datasets/ledger"
	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/hashing/stored"
	"github.com/credsieve/credsieve/pipeline/pair"
	"github.com/credsieve/credsieve/pipeline/prune"
)

// Tally is what screening a shard has counted. Sets of rows are in the encoding of pair.RowSet.
type Tally struct {
	Inputs            []InputTally // those of the shard, in order
	Counts            rundir.Counts
	Sweep             rundir.Sweep
	Canaries, Equal   []byte // accounts that are canaries, or whose stored hash is in the shard
	Read, Hashed, Cut []byte // see the states of accounts
	Balance           []byte
	Spent             Spent
}

// InputTally is what was counted of an input, or of the range of it that the shard is.
type InputTally struct {
	Report             *Report `json:",omitempty"` // nil: the plan has it
	Records, Rejected  int64
	Members            Members
	Met, Sure, Guessed []byte // accounts that it names, by how sure the reader is
}

// Members are those of an input of which most was rejected, but for the last one, of which all is said.
type Members struct {
	Failed                    int64
	Last                      string
	LastRecords, LastRejected int64
}

// Spent says which budgets of reading were used up.
type Spent struct{ Unpacked, Entries, Spool bool }

// Part is what confirming a partition decided.
type Part struct {
	Tallies       string // of all shards, that the candidates came from: see Run.Tallies
	Balance, Ends []byte
	Survey        []byte
	Cut           []byte // accounts of which texts of sweeps were kept back
	OverTexts     int64  // texts that were
	Fabricated    int64
	Verifications int64
	OverCap       []OverCap
	Open          []OpenPairs
	Findings      []Finding
	Proofs        map[string]rundir.Controls // by kind of stored hash
	Novelty       []Novelty                  // of the dumps, with a ledger
	Learned       []byte                     // with a ledger: what it learns, see history.History
	KernelsOff    []stored.KernelOff
	Budget        *prune.Cut // where the budget of the run ends: all parts say the same
	Left          []Left     // by that
}

// Left is how many pairs of an input a budget left.
type Left struct {
	Input uint32
	Pairs int64
}

// OverCap is an account with more candidates than the limit.
type OverCap struct {
	Row uint32
	prune.OverCap
}

// Novelty is how many pairs of an input's dump the task had, and how many of them earlier runs had judged.
type Novelty struct {
	Input         uint32 // of the dump
	Pairs, Judged int64
}

// OpenPairs are the pairs of an account that stay open for one cause.
type OpenPairs struct {
	Row   uint32
	Cause stored.Cause
	Pairs int32
}

// Finding is the record of a match: what finding.Standing makes a finding of, with what the password is known by.
type Finding struct {
	Name   ledger.Credential
	Inputs []uint32 // that hold the pair and are evidence
	Shared pair.Print
	Record ledger.Finding
}

// AppendEnds encodes what became of the pairs of accounts.
func AppendEnds(b []byte, ends map[uint32]pair.Ends) []byte {
	rows := make([]uint32, 0, len(ends))
	for row := range ends {
		rows = append(rows, row)
	}
	slices.Sort(rows)
	last := uint32(0)
	for _, row := range rows {
		e := ends[row]
		for _, n := range []uint32{row - last, e.Candidates, e.Refuted, e.Open, e.Pruned, e.Remembered} {
			b = binary.AppendUvarint(b, uint64(n))
		}
		last = row
	}
	return b
}

var errEncoding = errors.New("it is not what this version writes")

// EachEnds visits what AppendEnds encoded.
func EachEnds(b []byte, visit func(row uint32, e pair.Ends)) error {
	row := uint32(0)
	for len(b) > 0 {
		var e pair.Ends
		delta := uint32(0)
		for _, to := range []*uint32{&delta, &e.Candidates, &e.Refuted, &e.Open, &e.Pruned, &e.Remembered} {
			n, size := binary.Uvarint(b)
			if size <= 0 {
				return errEncoding
			}
			*to, b = uint32(n), b[size:]
		}
		row += delta
		visit(row, e)
	}
	return nil
}

// AppendReject encodes a reject of the input of that number among those of the shard.
func AppendReject(b []byte, input uint32, r rundir.Reject) []byte {
	b = binary.AppendUvarint(b, uint64(input))
	for _, text := range []string{r.Member, r.Reason} {
		b = append(binary.AppendUvarint(b, uint64(len(text))), text...)
	}
	for _, n := range []int64{r.Offset, r.Length, r.Line} {
		b = binary.AppendUvarint(b, uint64(n))
	}
	return b
}

// eachReject visits what AppendReject encoded, without the path of the input.
func eachReject(b []byte, visit func(input uint32, r rundir.Reject) error) error {
	for len(b) > 0 {
		var r rundir.Reject
		input, size := binary.Uvarint(b)
		if size <= 0 {
			return errEncoding
		}
		b = b[size:]
		for _, text := range []*string{&r.Member, &r.Reason} {
			n, size := binary.Uvarint(b)
			if size <= 0 || n > uint64(len(b)-size) {
				return errEncoding
			}
			*text, b = string(b[size:size+int(n)]), b[size+int(n):]
		}
		for _, number := range []*int64{&r.Offset, &r.Length, &r.Line} {
			n, size := binary.Uvarint(b)
			if size <= 0 {
				return errEncoding
			}
			*number, b = int64(n), b[size:]
		}
		if err := visit(uint32(input), r); err != nil {
			return err
		}
	}
	return nil
}
