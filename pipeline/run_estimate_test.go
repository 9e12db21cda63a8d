package pipeline

import "testing"

// TestEstimate_is_what_the_run_then_does where nothing matches: then no candidate is moot.
func TestEstimate_is_what_the_run_then_does(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	for n := range 4 {
		p.account(n, "Made-Up", "")
		p.leak("one", n, "Else-Made-Up")
		p.leak("one", n, "pässwörd")
		p.leak("two", n, "a&#39;b")
	}
	p.index()
	made := p.run("run")
	p.cfg.DryRun = true
	outcome, err := Run(t.Context(), p.cfg)
	if err != nil {
		t.Fatal(err)
	}
	est := outcome.Manifest.Estimate
	if est.Verifications != made.Counts.Verifications || made.Counts.Verifications <= 12 {
		t.Errorf("estimated %d verifications, made %d", est.Verifications, made.Counts.Verifications)
	}
	inputs, schemes := int64(0), int64(0)
	for _, in := range est.Inputs {
		inputs += in.Verifications
	}
	for _, s := range est.Schemes {
		schemes += s.Verifications
	}
	if inputs != est.Verifications || schemes != est.Verifications {
		t.Errorf("%d in inputs and %d in schemes, of %d", inputs, schemes, est.Verifications)
	}
}

func TestAtOnce_is_bounded_by_memory(t *testing.T) {
	t.Parallel()
	cfg := Config{Workers: 8, Memory: 512 << 20}
	for memory, want := range map[int64]int64{0: 8, 1 << 20: 8, 128 << 20: 3, 4 << 30: 1} {
		if got := cfg.atOnce(memory); got != want {
			t.Errorf("%d bytes each: %d at once, want %d", memory, got, want)
		}
	}
}
