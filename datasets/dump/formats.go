package dump

import (
	"fmt"
	"slices"
	"strings"

	"github.com/credsieve/credsieve/datasets/dump/internal/format"
	"github.com/credsieve/credsieve/datasets/dump/internal/json"
	"github.com/credsieve/credsieve/datasets/dump/internal/labels"
	"github.com/credsieve/credsieve/datasets/dump/internal/ldif"
	"github.com/credsieve/credsieve/datasets/dump/internal/list"
	"github.com/credsieve/credsieve/datasets/dump/internal/sql"
	"github.com/credsieve/credsieve/datasets/dump/internal/stealer"
	"github.com/credsieve/credsieve/datasets/dump/internal/table"
)

// formats are the dumps that are read. Of two that score alike, the earlier is taken.
var formats = []format.Format{
	list.Combo{},
	list.ULP{},
	sql.Format{}, // ahead of csv: a list of columns can look like a header row
	table.CSV(),
	table.TSV(),
	stealer.Format{},
	json.Format{},
	ldif.Format{},
	list.Passwd{},
	labels.Format{}, // after all that has a shape of its own: most of them have labels as well
}

// formatAuto stands for no name at all.
const formatAuto = "auto"

// Formats returns the names that Options.Format and a sidecar accept beside "auto".
func Formats() []string {
	names := make([]string, len(formats))
	for i, f := range formats {
		names[i] = f.Name()
	}
	return names
}

// formatNamed returns the format of a name, nil for none or "auto".
func formatNamed(name string) (format.Format, error) {
	if name == "" || name == formatAuto {
		return nil, nil
	}
	for _, f := range formats {
		if f.Name() == name {
			return f, nil
		}
	}
	return nil, fmt.Errorf("unknown format %q: want one of %s, %s",
		name, formatAuto, strings.Join(Formats(), ", "))
}

// formatOf returns the format that explains most of the sample.
func formatOf(s *format.Sample) (format.Format, int) {
	best, top := formats[0], -1
	for _, f := range formats {
		if score := f.Score(s); score > top {
			best, top = f, score
		}
	}
	return best, top
}

// joinNames writes the formats of an input's members as one name.
func joinNames(names []string) string {
	slices.Sort(names)
	return strings.Join(slices.Compact(names), "+")
}

// formatOfTable tells a table with columns to read from a list in one column.
func formatOfTable(s *format.Sample) format.Format {
	if f := (table.Written()); f.Score(s) > 0 {
		return f
	}
	f, _ := formatOf(&format.Sample{Data: s.Data, Lines: s.Lines, CR: s.CR})
	return f
}

// reported is the format that the report names: what a member was before it became a table.
func (m member) reported(f format.Format) string {
	if m.Table != "" {
		return m.Table
	}
	return f.Name()
}
