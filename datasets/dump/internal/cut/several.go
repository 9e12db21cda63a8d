package cut

import "bytes"

// ofAddress returns the fields that may belong to the address in field i, or in one ahead of all fields, which is -1:
// those from one up to another. Where a line holds several records, one after the other, the rest are of other
// addresses.
func (f *fields) ofAddress(i int) (from, to int) {
	n := len(f.list)
	if bytes.IndexByte(f.text, '@') < 0 {
		return 0, n
	}
	places, me := f.addresses(i)
	if i < 0 {
		from, to = recordOf(places, me, n+1)
		return max(0, from-1), to - 1
	}
	return recordOf(places, me, n)
}

// recordOf returns which of n fields belong to the address at one of these places.
func recordOf(places []int, me, n int) (from, to int) {
	k := len(places)
	if k < 2 {
		return 0, n
	}
	d, even := places[1]-places[0], true
	for j := 1; j < k; j++ {
		even = even && places[j]-places[j-1] == d
	}
	before, after := 0, n // up to the neighbours
	if me > 0 {
		before = places[me-1] + 1
	}
	if me+1 < k {
		after = places[me+1]
	}
	switch {
	case even && n == k*d:
		return me * d, (me + 1) * d
	case k == 2: // one of them may only be more about the user
		return 0, n
	case places[0] == 0:
		return places[me], after
	case places[k-1] == n-1:
		return before, places[me] + 1
	}
	return before, after
}

// addresses returns the places of fields that are addresses, the first of those that stand side by side, and which
// of them is that of field i. An address ahead of all fields moves them by one.
func (f *fields) addresses(i int) (places []int, me int) {
	last, moved := -2, 0
	if i < 0 {
		places, last, moved = append(places, 0), 0, 1
	}
	for j := range f.list {
		if j != i && !IsEmail(Identifier(f.at(j))) {
			continue
		}
		at := j + moved
		if at > last+1 {
			places = append(places, at)
		}
		if last = at; j == i {
			me = len(places) - 1
		}
	}
	return places, me
}
