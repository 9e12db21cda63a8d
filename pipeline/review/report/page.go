package report

import (
	"bytes"
	"crypto/sha256"
	_ "embed" // the page and its style
	"encoding/base64"
	"fmt"
	"html/template"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/datasets/shown"
	"github.com/credsieve/credsieve/pipeline/review"
)

// Bounds of a page. Names are clipped, so that 500 rows fit; where they do not, fewer rows are shown.
const (
	largestPage   = 1 << 20
	rowsShown     = 500
	changesShown  = 100 // of each part
	inputsShown   = 100
	dumpsShown    = 10
	sourcesShown  = 3
	longestSource = 32
	longestID     = 80
)

//go:embed page.html
var pageText string

//go:embed page.css
var style string

// pageTemplate is parsed, and its places for values made safe, once in a process: both take longer than to fill them in.
var pageTemplate = sync.OnceValues(func() (*template.Template, error) {
	return template.New("page").Funcs(template.FuncMap{"minute": minute, "shown": shown.Text, "clipped": clipReason}).Parse(pageText)
})

// page renders the page of HTML.
func (r *Report) page() ([]byte, error) {
	t, err := pageTemplate()
	if err != nil {
		return nil, fmt.Errorf("failed to parse the page of a report: %w", err) // our own bug
	}
	for most := rowsShown; ; most /= 2 {
		var b bytes.Buffer
		if err := t.Execute(&b, r.view(most)); err != nil {
			return nil, fmt.Errorf("failed to render the report: %w", err)
		}
		if b.Len() <= largestPage || most == 0 {
			return b.Bytes(), nil
		}
	}
}

func clipReason(message string) string { return clip(message, longestReason) }

// policy allows the one style of the page, by its digest, and nothing else.
func policy() string {
	sum := sha256.Sum256([]byte(style))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"'; base-uri 'none'; form-action 'none'"
}

// view is what the page shows, in the order in which it does.
type view struct {
	Policy      string
	Style       template.CSS
	M           *rundir.Manifest
	Banner      banner
	Tiles       []tile
	Nights      chart
	Bands       []bandCount
	Funnel      []bar
	Ages        []bar
	Dumps       []dumpBar
	MoreDumps   int
	CannotSay   []string
	Identifiers bool
	Held        bool // some rows wait for a release
	Rows        []rowView
	MoreRows    int
	List        string // the file that has all of them
	Changes     []change
	Previous    *rundir.Manifest
	NotCleared  []open
	Inputs      []inputView
	MoreInputs  int
	Limits      []limit
	Refusals    []rundir.Refusal
	More        int // refusals
	Counts      []term
	Codes       []code
	IndexBuilt  string
	Outputs     []rundir.Output
}

func (r *Report) view(most int) view {
	m, dumps := r.m, r.dumps()
	shownRows := r.rows[:min(len(r.rows), most)]
	v := view{
		Policy: policy(), Style: template.CSS(style), M: m,
		Banner: r.banner(), Tiles: r.tiles(), Nights: r.chart(), Bands: r.bands(),
		Funnel: bars(r.funnel(), logarithmic), Ages: bars(r.ages(), linear),
		MoreDumps: max(0, len(dumps)-dumpsShown), CannotSay: r.cannotSay(),
		Identifiers: r.identifiers, Held: m.HeldAccounts() > 0 && m.Status == rundir.StatusHeld,
		MoreRows: len(r.rows) - len(shownRows), Changes: r.changes(min(most, changesShown)), Previous: r.previous,
		List: r.listFile(), NotCleared: r.notCleared(), Inputs: r.inputs(), MoreInputs: max(0, len(m.Inputs)-inputsShown),
		Limits: r.limits(), Refusals: r.refusals(), More: len(m.Guard.Refusals) - len(r.refusals()),
		Counts: r.counts(), Codes: r.codes(), IndexBuilt: minute(m.Index.CreatedAt), Outputs: r.files(),
	}
	for i := range dumps[:min(len(dumps), dumpsShown)] {
		v.Dumps = append(v.Dumps, r.dumpBar(&dumps[i]))
	}
	for i := range shownRows {
		v.Rows = append(v.Rows, viewRow(&shownRows[i], m.StartedAt))
	}
	return v
}

// listFile names the file that has the whole list; of one that is held in part there are two.
func (r *Report) listFile() string {
	switch m := r.m; {
	case m.HeldInPart():
		return "at_risk.csv or held/at_risk.csv"
	case m.Status == rundir.StatusHeld:
		return "held/at_risk.csv"
	default:
		return "at_risk.csv"
	}
}

