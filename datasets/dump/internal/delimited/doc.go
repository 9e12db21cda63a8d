// Package delimited scans rows of fields between delimiters, as RFC 4180 has them and as databases write
// them: the tables of package table, and the rows after a COPY of package sql.
//
// A row whose quotes do not add up, or hide more than a user's data could, is read as one line in which
// quotes mean nothing: one stray quote must not swallow the rest of the file.
package delimited
