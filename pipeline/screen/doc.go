// Package screen asks for each record of a dump whether it names an account of ours: cheap, some hundred
// nanoseconds a record, because nearly all of them name nobody.
//
// A Screener takes a block of a dump. Each record is canonicalised, its tokens are asked of the filter, many at once,
// and what passes is joined with the vault: the errors of the filter end there. Where a line can be cut in several
// ways, every cut is tried, and the accounts that exist say which one is right. What a record holds for an account is
// judged by the account's own stored hash: a password that can be verified, a digest that it wraps, or the stored hash
// itself, which means that our own store has leaked.
//
// The Result of a block is a value: records, hits by the number of their record, rejects with their positions. It
// does not depend on the blocks before it.
//
// Not guaranteed: that a hit is a finding. Nothing is verified here.
package screen
