// Package format says what a format of dumps is, and has what all of them are built from.
//
//  1. A [Sample] is the beginning of a stretch of text. Each [Format] says in a score how much of it
//     looks its own.
//  2. The format that wins opens the stretch: its [Session] knows how lines end, what stands above the
//     first record, and where records end.
//  3. Whoever reads the stretch cuts it into blocks at record boundaries ([Session].Last), and parses
//     each [Block] on any goroutine ([Session].Parse). A [Serial] session reads the whole stretch
//     itself and packs what it finds through a [Recorder].
//
// Today a stretch is a whole member. Nothing here depends on that: positions in a block count from where
// the block says that it is, and each record and reject names the bytes that it is about, so that what
// no record has claimed can be told.
//
// [Lines], [Cursor] and [Collector] are what sessions are made of. A family of formats is a package of
// its own that imports this one and cut, and none of the other families.
package format