// files are those of the run but for its own report, which cannot name its digest.
func (r *Report) files() []rundir.Output {
	return slices.DeleteFunc(slices.Clone(r.m.Outputs), func(out rundir.Output) bool { return out.Path == rundir.ReportName })
}

// rowView is a row of the list as text.
type rowView struct {
	Rank                                     int
	Account, Identifier, Score, Band, Status string
	Leaked, Sources                          string
	Reasons, Actions                         []string
	Held                                     bool
}

func viewRow(row *listedRow, at time.Time) rowView {
	v := rowView{
		Rank: row.Rank, Account: clip(row.AccountID, longestID), Identifier: clip(row.Identifier, longestID),
		Score: strconv.FormatFloat(row.Score, 'f', 1, 64), Band: row.Band, Status: row.StatusOpen(at),
		Leaked: rundir.Date(row.LastLeakedOn), Sources: sources(row.Sources), Held: row.held,
	}
	for _, reason := range row.Reasons {
		v.Reasons = append(v.Reasons, fmt.Sprintf("%s %+g", words(reason.Code), reason.Weight))
	}
	for _, action := range row.Actions {
		v.Actions = append(v.Actions, words(action))
	}
	return v
}

// words writes a code so that a line can break in it.
func words(code string) string { return strings.ReplaceAll(shown.Text(code), "_", " ") }

func sources(names []string) string {
	parts := make([]string, 0, sourcesShown+1)
	for i, name := range names {
		if i == sourcesShown {
			parts = append(parts, fmt.Sprintf("and %d more", len(names)-sourcesShown))
			break
		}
		parts = append(parts, clip(name, longestSource))
	}
	return strings.Join(parts, ", ")
}

// change is one part of what is different from an earlier run.
type change struct {
	Name   string
	Count  int
	Causes []causeCount
	Rows   []changeRow
	More   int
}

type changeRow struct{ Account, Band, Cause string }

// causeCount says of a part of a comparison how many there are for one cause.
type causeCount struct {
	Text  string
	Count int
}

func (r *Report) changes(most int) []change {
	if r.diff == nil {
		return nil
	}
	var list []change
	for _, part := range []struct {
		name string
		rows []review.DiffRow
	}{{"new", r.diff.New}, {"gone", r.diff.Gone}, {"outstanding", r.diff.Outstanding}} {
		c := change{Name: part.name, Count: len(part.rows), Causes: causes(part.rows), More: max(0, len(part.rows)-most)}
		if part.name == "outstanding" { // the list has them
			most, c.More = 0, 0
		}
		for _, row := range part.rows[:min(len(part.rows), most)] {
			c.Rows = append(c.Rows, changeRow{clip(row.AccountID, longestID), row.Band, review.DiffCauseText(row.Cause)})
		}
		list = append(list, c)
	}
	return list
}

// causes counts rows by cause, in the order of the words.
func causes(rows []review.DiffRow) []causeCount {
	counts := make(map[string]int)
	for _, row := range rows {
		counts[review.DiffCauseText(row.Cause)]++
	}
	return sortedCounts(counts)
}

// inputView is an input as text.
type inputView struct {
	Name, Path, Kind, Leaked, Trust, Status, Error, SHA256 string
	Bytes, Records, Rejected, Met, Confirmed               int64
}

func (r *Report) inputs() []inputView {
	var list []inputView
	for i := range r.m.Inputs[:min(len(r.m.Inputs), inputsShown)] {
		in := &r.m.Inputs[i]
		status := in.Status
		if in.LeftOut {
			status = "left out: no passwords in it"
		}
		list = append(list, inputView{
			Name: clip(in.Name, longestSource), Path: clip(in.Path, 2*longestID), Kind: in.Kind, Leaked: in.LeakedOn, Trust: in.Trust,
			Status: status, Error: clip(in.Error, 4*longestID), SHA256: in.SHA256, Bytes: in.Bytes, Records: in.Records,
			Rejected: in.Rejected, Met: in.AccountsMet, Confirmed: in.AccountsConfirmed,
		})
	}
	return list
}

// linear and logarithmic are the lengths that a count has beside the largest, of 1.
func linear(n, largest int64) float64 { return float64(n) / float64(max(largest, 1)) }

func logarithmic(n, largest int64) float64 {
	return math.Log1p(float64(n)) / math.Log1p(float64(max(largest, 1)))
}
