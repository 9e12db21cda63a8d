package pair

// Task is one account with candidates, likeliest first.
type Task struct {
	Account uint32 // row of the index
	Pairs   []*Pair
	Class   int  // of all of them: what is of a lesser one comes first, of all accounts
	Beyond  bool // a budget leaves them: they are not verified
}
