// Package exclusion reads the accounts that an operator keeps off every list.
//
// Not guaranteed: that the ids are those of accounts; a run says which of them it does not know.
package exclusion

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
)

// List is accounts that are never listed, each with its reason: service accounts, those under a legal hold.
// They are verified like all others, so that the run still says what it found.
type List struct{ Reasons map[string]string }

const (
	maxFile   = 64 << 20
	maxReason = 256
)

// Read reads a CSV file with the header account_id,reason. One without a row is refused: whoever excludes
// nobody leaves the file out, and an empty one is an accident of the program that writes it.
func Read(path string) (*List, error) {
	x, err := read(path)
	if err != nil {
		return nil, fmt.Errorf("failed to read excluded accounts %q: %w", path, err)
	}
	return x, nil
}

func read(path string) (*List, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	switch {
	case err != nil:
		return nil, err
	case len(text) > maxFile:
		return nil, fmt.Errorf("it is over %d bytes", maxFile)
	}
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))))
	r.FieldsPerRecord = 2
	header, err := r.Read()
	if err != nil || !slices.Equal(header, []string{"account_id", "reason"}) {
		return nil, errors.New("its first line is not account_id,reason")
	}
	x := &List{Reasons: make(map[string]string)}
	for row := 1; ; row++ {
		record, err := r.Read()
		switch {
		case errors.Is(err, io.EOF) && len(x.Reasons) == 0:
			return nil, errors.New("it excludes nobody; leave it out if that is meant")
		case errors.Is(err, io.EOF):
			return x, nil
		case err != nil:
			return nil, err
		}
		id, reason := record[0], record[1]
		switch _, twice := x.Reasons[id]; {
		case id == "" || reason == "":
			return nil, fmt.Errorf("row %d: account id or reason is empty", row)
		case len(reason) > maxReason:
			return nil, fmt.Errorf("row %d: the reason is longer than %d bytes", row, maxReason)
		case twice:
			return nil, fmt.Errorf("row %d: account %q stands there twice", row, id)
		}
		x.Reasons[id] = reason
	}
}
