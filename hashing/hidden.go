package hashing

// hidden keeps a secret out of whatever prints the structs around it. Methods do not do that alone:
// fmt calls none on unexported fields. It then prints what it finds, and follows one pointer for
// some verbs (%s of a pointer to bytes), but never two. The zero value holds nothing, not a secret
// of zeros.
type hidden[T any] struct{ value **T }

func hide[T any](secret *T) hidden[T] { return hidden[T]{&secret} }

func (h hidden[T]) reveal() *T { return *h.value }
