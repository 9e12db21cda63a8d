package pair

// State is what became of a pair. The order matters: a record that brought several pairs counts under the
// greatest of their states.
type State uint8

// The states. StateUnspecified is that of a pair which is not new; StatePending that of one which nobody has
// settled: counts that hold one do not balance.
const (
	StateUnspecified State = iota
	StatePending
	StatePrunedPolicy
	StateRemembered
	StateOverCap
	StateSetAside // a text that a sweep found beside an address, beyond the limit of the account
	StateMoot
	StateRefuted
	StateUnchecked
	StateIndeterminate
	StateConfirmed
	stateCount
)
