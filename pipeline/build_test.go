package pipeline

import (
	"io"
	"testing"

	"github.com/credsieve/credsieve/datasets/accounts"
)

// countedRows is an export of so many rows.
type countedRows int

func (c *countedRows) Read(*accounts.Account) error {
	if *c == 0 {
		return io.EOF
	}
	*c--
	return nil
}

func (c *countedRows) Close() error { return nil }

// sum is a meter that adds up, and knows how often it was told.
type sum struct{ n, told int64 }

func (s *sum) Add(n int64) { s.n += n; s.told++ }
func (s *sum) Done()       {}

func TestMetered_tells_of_every_row(t *testing.T) {
	t.Parallel()
	for _, rows := range []int64{0, 1, meteredRows, 3*meteredRows + 7} {
		left, meter := countedRows(rows), new(sum)
		source := &metered{Reader: &left, meter: meter}
		var a accounts.Account
		for source.Read(&a) == nil {
		}
		if meter.n != rows || meter.told != rows/meteredRows+1 {
			t.Errorf("%d rows are told as %d, %d times", rows, meter.n, meter.told)
		}
	}
}
