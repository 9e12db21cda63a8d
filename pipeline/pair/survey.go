package pair

import "github.com/credsieve/credsieve/hashing"

// Survey is what ranking needs to know of all pairs together. Each pair is added once; what it takes in
// memory does not depend on how many there are. When all were added, it is safe for concurrent use.
type Survey struct {
	Inputs  *Inputs
	Repeats *Repeats
	Crowd   *Crowd // nil: nobody asks it
	Pairs   int    // in all
}

// NewSurvey returns a survey of no pair yet. The inputs were read to their ends.
func NewSurvey(in *Inputs, key *hashing.Key) *Survey {
	return &Survey{Inputs: in, Repeats: NewRepeats(in), Crowd: NewCrowd(key)}
}

// Add takes in a pair.
func (s *Survey) Add(p *Pair) {
	s.Repeats.Add(s.Inputs.DumpsOf(p))
	if s.Crowd != nil {
		s.Crowd.Add(p.Secret)
	}
	s.Pairs++
}

// Merge takes in a survey of other pairs of the same inputs, under the same key. It is associative and
// commutative.
func (s *Survey) Merge(other *Survey) {
	s.Repeats.Merge(other.Repeats)
	s.Crowd.Merge(other.Crowd)
	s.Pairs += other.Pairs
}
