package ledger

import (
	"testing"
	"time"
)

func TestNights(t *testing.T) {
	t.Parallel()
	l := open(t, t.TempDir(), newKey(t))
	defer mustClose(t, l)
	for i, id := range []string{"first", "second"} {
		n := &NightRates{At: noon.AddDate(0, 0, i), RunID: id, Small: map[string]Rate{"unknown": {Met: 9, Confirmed: 3}}}
		if err := l.Finish(Night{Rates: n}); err != nil {
			t.Fatal(err)
		}
	}
	if at, err := l.Approved("first"); err != nil || !at.IsZero() {
		t.Errorf("%v, %v", at, err)
	}
	if err := l.Approve("first", noon); err != nil {
		t.Fatal(err)
	}
	if at, err := l.Approved("first"); err != nil || !at.Equal(noon) {
		t.Errorf("%v, %v", at, err)
	}
	nights, err := l.Nights()
	if err != nil || len(nights) != 2 || nights[0].RunID != "second" || nights[0].Approved || !nights[1].Approved {
		t.Errorf("%+v, %v", nights, err)
	}
}

// TestNights_are_kept_for_a_while: the oldest of more than there is room for go, and one of the same second takes the place of another.
func TestNights_are_kept_for_a_while(t *testing.T) {
	t.Parallel()
	l := open(t, t.TempDir(), newKey(t))
	defer mustClose(t, l)
	l.db.NoSync = true
	for i := range mostNights + 3 {
		for _, id := range []string{"first", "again"} {
			if err := l.Finish(Night{Rates: &NightRates{At: noon.AddDate(0, 0, i), RunID: id}}); err != nil {
				t.Fatal(err)
			}
		}
	}
	nights, err := l.Nights()
	if err != nil || len(nights) != mostNights {
		t.Fatalf("%d nights, %v", len(nights), err)
	}
	first, last := nights[len(nights)-1], nights[0]
	if !first.At.Equal(noon.AddDate(0, 0, 3)) || !last.At.Equal(noon.AddDate(0, 0, mostNights+2)) || last.RunID != "again" {
		t.Errorf("they are from %v to %v, %s", first.At, last.At, last.RunID)
	}
}

// TestApprove_before_the_first_night, and of a run that no night knows: that it was released is known all the same.
func TestApprove_before_the_first_night(t *testing.T) {
	t.Parallel()
	l := open(t, t.TempDir(), newKey(t))
	defer mustClose(t, l)
	for _, run := range []string{"one", "two"} {
		if err := l.Approve(run, noon.In(time.FixedZone("", 3600))); err != nil {
			t.Fatal(err)
		}
		if at, err := l.Approved(run); err != nil || !at.Equal(noon) || at.Location() != time.UTC {
			t.Errorf("%v, %v", at, err)
		}
		if err := l.Finish(Night{Rates: &NightRates{At: noon, RunID: "another"}}); err != nil {
			t.Fatal(err)
		}
	}
	if err := l.Approve("", noon); err == nil {
		t.Error("what cannot be noted has no error")
	}
	if at, err := l.Approved("three"); err != nil || !at.IsZero() {
		t.Errorf("%v, %v", at, err)
	}
	if nights, err := l.Nights(); err != nil || len(nights) != 1 || nights[0].Approved {
		t.Errorf("%v, %v", nights, err)
	}
}

// TestDamagedNight_ends_what_reads_it, and so does an approval that nobody sealed.
func TestDamagedNight_ends_what_reads_it(t *testing.T) {
	t.Parallel()
	l := open(t, t.TempDir(), newKey(t))
	defer mustClose(t, l)
	if err := l.Finish(Night{Rates: &NightRates{At: noon, RunID: "run"}}); err != nil {
		t.Fatal(err)
	}
	if err := l.Approve("other", noon); err != nil {
		t.Fatal(err)
	}
	mustPut(t, l, bucketNights, nightKey(noon), make([]byte, 60))
	if nights, err := l.Nights(); err == nil {
		t.Errorf("Nights passed over it: %v", nights)
	}
	if err := l.Approve("run", noon); err == nil {
		t.Error("Approve passed over it")
	}
	if at, err := l.Approved("run"); err != nil || !at.IsZero() {
		t.Errorf("half an approval is there: %v, %v", at, err)
	}
	for _, value := range [][]byte{{}, make([]byte, 60)} {
		mustPut(t, l, bucketApprovals, []byte("other"), value)
		if at, err := l.Approved("other"); err == nil {
			t.Errorf("an approval that nobody gave: %v", at)
		}
	}
}
