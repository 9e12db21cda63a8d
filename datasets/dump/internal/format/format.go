package format

// Format is one kind of dump that is read.
type Format interface {
	// Name is what a report says.
	Name() string
	// Score says which share of the sample's lines looks like this format, 0 to 100, or Certain or Tabular.
	Score(s *Sample) int
	// Open readies the format for one stretch that begins with the sample. An error says why it is not
	// of this format.
	Open(s *Sample) (Session, error)
}

const (
	// Certain is the score of a format that the sample proves.
	Certain = 102
	// Tabular is the score of a table without a header: above any share, because each of its lines is
	// text of a list as well, and below what a beginning proves.
	Tabular = 101
)
