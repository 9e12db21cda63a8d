package config

import "strings"

// Closest returns the name that somebody meant who wrote another, empty when none is near. A dash is often written as an
// underscore.
func Closest(written string, names []string) string {
	written = strings.ToLower(strings.ReplaceAll(written, "_", "-"))
	best, distance := "", 3
	for _, name := range names {
		if d := apart(written, name); d < distance && d < len(name) {
			best, distance = name, d
		}
	}
	return best
}

// apart counts the characters that are to be added, left out, changed or swapped with their neighbour.
func apart(a, b string) int {
	before, last := []int{}, make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row := make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(row[j-1]+1, last[j]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}
