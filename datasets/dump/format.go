package dump

// format is one kind of dump that is read.
type format interface {
	// name is what a report says.
	name() string
	// score says which share of the sample's lines looks like this format, 0 to 100, or certain.
	score(s *sample) int
	// open readies the format for one member that begins with the sample.
	open(s *sample) (session, error)
}

const (
	// certain is the score of a format that the sample proves.
	certain = 102
	// tabular is the score of a table without a header: above any share, because each of its lines is
	// text of a list as well, and below what a beginning proves.
	tabular = 101
)
