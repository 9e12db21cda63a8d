package budgets_test

import (
	"testing"
	"time"

	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/pipeline/budgets"
)

func TestWithDefaults(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		limits, want budgets.Limits
		free         int64
	}{
		{budgets.Limits{}, budgets.Limits{Spool: 50, Rejects: budgets.DefaultRejects, InputTime: budgets.DefaultInputTime}, 100},
		{budgets.Limits{}, budgets.Limits{Rejects: budgets.DefaultRejects, InputTime: budgets.DefaultInputTime}, 0},
		{budgets.Limits{1, 2, 3, 4, time.Hour}, budgets.Limits{1, 2, 3, 4, time.Hour}, 100},
	} {
		if got := test.limits.WithDefaults(test.free); got != test.want {
			t.Errorf("%+v: got %+v, want %+v", test.limits, got, test.want)
		}
	}
}

// TestMayRead: candidates lie on disk twice for a moment, and a run that has no room for that reads no further.
func TestMayRead(t *testing.T) {
	t.Parallel()
	b := budgets.New(budgets.Limits{Spool: 100})
	if b.Spooled(50); b.MayRead() != nil || b.Up().Spool {
		t.Error("at the limit nothing is read")
	}
	if b.Spooled(51); b.MayRead() == nil || !b.Up().Spool {
		t.Error("beyond the limit more is read")
	}
	endless := budgets.New(budgets.Limits{})
	if endless.Spooled(1 << 60); endless.MayRead() != nil {
		t.Error("without a limit nothing is read")
	}
}

// TestSpent: each budget that was used up has a sentence, here or in a task.
func TestSpent(t *testing.T) {
	t.Parallel()
	limits := budgets.Limits{Spool: 10, Unpacked: 20, Entries: 30}
	for up, want := range map[budgets.Up]string{
		{}: "", {Unpacked: true}: "max-unpacked", {Entries: true}: "max-entries", {Spool: true}: "max-spool",
	} {
		b := budgets.New(limits)
		b.Take(up)
		b.Take(budgets.Up{})
		list := b.Spent(nil)
		if b.Up() != up || (want == "") != (len(list) == 0) || want != "" && (list[0].Budget != want || list[0].Limit == 0 || list[0].Message == "") {
			t.Errorf("%+v: %+v, %+v", up, b.Up(), list)
		}
	}
	list := budgets.New(limits).Spent(&rundir.RejectCounts{Rows: 7, Limit: 7, NoPlace: 2})
	if len(list) != 1 || list[0].Budget != "max-rejects" || list[0].Limit != 7 {
		t.Errorf("%+v", list)
	}
	if b := budgets.New(budgets.Limits{}); b.Unpack == nil || b.Spent(nil) != nil {
		t.Errorf("nothing was read: %+v", b.Spent(nil))
	}
}
