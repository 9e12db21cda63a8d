package table

import (
	"context"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/dump/internal/delimited"
	"github.com/credsieve/credsieve/datasets/dump/internal/format"
)

func TestCSV_scanning_for_the_last_row_can_be_interrupted(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	data := []byte(strings.Repeat("\"a@example.com\",b\n", 10_000))
	of := &table{
		Scanner: delimited.Scanner{Delimiter: ',', Count: 2}, Lines: format.Lines{End: '\n'},
	}
	if got := of.LastWithin(ctx, data); got != len(data) {
		t.Errorf("the last row ends at %d, want %d", got, len(data))
	}
	cancel()
	if got := of.LastWithin(ctx, data); got > len(data)/10 {
		t.Errorf("it went on up to %d of %d", got, len(data))
	}
}
