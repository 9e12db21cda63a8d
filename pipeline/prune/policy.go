package prune

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
	"golang.org/x/text/unicode/norm"
)

// Policy is which passwords the organisation's own rules accepted, and since when. A leaked password that
// they could never have accepted is not an account's password, and not worth a verification.
type Policy struct {
	rules []policyRule // by date
	text  []byte
}

// Text is the policy as its file has it.
func (p *Policy) Text() []byte { return p.text }

type policyRule struct {
	from      time.Time
	minLength int
}

// policyDelay is when a rule is sure to have been in force: its day is over in every time zone.
const policyDelay = 36 * time.Hour

// maxPolicyLength bounds a minimum length: no site asks for more, and a wrong one would prune everything.
const maxPolicyLength = 64

// ReadPolicy reads the policy in a file, none where no file is named.
func ReadPolicy(path string) (*Policy, error) {
	if path == "" {
		return nil, nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("failed to read policy %q: %w", path, err)
	}
	policy, err := ParsePolicy(text)
	if err != nil {
		return nil, fmt.Errorf("failed to read policy %q: %w", path, err)
	}
	return policy, nil
}

// ParsePolicy reads a policy file: a YAML list of {from: DATE, min_length: N}. From is the day since which
// every password that is set has at least N characters; before the first one no rule is known.
func ParsePolicy(text []byte) (*Policy, error) {
	var rules []struct {
		From      string `yaml:"from"`
		MinLength *int   `yaml:"min_length"`
	}
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.KnownFields(true)
	if err := decoder.Decode(&rules); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, errors.New("it is empty; want a list of {from: DATE, min_length: N}")
		}
		return nil, errors.New(yamlSentence(err))
	}
	if err := decoder.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return nil, errors.New("a second document follows")
	}
	if len(rules) == 0 {
		return nil, errors.New("it has no rule; want a list of {from: DATE, min_length: N}")
	}
	p := &Policy{text: text}
	for i, rule := range rules {
		from, err := time.Parse(time.DateOnly, rule.From)
		if err != nil {
			return nil, fmt.Errorf("rule %d: from: want a date like 2024-01-31, not %q", i+1, rule.From)
		}
		if rule.MinLength == nil { // left out by mistake, it would be a rule that prunes nothing
			return nil, fmt.Errorf("rule %d: min_length is missing; 0 says that any length was accepted", i+1)
		}
		if *rule.MinLength < 0 || *rule.MinLength > maxPolicyLength {
			return nil, fmt.Errorf("rule %d: min_length: want a number from 0 to %d, not %d",
				i+1, maxPolicyLength, *rule.MinLength)
		}
		p.rules = append(p.rules, policyRule{from, *rule.MinLength})
	}
	slices.SortStableFunc(p.rules, func(a, b policyRule) int { return a.from.Compare(b.from) })
	for i := 1; i < len(p.rules); i++ {
		if p.rules[i].from.Equal(p.rules[i-1].from) {
			return nil, fmt.Errorf("two rules begin on %s", p.rules[i].from.Format(time.DateOnly))
		}
	}
	return p, nil
}

// goType is how the library names the types of this program.
var goType = regexp.MustCompile(` (in|into) (type )?(\[\])?struct \{[^}]*\}`)

// yamlSentence says on one line, and in words of the file, what is wrong with it.
func yamlSentence(err error) string {
	var wrong *yaml.TypeError
	if !errors.As(err, &wrong) {
		return strings.TrimPrefix(strings.ReplaceAll(err.Error(), "\n", " "), "yaml: ")
	}
	text := goType.ReplaceAllString(strings.Join(wrong.Errors, "; "), "")
	return text + "; want a list of {from: DATE, min_length: N}"
}

// excludes reports whether a password cannot have been set when the account's was. Nothing is excluded for
// an account whose date is not known.
func (p *Policy) excludes(password []byte, changedAt time.Time) bool {
	if changedAt.IsZero() {
		return false
	}
	least := 0
	for _, rule := range p.rules {
		switch {
		case changedAt.Before(rule.from):
		case changedAt.Before(rule.from.Add(policyDelay)): // this rule may have been in force, or the one before
			least = min(least, rule.minLength)
		default:
			least = rule.minLength
		}
	}
	return longest(password) < least
}

// longest counts the characters of a password in whatever way counts the most: whether a site counts bytes,
// code points, or the parts of accented letters is not known.
func longest(password []byte) int {
	n := len(password)
	if n < maxPolicyLength {
		n = max(n, utf8.RuneCount(norm.NFD.Bytes(password)))
	}
	return n
}
