package pair

// Task is one account with candidates, likeliest first.
type Task struct {
	Account uint32 // row of the index
	Pairs   []*Pair
}
