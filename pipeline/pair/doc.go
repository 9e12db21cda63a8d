// Package pair is what the stages between reading and ranking work on: pairs of an account and a leaked password.
//
//  1. Screening leaves, of each record that names an account of ours, what it Found. Its Unit says where the
//     record stands: in which input, and which record of it.
//  2. An Intake takes these in and, when every dump was read, gives out each Pair once, with all that the dumps
//     say about it.
//  3. A Balance counts what became of the records with candidates, from the State in which each of their pairs
//     ended; an EndLog keeps the same by account.
//  4. A Survey knows what can only be known of all pairs together: which dumps repeat each other. Its Crowd counts with
//     how many accounts a password was met: exactly, when it is known whose are asked for, see Shares.
//  5. A Task is one account with the pairs that are worth a verification.
//
// Inputs says what the inputs are, and which of them are evidence. Parts divides the accounts of an index among
// the partitions of these stages, so that memory holds one partition at a time.
//
// A run may be made of parts: Balance, Repeats and Survey of parts of the records or pairs add up with Merge to those of
// all, whatever the order and the parts, and Shares add up from the crowds of all parts. That is why a Unit is a position, and not a counter.
//
// Not guaranteed: that an Intake or an EndLog can be merged; both are local, and sealed under a key that ends with
// the process.
package pair
