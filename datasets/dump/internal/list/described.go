package list

import "github.com/credsieve/credsieve/datasets/dump/internal/format"

// Described is a list whose fields are parted by a mark that the operator named.
type Described struct{ Mark string }

// Name is what a report says.
func (Described) Name() string { return "combo" }

// Score is never asked for: nothing but the operator selects it.
func (Described) Score(*format.Sample) int { return -1 }

// Open readies it for one member.
func (d Described) Open(s *format.Sample) (format.Session, error) {
	return marked{format.Lines{End: s.LineEnd()}, []byte(d.Mark)}, nil
}
