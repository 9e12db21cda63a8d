// Package task is what a run past one machine consists of: a Plan, one Tally for each shard of the dumps, one Part for each
// partition of the accounts, and the place where they lie.
//
//	plan                        what the run is: inputs, shards, partitions, settings, and the key of the run
//	state/0/DIGEST              what the ledger knew then: of each partition, and of dumps
//	screen/SHARD/DIGEST         what screening a shard found: a tally, and candidates by partition
//	confirm/PARTITION/DIGEST    what confirming a partition decided: a part
//
// All of it is sealed, see package parcel: the plan's key under a subkey of the master key, all else under that key. The place
// may be read by whoever can read it; without the master key it tells sizes and numbers.
//
// A result is named after its bytes, and the same work gives the same bytes: a task that runs twice, one after the other or at
// once, leaves one result. Two different results of one task say that something else changed (an index, a dump, the program),
// and nothing is made of either. What is missing is named. A result is there whole or not at all, so a task that dies leaves
// nothing.
//
// A part says which tallies it was made from. One that was made from others is stale, and refused. With a budget each part says where
// it ends, which follows from samples in all tallies and in what the ledger knew: two that differ are refused.
//
// Values that cross from one process to another are here, in JSON and in the encodings of package pair; what a stage makes of
// them is its own affair.
//
// Not guaranteed: that nobody deletes or exchanges objects: that ends in a sentence, never in a shorter list.
package task
