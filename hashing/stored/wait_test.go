package stored_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"testing"

	"github.com/credsieve/credsieve/hashing/stored"
)

// slow is a stored hash that takes seconds: PBKDF2 with millions of rounds.
func slow() string {
	salt, key := base64.RawStdEncoding.EncodeToString(bytes.Repeat([]byte{1}, 16)), base64.RawStdEncoding.EncodeToString(make([]byte, 64))
	return fmt.Sprintf("$pbkdf2-sha512$1600000$%s$%s", salt, key)
}

// TestVerify_ends_with_its_context: a computation of seconds does not hold its caller.
func TestVerify_ends_with_its_context(t *testing.T) {
	t.Parallel()
	h, err := stored.Parse(slow(), stored.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	computed := make(chan struct{})
	ctx, cancel := context.WithCancel(context.Background())
	go func() { // whoever comes first: the computation, or the end of the context right after its start
		h.Verify([]byte("made up"))
		close(computed)
	}()
	cancel()
	if _, err := stored.Verify(ctx, h, []byte("made up"), stored.DefaultLimits()); !errors.Is(err, context.Canceled) {
		t.Errorf("a context that had ended: %v", err)
	}
	ctx, cancel = context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() {
		_, err := stored.Verify(ctx, h, []byte("made up"), stored.DefaultLimits())
		ended <- err
	}()
	cancel()
	select {
	case err := <-ended:
		if !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
	case <-computed:
		t.Error("it waited as long as the whole computation takes")
	}
}

func TestVerify_says_what_the_hash_says(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	h, err := stored.Parse("$2y$04$rHaFtkfUjaNp7py3jfvhguSv9nqWr897jGUwlKQ1KSOSERs2CeUhy", stored.LoginLimits())
	if err != nil {
		t.Fatal(err)
	}
	result, err := stored.Verify(ctx, h, []byte("made up"), stored.LoginLimits())
	if want := h.Verify([]byte("made up")); err != nil || result != want {
		t.Errorf("got %+v, %v, want %+v", result, err, want)
	}
	result, err = stored.Verify(ctx, h, make([]byte, 1025), stored.LoginLimits())
	if err != nil || result.Outcome != stored.CannotVerify || result.Cause != stored.CauseOverLimit {
		t.Errorf("a password that is too long: %+v, %v", result, err)
	}
}

// TestLoginLimits bound time as well as memory: the batch job takes these, a login does not.
func TestLoginLimits(t *testing.T) {
	t.Parallel()
	salt, tag := base64.RawStdEncoding.EncodeToString(make([]byte, 16)), base64.RawStdEncoding.EncodeToString(make([]byte, 32))
	scrypt := func(log, r, p int) string { return fmt.Sprintf("$scrypt$ln=%d,r=%d,p=%d$%s$%s", log, r, p, salt, tag) }
	argon := func(m, n int) string { return fmt.Sprintf("$argon2id$v=19$m=%d,t=%d,p=1$%s$%s", m, n, salt, tag) }
	for name, test := range map[string]struct {
		encoded string
		login   bool
	}{
		"argon2 of today":             {argon(19456, 2), true},
		"argon2 with 64 MiB":          {argon(65536, 3), true},
		"argon2 with much memory":     {argon(1<<20, 1), false},
		"argon2 with many passes":     {argon(65536, 32), false},
		"argon2, little of each":      {argon(200<<10, 8), false},
		"scrypt of today":             {scrypt(17, 8, 1), true},
		"scrypt in many lanes":        {scrypt(17, 8, 16), false},
		"PBKDF2 with millions":        {slow(), false},
		"bcrypt that takes a second":  {"$2y$16$rHaFtkfUjaNp7py3jfvhguSv9nqWr897jGUwlKQ1KSOSERs2CeUhy", false},
		"bcrypt that takes a quarter": {"$2y$12$rHaFtkfUjaNp7py3jfvhguSv9nqWr897jGUwlKQ1KSOSERs2CeUhy", true},
	} {
		if _, err := stored.Parse(test.encoded, stored.DefaultLimits()); err != nil {
			t.Errorf("%s: the batch job refuses it: %v", name, err)
		}
		_, err := stored.Parse(test.encoded, stored.LoginLimits())
		var refused *stored.Error
		if (err == nil) != test.login || err != nil && (!errors.As(err, &refused) || refused.Cause != stored.CauseOverLimit) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
