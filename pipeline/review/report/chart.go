package report

import (
	"fmt"
	"maps"
	"slices"

	"github.com/credsieve/credsieve/datasets/counted"
	"github.com/credsieve/credsieve/datasets/rundir"
)

// barWidth is how long the longest bar is, in units of its picture.
const barWidth = 200

// bar is a count with a length.
type bar struct {
	Name  string
	Count int64
	Width string
}

func bars(steps []step, length func(n, largest int64) float64) []bar {
	largest := int64(0)
	for _, s := range steps {
		largest = max(largest, s.Count)
	}
	list := make([]bar, len(steps))
	for i, s := range steps {
		list[i] = bar{s.Name, s.Count, units(barWidth * length(s.Count, largest))}
	}
	return list
}

// units writes a length of a picture; the same on every machine.
func units(n float64) string { return fmt.Sprintf("%.1f", n) }

// dumpBar is a dump with the share of its accounts that were confirmed, and the limit on it.
type dumpBar struct {
	Name, Kind          string
	Met, Confirmed      int64
	Share, Width, Limit string
	Allowed             string // in words; empty: no limit applies
	Over                bool
}

func (r *Report) dumpBar(d *rundir.Dump) dumpBar {
	kind := r.kindOf(d.Name)
	of := linear(d.AccountsConfirmed, d.AccountsMet)
	b := dumpBar{
		Name: clip(d.Name, longestSource), Kind: kind, Met: d.AccountsMet, Confirmed: d.AccountsConfirmed,
		Share: share(of), Width: units(barWidth * min(of, 1)),
	}
	allowed, is := r.m.Guard.Limits[rateLimit+"."+kind]
	if !is {
		allowed, is = r.m.Guard.Limits[rateLimit]
	}
	if is && d.AccountsMet >= smallDump {
		b.Limit, b.Allowed, b.Over = units(barWidth*min(allowed, 1)), share(allowed), of > allowed
	}
	return b
}

// The picture of the nights, in units of its own.
const (
	chartWidth, chartHeight = 360, 140
	chartLeft, chartTop     = 48, 16 // room for a number of seven digits
	chartBase               = 118
)

// fewestNights have a place at least: the days of the first and the last have room beside each other then.
const fewestNights = 5

// barShare is how much of its place a night fills.
const barShare = 0.8

// chart is the nights as a picture.
type chart struct {
	Columns    []column
	Largest    int64
	Empty      bool // no run has an account on its list
	First      string
	Last       string
	LastX      string // where the last night ends, and its day with it
	Said       string // all of it in words, for whoever does not see it
	Unreadable int
}

// column is one night: two bars on each other, and a mark where it was held.
type column struct {
	X, Middle, Width          string
	NewY, NewHeight           string
	OldY, OldHeight           string
	MarkY, Mark, Class, Title string
}

func (r *Report) chart() chart {
	c := chart{Largest: 1, Empty: true, Unreadable: r.unreadable}
	held := 0
	for _, n := range r.nights {
		c.Largest = max(c.Largest, n.added+n.stayed)
		c.Empty = c.Empty && n.added+n.stayed == 0
		if n.held {
			held++
		}
	}
	slot := float64(chartWidth-chartLeft) / float64(max(len(r.nights), fewestNights))
	for i, n := range r.nights {
		c.Columns = append(c.Columns, n.column(chartLeft+float64(i)*slot, slot, c.Largest))
	}
	if last := len(r.nights) - 1; last >= 0 {
		c.LastX = units(chartLeft + (float64(last)+barShare)*slot)
		c.First, c.Last = rundir.Date(r.nights[0].began), rundir.Date(r.nights[last].began)
		c.Said = fmt.Sprintf("%s from %s to %s, %d of them held; the last has %d new and %d outstanding accounts on its list",
			counted.As(int64(len(r.nights)), "run", "runs"), c.First, c.Last, held, r.nights[last].added, r.nights[last].stayed)
	}
	return c
}

func (n night) column(x, slot float64, largest int64) column {
	const full = chartBase - chartTop
	added, stayed := full*linear(n.added, largest), full*linear(n.stayed, largest)
	top := chartBase - added - stayed
	c := column{
		X: units(x), Middle: units(x + slot*barShare/2), Width: units(slot * barShare),
		NewY: units(top), NewHeight: units(added), OldY: units(chartBase - stayed), OldHeight: units(stayed),
		MarkY: units(top - 3),
		Title: fmt.Sprintf("%s: %d new, %d outstanding", minute(n.began), n.added, n.stayed),
	}
	switch {
	case n.leak:
		c.Mark, c.Class, c.Title = "!", "leak", c.Title+", held for signs of a leak of our own store"
	case n.held:
		c.Mark, c.Class, c.Title = "H", "held", c.Title+", held"
	case n.part:
		c.Title += ", not complete"
	}
	return c
}

func sortedCounts(counts map[string]int) []causeCount {
	list := make([]causeCount, 0, len(counts))
	for _, text := range slices.Sorted(maps.Keys(counts)) {
		list = append(list, causeCount{text, counts[text]})
	}
	return list
}
