// Package delimited reads the rows of text with columns: CSV, TSV and their kin, as their writers write them.
//
// How rows with quotes are read. No reading may give an account a value of another one: where a row can be
// read in two ways that both hold together, it is rejected, up to the line where both ways have come to the
// end of a row. To go on before that would be to take for rows what a user wrote into a value of his own.
//
// Three writers are thought of: one that quotes as RFC 4180 has it, one whose backslashes escape quotes, and
// one that does not quote at all, for which each line is a row.
package delimited

import "fmt"

// Rejection is why a row is not one. Its words quote nothing of the row.
type Rejection struct{ Reason string }

func (r *Rejection) Error() string { return r.Reason }

// Rejectf makes a Rejection.
func Rejectf(format string, args ...any) *Rejection {
	return &Rejection{fmt.Sprintf(format, args...)}
}
