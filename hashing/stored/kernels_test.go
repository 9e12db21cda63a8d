package stored

import (
	"sync"
	"testing"
)

// TestKernels_agree_with_vectors verifies every vector of other programs with kernels, many at once on one worker as confirming
// does: who is not wide holds the slot, who is must not. That none hangs shows that the widths are true.
func TestKernels_agree_with_vectors(t *testing.T) {
	t.Parallel()
	k := NewKernels(1, 1<<28, nil)
	defer k.Close()
	wide := 0
	var group sync.WaitGroup
	room := make(chan struct{}, 2*max(k.MostWidth(), 1))
	for _, name := range []string{
		"argon2.json", "bcrypt.json", "scrypt.json", "pbkdf2.json", "wrapped.json", "crypt.json", "products.json",
	} {
		for _, v := range readVectors(t, name) {
			hash, err := Parse(v.Encoded, DefaultLimits())
			if err != nil {
				continue // of a declared scheme, or refused: other tests look at those
			}
			UseKernels(hash, k)
			if Width(hash) > 1 {
				wide++
			}
			for password, want := range map[string]Outcome{v.Password: Match, v.Wrong: NoMatch} {
				room <- struct{}{}
				group.Go(func() {
					defer func() { <-room }()
					if got := verifyInSlot(k, hash, []byte(password)); got.Outcome != want && got.Outcome != CannotVerify {
						t.Errorf("%s %s: %q: %+v", name, v.Encoded, password, got)
					}
				})
			}
		}
	}
	group.Wait()
	if err := k.Err(); err != nil || len(k.Off()) > 0 {
		t.Errorf("error %v, switched off %v", err, k.Off())
	}
	if k.MostWidth() > 1 && wide < 50 {
		t.Errorf("only %d vectors were put together", wide)
	}
}

func verifyInSlot(k *Kernels, hash Hash, password []byte) Result {
	if Width(hash) == 1 {
		k.Slots() <- struct{}{}
		defer func() { <-k.Slots() }()
	}
	return hash.Verify(password)
}

// TestUseKernels_keeps_what_comes_before: products give bcrypt something else than the password, with kernels as well.
func TestUseKernels_keeps_what_comes_before(t *testing.T) {
	t.Parallel()
	k := NewKernels(1, 1<<20, nil)
	defer k.Close()
	for _, encoded := range []string{
		"$2b$04$" + body53, "bcrypt_sha256$$2b$04$" + body53, "$wp$2y$04$" + body53, "!bcrypt!04!" + body53,
		"DoubleBcrypt:$2a$04$" + body53, argon2Text("m=64,t=1,p=1"), "{ARGON2ID}" + argon2Text("m=64,t=1,p=1"),
	} {
		first, err := Parse(encoded, DefaultLimits())
		if err != nil {
			t.Errorf("%s: %v", encoded, err)
			continue
		}
		planted, err := first.(Planter).Plant([]byte("Made-Up-1"))
		if err != nil {
			t.Errorf("%s: %v", encoded, err)
			continue
		}
		hash, err := Parse(planted, DefaultLimits())
		if err != nil {
			t.Fatal(err)
		}
		UseKernels(hash, k)
		if right, wrong := hash.Verify([]byte("Made-Up-1")), hash.Verify([]byte("Made-Up-2")); right.Outcome != Match ||
			wrong.Outcome != NoMatch {
			t.Errorf("%s: %+v, %+v", encoded, right, wrong)
		}
	}
}
