package workplace

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/credsieve/credsieve/datasets/synth"
)

// MillionAccounts has a combo list of a million lines as its one dump.
func MillionAccounts(tb testing.TB) *Place {
	tb.Helper()
	o := synth.Defaults()
	o.Accounts, o.Records, o.Formats = 1_000_000, 1000, []string{"combo_colon"}
	o.Argon2 = Cheap
	p := Synthetic(tb, o)
	p.Dumps = []string{comboList(tb, p.Accounts)}
	return p
}

// MeasureLines reports, for each line, the least processor time of all passes: on a machine that others keep
// busy it says more than the mean.
func MeasureLines(b *testing.B, name string, size, lines int, pass func(b *testing.B)) {
	b.Run(name, func(b *testing.B) {
		b.SetBytes(int64(size))
		least := time.Duration(math.MaxInt64)
		for b.Loop() {
			before := CPUTime(b)
			pass(b)
			least = min(least, CPUTime(b)-before)
		}
		b.ReportMetric(float64(least)/float64(lines), "least-cpu-ns/line")
		b.ReportMetric(float64(b.Elapsed())/float64(b.N)/float64(lines), "ns/line")
	})
}

// comboList writes a million lines of 40 bytes on average, of different lengths, of which 2 % name an account.
func comboList(tb testing.TB, accounts string) (path string) {
	tb.Helper()
	file, err := os.Open(accounts)
	if err != nil {
		tb.Fatal(err)
	}
	defer file.Close()
	rows := csv.NewReader(file)
	header, err := rows.Read()
	email := slices.Index(header, "email")
	if err != nil || email < 0 {
		tb.Fatalf("no column of addresses: %v", err)
	}
	var text bytes.Buffer
	random := rand.New(rand.NewPCG(1, 2))
	word := func() []byte { // 6 to 14 letters
		letters := make([]byte, 6+random.IntN(9))
		for i := range letters {
			letters[i] = 'a' + byte(random.IntN(26))
		}
		return letters
	}
	for i := range 1_000_000 {
		id := fmt.Sprintf("%s@mail%d.example.com", word(), random.Uint32N(10))
		if i%50 == 0 {
			row, err := rows.Read()
			if err != nil {
				tb.Fatal(err)
			}
			if row[email] != "" {
				id = row[email]
			}
		}
		fmt.Fprintf(&text, "%s:%s\n", id, word())
	}
	path = filepath.Join(tb.TempDir(), "combo.txt")
	if err := os.WriteFile(path, text.Bytes(), 0o600); err != nil {
		tb.Fatal(err)
	}
	return path
}
