package dump

import (
	"fmt"
	"slices"
	"strings"
)

// formats are the dumps that are read. Of two that score alike, the earlier is taken.
var formats = []format{
	combo{},
	ulp{},
	sql{}, // ahead of csv: a list of columns can look like a header row
	csvTable(),
	tsvTable(),
	stealerLog{},
	jsonFormat{},
	ldif{},
	passwd{},
}

// formatAuto stands for no name at all.
const formatAuto = "auto"

// Formats returns the names that Options.Format and a sidecar accept beside "auto".
func Formats() []string {
	names := make([]string, len(formats))
	for i, f := range formats {
		names[i] = f.name()
	}
	return names
}

// formatNamed returns the format of a name, nil for none or "auto".
func formatNamed(name string) (format, error) {
	if name == "" || name == formatAuto {
		return nil, nil
	}
	for _, f := range formats {
		if f.name() == name {
			return f, nil
		}
	}
	return nil, fmt.Errorf("unknown format %q: want one of %s, %s",
		name, formatAuto, strings.Join(Formats(), ", "))
}

// formatOf returns the format that explains most of the sample.
func formatOf(s *sample) (format, int) {
	best, top := formats[0], -1
	for _, f := range formats {
		if score := f.score(s); score > top {
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
func formatOfTable(s *sample) format {
	if f := (writtenTable()); f.score(s) > 0 {
		return f
	}
	f, _ := formatOf(&sample{data: s.data, lines: s.lines, cr: s.cr})
	return f
}

// reported is the format that the report names: what a member was before it became a table.
func (m member) reported(f format) string {
	if m.Table != "" {
		return m.Table
	}
	return f.name()
}
