package extsort

import (
	"cmp"
	"slices"
	"sync"
	"sync/atomic"
)

func compareEntries(a, b *Entry) int {
	switch {
	case a.High != b.High:
		return cmp.Compare(a.High, b.High)
	case a.Low != b.Low:
		return cmp.Compare(a.Low, b.Low)
	}
	return cmp.Or(
		cmp.Compare(a.Account, b.Account),
		cmp.Compare(a.Attribution, b.Attribution),
		cmp.Compare(a.Kind, b.Kind))
}

// fewEntries is where halving a list is no slower than counting it.
const fewEntries = 64

// sortEntries sorts in place. Tokens are uniform, so sorting by their leading bytes splits a list
// evenly; a list that somebody made uneven costs more time, with the same answer.
func sortEntries(all []Entry, workers int) {
	if len(all) <= fewEntries {
		sortFew(all)
		return
	}
	bounds := splitByByte(all, 56)
	var next atomic.Int32
	var wait sync.WaitGroup
	for range max(workers, 1) {
		wait.Go(func() {
			for i := next.Add(1) - 1; i < 256; i = next.Add(1) - 1 {
				sortByBytes(all[bounds[i]:bounds[i+1]], 48)
			}
		})
	}
	wait.Wait()
}

func sortFew(all []Entry) {
	slices.SortFunc(all, func(a, b Entry) int { return compareEntries(&a, &b) })
}

// sortByBytes sorts entries that agree in the bits above shift+8 of their high half.
func sortByBytes(all []Entry, shift int) {
	if len(all) <= fewEntries || shift < 0 {
		sortFew(all)
		return
	}
	bounds := splitByByte(all, shift)
	for i := range 256 {
		sortByBytes(all[bounds[i]:bounds[i+1]], shift-8)
	}
}

// splitByByte orders entries by one byte of their high half and returns where each value begins: the
// American flag sort of McIlroy, Bostic and McIlroy, "Engineering Radix Sort" (1993).
func splitByByte(all []Entry, shift int) (bounds [257]int) {
	var next [256]int
	for i := range all {
		bounds[int(uint8(all[i].High>>shift))+1]++
	}
	for i := range 256 {
		bounds[i+1] += bounds[i]
		next[i] = bounds[i]
	}
	for value := range 256 {
		for at := next[value]; at < bounds[value+1]; at = next[value] {
			to := int(uint8(all[at].High >> shift))
			if to != value {
				all[at], all[next[to]] = all[next[to]], all[at]
			}
			next[to]++
		}
	}
	return bounds
}
