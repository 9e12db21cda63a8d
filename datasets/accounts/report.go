package accounts

import (
	"fmt"
	"slices"
	"strings"
)

// Unusable is one reason why values of an export could not be used, or not as they are meant.
type Unusable struct {
	Column string  `json:"column"`
	Reason string  `json:"reason"`
	Count  int64   `json:"count"`
	Rows   []int64 `json:"rows"` // the first of them
}

// String says it for people.
func (u Unusable) String() string {
	rows := make([]string, len(u.Rows), len(u.Rows)+1)
	for i, row := range u.Rows {
		rows[i] = fmt.Sprint(row)
	}
	if int64(len(rows)) < u.Count {
		rows = append(rows, "…")
	}
	values, where := "values", "rows"
	if u.Count == 1 {
		values, where = "value", "row"
	}
	return fmt.Sprintf("%d %s of column %q (%s %s): %s", u.Count, values, u.Column, where,
		strings.Join(rows, ", "), u.Reason)
}

// Report is what a reader found out on its way through an export.
type Report struct {
	Unusable []Unusable // by column and reason, in the order of their first rows
	LeftOut  int64      // rows that are no accounts, by the recipe
}

// Reporter is a Reader that keeps count of what it could not use.
type Reporter interface {
	// Report is of all rows that were read.
	Report() Report
}

const (
	maxRowsNamed = 5
	maxReasons   = 100
	// Of a column of which nothing can be read, or hardly anything, the build must know: it was mapped wrongly.
	// One value in ten of as many as this is what a damaged store may have.
	manyUnusable  = 1000
	unusableShare = 10
)

// report counts values that could not be used. Its memory does not grow with the export.
type report struct {
	list      []Unusable
	good, bad [roleCount]int64
	first     [roleCount]error // what was wrong with the first bad value, with its row
	rejected  int64
	reject    error // the first
}

func (r *report) note(column, reason string, row int64) {
	i := slices.IndexFunc(r.list, func(u Unusable) bool { return u.Column == column && u.Reason == reason })
	if i < 0 {
		if len(r.list) == maxReasons {
			return
		}
		i = len(r.list)
		r.list = append(r.list, Unusable{Column: column, Reason: reason})
	}
	r.list[i].Count++
	if len(r.list[i].Rows) < maxRowsNamed {
		r.list[i].Rows = append(r.list[i].Rows, row)
	}
}

// value notes a value that could not be read, and refuses the export when its column is not what it was
// taken for.
func (r *report) value(role role, column string, row int64, why error) error {
	r.note(column, why.Error(), row)
	if r.bad[role]++; r.bad[role] == 1 {
		r.first[role] = &spoiled{fmt.Errorf("row %d: column %q %w", row, column, why)}
	}
	if r.bad[role] >= manyUnusable && r.bad[role]*unusableShare > r.good[role] {
		return &spoiled{fmt.Errorf("%w; %d of %d values of the column cannot be read", r.first[role],
			r.bad[role], r.bad[role]+r.good[role])}
	}
	return nil
}

// rows notes a row that is not one, and refuses the export when many are not.
func (r *report) row(row int64, why error) error {
	if r.rejected++; r.rejected == 1 {
		r.reject = fmt.Errorf("row %d: %w", row, why)
	}
	if r.rejected >= manyUnusable && r.rejected*unusableShare > row {
		return &spoiled{fmt.Errorf("%w; %d of %d rows cannot be read", r.reject, r.rejected, row)}
	}
	return nil
}

// end refuses an export of which a column could not be read at all.
func (r *report) end(rows int64) error {
	for role := range r.first {
		if r.good[role] == 0 && r.bad[role] > 0 && r.bad[role]*unusableShare >= rows {
			return r.first[role]
		}
	}
	return nil
}

// spoiled is an error about an export that says itself in which row it began.
type spoiled struct{ error }

func (s *spoiled) Unwrap() error { return s.error }
