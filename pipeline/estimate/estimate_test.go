package estimate_test

import (
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/pipeline/estimate"
)

const argon2id = "argon2id m=19456,t=2,p=1"

// calibrated is a machine of round figures.
func calibrated(t *testing.T) *estimate.Calibration {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "calibration.json"))
	if err != nil {
		t.Fatal(err)
	}
	c, err := estimate.ParseCalibration(text)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func load() estimate.Load {
	return estimate.Load{
		Accounts: 1_000_000, Identifiers: 1.5, Records: 10_000_000, Formats: []string{"combo_colon"}, Overlap: 0.05, Reuse: 0.1,
		Kinds: []estimate.Kind{{Name: argon2id, Share: 1}}, ShardSize: 100 << 20,
	}
}

func machines() estimate.Machines {
	return estimate.Machines{Count: 1, Cores: 4, Memory: 16 << 30, ReadRate: 2e9, Price: 2}
}

func forecast(t *testing.T, l estimate.Load, m estimate.Machines) *estimate.Forecast {
	t.Helper()
	f, err := estimate.New(l, m, calibrated(t))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// about compares figures that rounding may change.
func about(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 0.02*math.Abs(want) {
		t.Errorf("%s is %g, want %g", what, got, want)
	}
}

// TestNew works an example through by hand: figures of the calibration times numbers of the load.
func TestNew(t *testing.T) {
	t.Parallel()
	f := forecast(t, load(), machines())
	n := f.Counts
	if n.DumpBytes != 400_000_000 || n.Candidates != 500_000 || n.Pairs != 500_000 {
		t.Errorf("%+v", n)
	}
	met := 1e6 * (1 - math.Exp(-0.5))
	about(t, "accounts met", float64(n.AccountsMet), met)
	about(t, "findings", float64(n.Findings), met/10)
	about(t, "verifications", float64(n.Verifications), 500_000-met/10*(500_000/met-1)/2)
	build, screen, confirm, publish := f.Phases[0], f.Phases[1], f.Phases[2], f.Phases[3]
	about(t, "build", build.CoreHours*3600, 2)
	about(t, "build, wall", build.WallHours*3600, 1) // reading is half of it
	// 100 ns a record, 1 µs a hit, and the pages of the token table: nearly all of its 33 MB, 1 ns a byte.
	about(t, "screen", screen.CoreHours*3600, 1+0.5+0.033+0.05+0.0157)
	about(t, "screen, wall", screen.WallHours*3600, 1.6/4)
	about(t, "confirm", confirm.CoreHours*3600, float64(n.Verifications+4)*0.01+0.5*5+0.464)
	about(t, "confirm, wall", confirm.WallHours, confirm.CoreHours/4)
	about(t, "cost of confirming", confirm.Cost, 2*confirm.WallHours)
	about(t, "publish", publish.CoreHours*3600, met*2e-6+met/10*20e-6+0.05+0.464)
	about(t, "all", f.Total.CoreHours, build.CoreHours+screen.CoreHours+confirm.CoreHours+publish.CoreHours)
	if confirm.Exchange != 0 || screen.Exchange != 0 || build.Disk != 500_000_000 || screen.Tasks != 1 || confirm.Tasks != 1 {
		t.Errorf("%+v", f.Phases)
	}
	if again := forecast(t, load(), machines()); !reflect.DeepEqual(f, again) {
		t.Error("the same values gave another forecast")
	}
}

// TestNew_of_readings: each way in which a text can be read is written down by tasks, and verified.
func TestNew_of_readings(t *testing.T) {
	t.Parallel()
	l := load()
	l.Tasks, l.Partitions, l.Readings = true, 1, 1
	once := forecast(t, l, machines())
	l.Readings = 3
	thrice := forecast(t, l, machines())
	for i := range once.Phases {
		if a, b := once.Phases[i], thrice.Phases[i]; a.Exchange > 0 {
			about(t, a.Name+", exchange", float64(b.Exchange), 3*float64(a.Exchange))
		}
	}
	if a, b := once.Phases[2], thrice.Phases[2]; a.Exchange == 0 || b.CoreHours < 2.5*a.CoreHours || thrice.Phases[3].Read <= once.Phases[3].Read {
		t.Errorf("once %+v, three times %+v", a, b)
	}
}

// TestNew_of_tasks: what is divided costs a little more, and takes less time on more machines.
func TestNew_of_tasks(t *testing.T) {
	t.Parallel()
	l := load()
	l.Tasks, l.ShardSize, l.Records = true, 64<<20, 1_000_000_000
	one := forecast(t, l, machines())
	many := machines()
	many.Count = 10
	ten := forecast(t, l, many)
	if one.Phases[1].Tasks != 597 || one.Phases[2].Tasks != 1000 || one.Phases[1].Exchange < 50_000_000*20 {
		t.Errorf("%+v", one.Phases)
	}
	for i := 1; i < 3; i++ {
		about(t, one.Phases[i].Name+" on ten machines", ten.Phases[i].WallHours, one.Phases[i].WallHours/10)
		about(t, "its cost", ten.Phases[i].Cost, one.Phases[i].Cost)
	}
	l.Tasks = false
	local := forecast(t, l, machines())
	if local.Phases[2].CoreHours >= one.Phases[2].CoreHours || local.Phases[2].CoreHours < 0.9*one.Phases[2].CoreHours {
		t.Errorf("confirming takes %g core-hours here and %g in tasks", local.Phases[2].CoreHours, one.Phases[2].CoreHours)
	}
}

// TestNew_says_what_does_not_fit: memory and reading bound what cores could do.
func TestNew_says_what_does_not_fit(t *testing.T) {
	t.Parallel()
	l := load()
	l.Tasks, l.Accounts, l.Records, l.ShardSize = true, 1_000_000_000, 1_000_000_000, 512<<20
	small := machines()
	small.Count, small.Cores, small.Memory = 20, 32, 8<<30
	f := forecast(t, l, small)
	notes := strings.Join(f.Notes, "\n")
	for _, want := range []string{"memory keeps cores idle in screen", "a larger --shard-size"} {
		if !strings.Contains(notes, want) {
			t.Errorf("no note says %q:\n%s", want, notes)
		}
	}
	if f.Phases[1].Bound != "reading" {
		t.Errorf("%+v", f.Phases[1])
	}
	small.Memory = 1 << 30
	if f := forecast(t, l, small); !strings.Contains(strings.Join(f.Notes, "\n"), "publish takes more memory than a machine has") {
		t.Errorf("%q", f.Notes)
	}
	l.Kinds = []estimate.Kind{{Name: "argon2id m=1048576,t=1,p=1", Share: 1}}
	small.Memory = 4 << 30
	if f := forecast(t, l, small); f.Phases[2].WallHours < f.Phases[2].CoreHours/20/2*0.9 {
		t.Errorf("a machine verifies two at once at most: %+v", f.Phases[2])
	}
}

// TestNew_of_earlier_nights: what is known is not verified, and duplicates are not pairs.
func TestNew_of_earlier_nights(t *testing.T) {
	t.Parallel()
	l := load()
	l.Known, l.Duplicates, l.Reuse = 0.75, 0.5, 0
	if n := forecast(t, l, machines()).Counts; n.Candidates != 500_000 || n.Pairs != 250_000 || n.Verifications != 62_500 {
		t.Errorf("%+v", n)
	}
	l.Records = 0
	if f := forecast(t, l, machines()); f.Counts.Verifications != 0 || math.IsNaN(f.Total.CoreHours) {
		t.Errorf("%+v", f)
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	for want, change := range map[string]func(*estimate.Load, *estimate.Machines){
		"0 accounts":            func(l *estimate.Load, _ *estimate.Machines) { l.Accounts = 0 },
		"-1 records":            func(l *estimate.Load, _ *estimate.Machines) { l.Records = -1 },
		"NaN identifiers":       func(l *estimate.Load, _ *estimate.Machines) { l.Identifiers = math.NaN() },
		"no kind of stored":     func(l *estimate.Load, _ *estimate.Machines) { l.Kinds = nil },
		`no format "xls"`:       func(l *estimate.Load, _ *estimate.Machines) { l.Formats = []string{"xls"} },
		`stored hashes of "rot`: func(l *estimate.Load, _ *estimate.Machines) { l.Kinds = []estimate.Kind{{Name: "rot13", Share: 1}} },
		"0 machines":            func(_ *estimate.Load, m *estimate.Machines) { m.Count = 0 },
		"-3 cores":              func(_ *estimate.Load, m *estimate.Machines) { m.Cores = -3 },
		"has memory":            func(_ *estimate.Load, m *estimate.Machines) { m.Memory = 0 },
		"price of +Inf":         func(_ *estimate.Load, m *estimate.Machines) { m.Price = math.Inf(1) },
		"and a shard a byte":    func(l *estimate.Load, _ *estimate.Machines) { l.ShardSize = 0 },
	} {
		l, m := load(), machines()
		change(&l, &m)
		if _, err := estimate.New(l, m, calibrated(t)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

func TestParseKinds(t *testing.T) {
	t.Parallel()
	kinds, err := estimate.ParseKinds([]string{"bcrypt  cost=10: 20%", argon2id, "phpass cost=13"})
	if err != nil || len(kinds) != 3 || kinds[0] != (estimate.Kind{Name: "bcrypt cost=10", Share: 0.2}) || kinds[1].Share != 0.4 || kinds[2].Share != 0.4 {
		t.Errorf("%+v, %v", kinds, err)
	}
	for _, wrong := range [][]string{
		{""}, {": 20%"}, {"bcrypt cost=10: 0%"}, {"bcrypt cost=10: 20"}, {"bcrypt cost=10: NaN%"}, {"bcrypt cost=10: 30%"},
		{"bcrypt cost=10: 60%", "phpass cost=13: 60%"}, {"bcrypt cost=10: 100%", "phpass cost=13"}, {"bcrypt cost=10", "bcrypt cost=10"},
	} {
		if kinds, err := estimate.ParseKinds(wrong); err == nil {
			t.Errorf("%q became %+v", wrong, kinds)
		}
	}
}

// TestOf: an index says what nobody has said.
func TestOf(t *testing.T) {
	t.Parallel()
	var l estimate.Load
	l.Of(10, 15, map[string]int64{"bcrypt cost=10": 2, argon2id: 6})
	if l.Accounts != 10 || l.Identifiers != 1.5 || len(l.Kinds) != 2 || l.Kinds[0] != (estimate.Kind{Name: argon2id, Share: 0.75}) {
		t.Errorf("%+v", l)
	}
	said := load()
	said.Of(10, 15, map[string]int64{"bcrypt cost=10": 2})
	if !reflect.DeepEqual(said, load()) {
		t.Errorf("%+v", said)
	}
}

func TestParseCalibration(t *testing.T) {
	t.Parallel()
	c := calibrated(t)
	text, err := c.Text()
	if err != nil {
		t.Fatal(err)
	}
	again, err := estimate.ParseCalibration(text)
	if err != nil || !reflect.DeepEqual(c, again) {
		t.Errorf("it came back as another one: %v", err)
	}
	for old, change := range map[string]string{
		`"schema_version": 1`:            `"schema_version": 2`,
		`"account_seconds": 0.000002`:    `"account_seconds": -1`,
		`"formats": [`:                   `"format": [`,
		`"check_seconds_per_byte": 1e-9`: `"check_seconds_per_byte": "fast"`,
	} {
		if !strings.Contains(string(text), old) {
			t.Fatalf("no %s in the file", old)
		}
		if _, err := estimate.ParseCalibration([]byte(strings.Replace(string(text), old, change, 1))); err == nil {
			t.Errorf("it was taken with %s", change)
		}
	}
	if _, err := estimate.ParseCalibration([]byte(`{"schema_version": 1}`)); err == nil || !strings.Contains(err.Error(), "no format") {
		t.Errorf("an empty one: %v", err)
	}
	if missing := c.Missing([]estimate.Kind{{Name: argon2id}, {Name: "rot13"}}); len(missing) != 1 || missing[0].Name != "rot13" {
		t.Errorf("%+v", missing)
	}
}
