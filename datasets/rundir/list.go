package rundir

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Row is one account on the at-risk list. Its fields are the columns of docs/formats.md, in order.
type Row struct {
	Rank           int // 1 is worst
	AccountID      string
	Score          float64 // 0-100, one decimal
	Band           string  // critical, high, elevated, standard; in runs of schema version 1 medium and low
	Status         string  // new, outstanding
	Match          string  // exact, wrapped
	Attribution    string  // exact, alias
	IdentifierKind string  // email, username, phone
	FirstLeakedOn  time.Time
	LastLeakedOn   time.Time
	Sources        []string // names of dumps, sorted
	Reasons        []Reason // heaviest first
	Actions        []string
	FindingID      string // 32 hex
	HashTag        string // 32 hex
	Identifier     string // written only when the list is asked to show identifiers
	// FirstListedAt is when a list was published that had this finding, of an outstanding one; zero: it is new, or not known.
	// It is not a column of the list, accounts.csv has it, in whole seconds.
	FirstListedAt time.Time
}

// DaysOpen is for how many whole days a row has been outstanding at a time; 0: it is new, or not known.
func (r *Row) DaysOpen(at time.Time) int {
	if r.FirstListedAt.IsZero() {
		return 0
	}
	return max(0, int(at.Sub(r.FirstListedAt)/(24*time.Hour)))
}

// StatusOpen is the status of a row with the days that it has been open at a time, for people.
func (r *Row) StatusOpen(at time.Time) string {
	if r.FirstListedAt.IsZero() {
		return r.Status
	}
	return fmt.Sprintf("%s %d d", r.Status, r.DaysOpen(at))
}

// Number gives rows their ranks, in the order in which they stand.
func Number(rows []Row) {
	for i := range rows {
		rows[i].Rank = i + 1
	}
}

// Reason is one named part of a score.
type Reason struct {
	Code   string
	Weight float64
}

// column is one column of the list in both its file formats, so that they can not drift apart.
type column struct {
	name string
	kind columnKind
	text func(*Row) string
	num  func(*Row) float64
}

type columnKind int

const (
	textColumn columnKind = iota
	intColumn
	floatColumn
)

func text(name string, f func(*Row) string) column { return column{name: name, text: f} }

func integer(name string, f func(*Row) int) column {
	return column{
		name: name, kind: intColumn,
		text: func(r *Row) string { return strconv.Itoa(f(r)) },
		num:  func(r *Row) float64 { return float64(f(r)) },
	}
}

func oneDecimal(name string, f func(*Row) float64) column {
	return column{
		name: name, kind: floatColumn,
		text: func(r *Row) string { return strconv.FormatFloat(f(r), 'f', 1, 64) },
		num:  f,
	}
}

// columns returns the columns of the list, in the order that other programs rely on.
func columns(showIdentifiers bool) []column {
	list := []column{
		integer("rank", func(r *Row) int { return r.Rank }),
		text("account_id", func(r *Row) string { return r.AccountID }),
		oneDecimal("score", func(r *Row) float64 { return r.Score }),
		text("band", func(r *Row) string { return r.Band }),
		text("status", func(r *Row) string { return r.Status }),
		text("match", func(r *Row) string { return r.Match }),
		text("attribution", func(r *Row) string { return r.Attribution }),
		text("identifier_kind", func(r *Row) string { return r.IdentifierKind }),
		text("first_leaked_on", func(r *Row) string { return Date(r.FirstLeakedOn) }),
		text("last_leaked_on", func(r *Row) string { return Date(r.LastLeakedOn) }),
		integer("source_count", func(r *Row) int { return len(r.Sources) }),
		text("sources", func(r *Row) string { return strings.Join(r.Sources, ";") }),
		text("reasons", func(r *Row) string { return joinReasons(r.Reasons) }),
		text("actions", func(r *Row) string { return strings.Join(r.Actions, ";") }),
		text("finding_id", func(r *Row) string { return r.FindingID }),
		text("hash_tag", func(r *Row) string { return r.HashTag }),
	}
	if showIdentifiers {
		list = append(list, text("identifier", func(r *Row) string { return r.Identifier }))
	}
	return list
}

func joinReasons(reasons []Reason) string {
	parts := make([]string, len(reasons))
	for i, r := range reasons {
		parts[i] = fmt.Sprintf("%s:%s", r.Code, strconv.FormatFloat(r.Weight, 'f', -1, 64))
	}
	return strings.Join(parts, ";")
}

// Date is a day as the run directory writes it; a day that is not known is empty.
func Date(day time.Time) string {
	if day.IsZero() {
		return ""
	}
	return day.UTC().Format(time.DateOnly)
}
