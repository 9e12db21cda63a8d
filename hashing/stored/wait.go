package stored

import "context"

// Verify is h.Verify for somebody who waits. A password that is longer than the limits allow is not looked at, whatever
// the scheme does with length, and when ctx ends first Verify returns its error at once: nothing was decided then. No
// library lets a computation be stopped from outside; it goes on to its end, which the limits that the hash was parsed with
// bound, and nobody hears of it.
func Verify(ctx context.Context, h Hash, password []byte, lim Limits) (Result, error) {
	switch {
	case ctx.Err() != nil:
		return Result{}, ctx.Err()
	case len(password) > lim.Password:
		return Result{Outcome: CannotVerify, Cause: CauseOverLimit}, nil
	case ctx.Done() == nil || isShort(h):
		return h.Verify(password), nil
	}
	done := make(chan Result, 1) // nobody may be there to take it
	own := append([]byte(nil), password...)
	go func() {
		done <- contain(func() Result { return h.Verify(own) })
	}()
	select {
	case result := <-done:
		return result, nil
	case <-ctx.Done():
		return Result{}, ctx.Err()
	}
}

// mostShort is how much memory argon2 fills, over all passes, in some three milliseconds.
const mostShort = 4096 // KiB

// isShort reports whether a verification is over before anybody could stop it. A goroutine for each, which wakes another
// core, would cost as much as the verification.
func isShort(h Hash) bool {
	switch h := h.(type) {
	case *computed:
		return h.digest
	case *argon2Hash:
		return uint64(h.params.Memory)*uint64(h.params.Time) <= mostShort
	}
	return false
}
