package pair

// Survey is what ranking needs to know of all pairs together. Each pair is added once; what it takes in
// memory does not depend on how many there are. When all were added, it is safe for concurrent use, but for what
// empties its crowd.
type Survey struct {
	Inputs  *Inputs
	Repeats *Repeats
	Crowd   *Crowd // nil: nobody asks who shares a password
	Pairs   int    // in all
}

// NewSurvey returns a survey of no pair yet. The inputs were read to their ends.
func NewSurvey(in *Inputs, c *Crowd) *Survey {
	return &Survey{Inputs: in, Repeats: NewRepeats(in), Crowd: c}
}

// Add takes in a pair.
func (s *Survey) Add(p *Pair) {
	s.Repeats.Add(s.Inputs.DumpsOf(p))
	if s.Crowd != nil {
		s.Crowd.Add(p)
	}
	s.Pairs++
}

// Merge takes in a survey of other pairs of the same inputs, but for its crowd. It is associative and commutative.
func (s *Survey) Merge(other *Survey) {
	s.Repeats.Merge(other.Repeats)
	s.Pairs += other.Pairs
}
