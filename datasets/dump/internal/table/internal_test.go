package table

import (
	"context"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/dump/internal/delimited"
	"github.com/credsieve/credsieve/datasets/dump/internal/format"
)

// HeadlessRows is for tests outside of the package.
const HeadlessRows = headlessRows

func TestIsDate(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"2011-12-31": true, "31.12.2011": true, "12/31/2011 10:00": true, "2011-12-31T23:59:59Z": true,
		"2011-12": false, "1-2-3-4": false, "12345678": false, "10.0.0.1": false, "2011-12-31x": false,
	} {
		if got := isDate([]byte(text)); got != want {
			t.Errorf("isDate(%q) = %t", text, got)
		}
	}
}

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
