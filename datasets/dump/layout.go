package dump

import (
	"errors"
	"fmt"
	"strings"

	"github.com/credsieve/credsieve/datasets/dump/internal/format"
	"github.com/credsieve/credsieve/datasets/dump/internal/list"
	"github.com/credsieve/credsieve/datasets/dump/internal/table"
)

// Layout is how the fields of lists and tables are parted and what they hold, where nothing in a dump says it. The
// zero value leaves it to the content.
type Layout struct {
	Separator string   // empty: by content
	Columns   []string // names as a header row has them, "-" for what is of no use; empty: by content
}

// Check refuses a layout that cannot be read by.
func (l Layout) Check() error {
	if strings.ContainsAny(l.Separator, "\r\n") {
		return errors.New("a separator holds no line end")
	}
	const longest = 32
	if len(l.Separator) > longest {
		return fmt.Errorf("a separator has at most %d bytes", longest)
	}
	if len(l.Columns) == 0 {
		return nil
	}
	return table.CheckColumns(l.Columns)
}

// format returns the reader of a list or table of this layout, and f itself where f is of another kind: the
// statements of SQL and the like say themselves what they hold.
func (l Layout) format(f format.Format) format.Format {
	switch f.(type) {
	case list.Combo, list.ULP, list.Passwd, table.Format:
	default:
		return f
	}
	switch {
	case len(l.Columns) > 0:
		return table.Described{Separator: l.Separator, Columns: l.Columns}
	case l.Separator != "":
		return list.Described{Mark: l.Separator}
	}
	return f
}

// ParseMeta reads what a sidecar would say of a dump from texts. Those that are empty say nothing.
func ParseMeta(name, kind, leakedOn, trust string) (Meta, error) {
	m := Meta{Name: name, Kind: Kind(kind), Trust: Trust(trust)}
	err := m.check(leakedOn)
	return m, err
}

// Describe says of each input what the operator says of all of them; it beats what their sidecars say.
func Describe(inputs []Input, as Meta) {
	for i := range inputs {
		m := &inputs[i].Meta
		if as.Name != "" {
			m.Name = as.Name
		}
		if as.Kind != "" {
			m.Kind = as.Kind
		}
		if as.Trust != "" {
			m.Trust = as.Trust
		}
		if !as.LeakedOn.IsZero() {
			m.LeakedOn = as.LeakedOn
		}
	}
}
