package phone

import (
	_ "embed"
	"encoding/json"
	"regexp"
	"strings"
	"sync"
)

// Rules are what is known of the numbers of a region. Patterns are regular expressions.
type Rules struct {
	Region  string   `json:"region"` // ISO 3166, or 001 for numbers of no country
	Code    int      `json:"code"`
	Main    bool     `json:"main,omitempty"`    // numbers of the code are written by these rules
	Abroad  string   `json:"abroad,omitempty"`  // pattern of what is dialled before another country's code
	Trunk   string   `json:"trunk,omitempty"`   // what is dialled before a number within the region
	Strip   string   `json:"strip,omitempty"`   // pattern of such a prefix, and of codes of carriers
	Rewrite string   `json:"rewrite,omitempty"` // what takes the place of what Strip matches; empty: nothing
	General string   `json:"general,omitempty"` // pattern of all numbers
	Lengths []int    `json:"lengths,omitempty"` // in rising order
	Local   []int    `json:"local,omitempty"`   // of what can be dialled nearby alone
	Formats []Format `json:"formats,omitempty"` // the first that matches
}

// Format is how numbers are written within a region.
type Format struct {
	Pattern string `json:"pattern"`           // of the whole number, in groups
	Leading string `json:"leading,omitempty"` // pattern of its beginning
	Write   string `json:"write"`             // the groups as people write them, with the prefix
}

//go:embed rules.jsonl
var rulesText string

// known are the rules of all regions.
type known struct {
	byRegion map[string]*Rules
	byCode   map[int]*Rules // those of the main region

	mu       sync.RWMutex
	patterns map[string]*regexp.Regexp // that were compiled
}

// rules reads the table when somebody first asks: most runs of the program ask for no number.
var rules = sync.OnceValue(func() *known {
	k := &known{
		byRegion: make(map[string]*Rules), byCode: make(map[int]*Rules), patterns: make(map[string]*regexp.Regexp),
	}
	decoder := json.NewDecoder(strings.NewReader(rulesText))
	for decoder.More() {
		r := new(Rules)
		if err := decoder.Decode(r); err != nil {
			panic(err) // a part of the program is broken
		}
		if r.Region != ofNoCountry {
			k.byRegion[r.Region] = r
		}
		if r.Main {
			k.byCode[r.Code] = r
		}
	}
	return k
})

const ofNoCountry = "001"

// pattern compiles a text once.
func pattern(text string) *regexp.Regexp {
	k := rules()
	k.mu.RLock()
	made := k.patterns[text]
	k.mu.RUnlock()
	if made == nil {
		made = regexp.MustCompile(text)
		k.mu.Lock()
		k.patterns[text] = made
		k.mu.Unlock()
	}
	return made
}

// whole reports whether a pattern matches a number from end to end.
func whole(text, number string) bool { return pattern("^(?:" + text + ")$").MatchString(number) }

// fit says what the length of a number tells.
type fit int

const (
	fits fit = iota
	fitsNearby
	tooShort
	tooLong
	fitsNothing
)

func (r *Rules) fit(number string) fit {
	for _, n := range r.Local {
		if n == len(number) {
			return fitsNearby
		}
	}
	for _, n := range r.Lengths {
		if n == len(number) {
			return fits
		}
	}
	switch {
	case len(r.Lengths) == 0 || r.Lengths[0] < 0:
		return fitsNothing
	case len(number) < r.Lengths[0]:
		return tooShort
	case len(number) > r.Lengths[len(r.Lengths)-1]:
		return tooLong
	}
	return fitsNothing
}

// stripTrunk takes away what is dialled within the region before the number, unless that harms it.
func (r *Rules) stripTrunk(number string) string {
	if number == "" || r.Strip == "" {
		return number
	}
	prefix := pattern("^(?:" + r.Strip + ")")
	groups := prefix.FindStringSubmatchIndex(number)
	if groups == nil {
		return number
	}
	rest := number[groups[1]:]
	if r.Rewrite != "" && groups[len(groups)-2] >= 0 {
		rest = prefix.ReplaceAllString(number, r.Rewrite)
	}
	if whole(r.General, number) && !whole(r.General, rest) {
		return number
	}
	return rest
}
