// Package table writes and reads the data files of an index: whole ones, and tables of Arrow's IPC format, which
// are used where they lie, in a mapped file. All of the index that is unsafe, or differs between systems, is here.
//
// # Writing
//
// A File is hashed page by page while it is written; Finish makes it durable and describes it, and NAME.pages
// beside it holds the SHA-256 of each page. A Writer makes a table of Chunks: rows as the bytes of their columns.
//
// # Reading
//
// Map opens a file whose list of digests is the one that a FileMeta names, and Parse finds the columns in it. A
// page is compared with its digest before the first byte of it is used, and record batches are parsed when they
// are first used. What meets damage returns nothing, and the Failure that all files of an index share keeps the
// first of it. Keys finds the rows of a key in a table that is sorted by uniform keys. ReadWhole reads a file
// into memory instead and checks all of it on the way.
//
// Everything that was opened is safe for concurrent use.
//
// # Memory and locks
//
// Zeroed is memory outside of the heap; Lock is that of a folder, which the system gives back when a process dies,
// where it can.
//
// Not guaranteed: anything after a mapped file was truncated in place; that a page which was checked, dropped
// from memory and read again was not changed on disk in between.
package table
