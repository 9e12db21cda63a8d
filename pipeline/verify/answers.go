package verify

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/credsieve/credsieve/hashing"
)

// KnownAnswer is a test account of the store whose password is known.
type KnownAnswer struct {
	AccountID string
	Password  hashing.Secret
}

const (
	// maxKnownAnswers: each costs a verification, and all of them travel sealed in the index.
	maxKnownAnswers     = 1000
	maxKnownPassword    = 1 << 10
	maxKnownAnswersFile = 1 << 20
)

// ReadKnownAnswers reads a CSV file with the header account_id,password. It holds passwords, so nobody
// but its owner may read or write it; no error quotes anything of it but account ids. A password is
// taken as it stands, blanks included.
func ReadKnownAnswers(path string) ([]KnownAnswer, error) {
	text, err := readPrivate(path, maxKnownAnswersFile)
	var answers []KnownAnswer
	if err == nil {
		answers, err = parseKnownAnswers(text)
	}
	if err != nil {
		return nil, fmt.Errorf("failed to read known answers %q: %w", path, err)
	}
	return answers, nil
}

func parseKnownAnswers(text []byte) ([]KnownAnswer, error) {
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))))
	r.FieldsPerRecord = 2
	header, err := r.Read()
	if err != nil || !slices.Equal(header, []string{"account_id", "password"}) {
		return nil, errors.New("its first line is not account_id,password")
	}
	var answers []KnownAnswer
	seen := make(map[string]bool)
	for {
		row, err := r.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, csvError(err)
		}
		number := len(answers) + 1
		switch {
		case number > maxKnownAnswers:
			return nil, fmt.Errorf("it has more than %d rows", maxKnownAnswers)
		case row[0] == "" || row[1] == "":
			return nil, fmt.Errorf("row %d: account id or password is empty", number)
		case len(row[1]) > maxKnownPassword:
			return nil, fmt.Errorf("row %d: the password is longer than %d bytes", number, maxKnownPassword)
		case seen[row[0]]:
			return nil, fmt.Errorf("row %d: account %q stands there twice", number, row[0])
		}
		seen[row[0]] = true
		answers = append(answers, KnownAnswer{row[0], hashing.NewSecret([]byte(row[1]))})
	}
	if len(answers) == 0 {
		return nil, errors.New("it has no row")
	}
	return answers, nil
}

// csvError keeps the place of an error of package csv, whose texts quote nothing.
func csvError(err error) error {
	var at *csv.ParseError
	if errors.As(err, &at) {
		return fmt.Errorf("line %d: %w", at.Line, at.Err)
	}
	return err
}
