package accounts

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/credsieve/credsieve/datasets/accounts/internal/delimited"
	"github.com/credsieve/credsieve/datasets/accounts/internal/values"
	"github.com/credsieve/credsieve/hashing"
)

// aheadRows is how many rows are looked at before the first is handed out, where what they have in common
// decides how to read them.
const aheadRows = 1000

// rowReader turns the rows of a table into accounts.
type rowReader struct {
	ctx      context.Context
	source   string
	table    table
	bindings []binding
	row      int64
	fields   [slotCount]field
	decoding bool  // the row is whole
	err      error // sticky: a source that failed once is never read on as if it had not

	canonical *hashing.Canonicalizer
	phones    values.Phones
	logons    bool // the names of users are principal names, user@domain
	location  *time.Location
	zoned     bool // the location was told
	status    statusReader
	report    report
	recipe    *bound // nil: none

	privileges map[string]Privilege
	days       bool // times are counts of them

	ahead    [][slotCount]field
	aheadErr []error // of each of them; the last may be the end
}

func newRowReader(ctx context.Context, source string, t table, bindings []binding, opts Options) *rowReader {
	r := &rowReader{
		ctx: ctx, source: source, table: t, bindings: bindings, canonical: hashing.NewCanonicalizer(),
		location: opts.Location, zoned: opts.Location != nil, phones: values.NewPhones(opts.Region),
		status: newStatusReader(bindings[roleStatus].column, opts.Statuses),
	}
	if r.location == nil {
		r.location = time.UTC
	}
	switch squeeze(bindings[roleUsername].column) {
	case "userprincipalname", "upn":
		r.logons = true
	}
	if opts.Recipe != nil {
		r.privileges, r.days = opts.Recipe.Privileges, opts.Recipe.Days
		if r.status.since = opts.Recipe.Since; r.status.since != "" {
			r.status.yes, r.status.dated = r.status.since, true
		}
	}
	note := opts.Note
	if note == nil {
		note = func(string) {}
	}
	if remarks, ok := t.(interface{ remarks() []string }); ok {
		for _, remark := range remarks.remarks() {
			note(remark)
		}
	}
	if bindings[rolePhone].column != "" && opts.Region == "" {
		r.findRegion(note)
	}
	return r
}

// findRegion reads ahead to see which country the phone numbers are of that say it.
func (r *rowReader) findRegion(note func(string)) {
	var numbers []string
	for len(r.ahead) < aheadRows {
		var fields [slotCount]field
		err := r.table.next(&fields)
		r.ahead, r.aheadErr = append(r.ahead, fields), append(r.aheadErr, err)
		if err != nil && !isRejection(err) {
			break
		}
		numbers = append(numbers, fields[rolePhone].text)
	}
	region := values.RegionOf(numbers)
	if region == "" {
		return
	}
	r.phones = values.NewPhones(region)
	note(fmt.Sprintf("column %q: phone numbers without a country code are read as those of %s, as the others are; "+
		"--default-region says otherwise", r.name(rolePhone), region))
}

func (r *rowReader) Read(a *Account) error {
	if r.err != nil {
		return r.err
	}
	r.row++
	err := r.read(a)
	var rejected *delimited.Rejection
	if errors.As(err, &rejected) {
		*a = Account{Row: r.row, ID: r.rejectedID(a), Identifiers: a.Identifiers[:0], Rejected: rejected.Reason}
		err = r.report.row(r.row, rejected)
	}
	if err == io.EOF {
		if err = r.report.end(r.row - 1); err == nil {
			r.err = io.EOF
			return io.EOF
		}
	}
	var whole *spoiled
	switch {
	case err == nil:
		return nil
	case errors.As(err, &whole):
		r.err = fmt.Errorf("failed to read accounts %q: %w", r.source, err)
	default:
		r.err = fmt.Errorf("failed to read accounts %q: row %d: %w", r.source, r.row, err)
	}
	return r.err
}

func (r *rowReader) read(a *Account) error {
	// Asking the context takes a lock; once in a while is soon enough for a person who waits.
	if r.row&1023 == 0 {
		if err := r.ctx.Err(); err != nil {
			return err
		}
	}
	r.decoding = false
	for {
		if err := r.next(); err != nil {
			return err
		}
		if r.recipe == nil || r.recipe.isAccount(&r.fields) {
			break
		}
		r.row++
	}
	if r.recipe != nil {
		for i := range r.recipe.made {
			r.recipe.made[i].make(&r.fields)
		}
	}
	r.decoding = true
	if err := r.decodeRow(&r.fields, a); err != nil {
		return err
	}
	a.Row = r.row
	return nil
}

// rejectedID is the id of a row that was rejected for what else it holds.
func (r *rowReader) rejectedID(a *Account) string {
	if !r.decoding {
		return ""
	}
	return a.ID
}

func (r *rowReader) next() error {
	if len(r.ahead) == 0 {
		return r.table.next(&r.fields)
	}
	r.fields = r.ahead[0]
	err := r.aheadErr[0]
	r.ahead, r.aheadErr = r.ahead[1:], r.aheadErr[1:]
	return err
}

// Report implements Reporter.
func (r *rowReader) Report() Report {
	report := Report{Unusable: r.report.list}
	if r.recipe != nil {
		report.LeftOut = r.recipe.left
	}
	return report
}

func (r *rowReader) Close() error {
	if err := r.table.Close(); err != nil {
		return fmt.Errorf("failed to close accounts %q: %w", r.source, err)
	}
	return nil
}

var _ Reporter = (*rowReader)(nil)
