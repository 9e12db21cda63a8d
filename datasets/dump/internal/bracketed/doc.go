// Package bracketed reads rows that stand in brackets and that no statement or key explains: lists of lists in
// JSON, with their columns beside them or not, lists of lines, arrays of JavaScript, tuples of Python and of SQL.
//
// [Looks] tells such a text by its beginning. [NewReader] turns it into a table as package rowtext writes one, so
// that it is read as any other: each innermost list of plain values is a row, a list of objects that only name
// columns is a header, a list of texts that are lines of a list is those lines. Of what stands between the rows
// only what holds an address is kept, a line each, for whoever looks at every address. Positions count the
// bytes of what is written.
//
// Memory: the innermost list, at most 1 MiB, beyond which its values are written as lines.
package bracketed
