package dump_test

// Made-up texts that several tests read.
const (
	oneLine  = "alice@example.com:pw\n"
	listText = "alice@example.com:Made-Up-1\nbob@example.org:Made Up:2\n"
)

var listCuts = []string{"alice@example.com=Made-Up-1", "bob@example.org=Made Up:2"}

// endless is one letter over and over.
type endless string

func (e endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = e[0]
	}
	return len(p), nil
}
