package dump

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/credsieve/credsieve/datasets/shown"
)

const (
	sidecarSuffix = ".meta.yaml"
	folderSidecar = "dump" + sidecarSuffix
	// maxSidecar is far more than a description takes; a dump under a sidecar's name is refused.
	maxSidecar = 1 << 20
)

// Passwords open encrypted archives. They never show in text.
type Passwords []string

var (
	_ fmt.Formatter  = Passwords{}
	_ json.Marshaler = Passwords{}
)

// Format hides the passwords from every verb.
func (p Passwords) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "[%d hidden]", len(p)) }

// MarshalJSON hides the passwords.
func (p Passwords) MarshalJSON() ([]byte, error) { return json.Marshal(fmt.Sprint(p)) }

// sidecar is the file as it stands. All values are nodes, because the errors of yaml quote what
// they could not decode, and that may be a password.
type sidecar struct {
	Name      yaml.Node `yaml:"name"`
	Kind      yaml.Node `yaml:"kind"`
	LeakedOn  yaml.Node `yaml:"leaked_on"`
	Trust     yaml.Node `yaml:"trust"`
	Format    yaml.Node `yaml:"format"`
	Encodings yaml.Node `yaml:"encodings"`
	Passwords yaml.Node `yaml:"passwords"`
}

func parseSidecar(text []byte) (*Meta, error) {
	var s sidecar
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.KnownFields(true)
	if err := decoder.Decode(&s); err != nil && err != io.EOF {
		return nil, sidecarError(err)
	}
	if err := decoder.Decode(&yaml.Node{}); err != io.EOF {
		return nil, errors.New("want one YAML document")
	}
	var meta Meta
	var format, kind, trust, date string
	for _, key := range []struct {
		name string
		node yaml.Node
		text *string
	}{
		{"name", s.Name, &meta.Name}, {"kind", s.Kind, &kind}, {"leaked_on", s.LeakedOn, &date},
		{"trust", s.Trust, &trust}, {"format", s.Format, &format},
	} {
		if err := scalar(key.node, key.text); err != nil {
			return nil, fmt.Errorf("%s: %w", key.name, err)
		}
	}
	var err error
	if meta.Encodings, err = listOfTexts(s.Encodings); err != nil {
		return nil, fmt.Errorf("encodings: %w", err)
	}
	if meta.Passwords, err = listOfTexts(s.Passwords); err != nil {
		return nil, fmt.Errorf("passwords: %w", err)
	}
	meta.Kind, meta.Trust, meta.Format = Kind(kind), Trust(trust), format
	return &meta, meta.check(date)
}

// check fills in the date and refuses values that mean nothing.
func (m *Meta) check(date string) error {
	// Names stand in sentences and lists that people and programs read.
	if strings.Contains(m.Name, ";") || !shown.Can(m.Name) {
		return errors.New("name: want no semicolon and no control or other character that cannot be shown")
	}
	kinds := []Kind{KindSiteBreach, KindComboList, KindStealerLog, KindPhishing, KindUnknown}
	if m.Kind != "" && !slices.Contains(kinds, m.Kind) {
		return fmt.Errorf("kind: unknown %q: want one of %v", m.Kind, kinds)
	}
	trusts := []Trust{TrustVerified, TrustUnverified, TrustFabricated}
	if m.Trust != "" && !slices.Contains(trusts, m.Trust) {
		return fmt.Errorf("trust: unknown %q: want one of %v", m.Trust, trusts)
	}
	if _, err := formatNamed(m.Format); err != nil {
		return fmt.Errorf("format: %w", err)
	}
	if _, err := codePages(m.Encodings); err != nil {
		return fmt.Errorf("encodings: %w", err)
	}
	if date == "" {
		return nil
	}
	var err error
	if m.LeakedOn, err = time.Parse(time.DateOnly, date); err != nil {
		return fmt.Errorf("leaked_on: want a date like 2024-01-31, not %q", date)
	}
	return nil
}

func scalar(n yaml.Node, into *string) error {
	switch {
	case n.IsZero(), n.Tag == "!!null":
	case n.Kind != yaml.ScalarNode:
		return errors.New("want a text")
	default:
		*into = n.Value
	}
	return nil
}

func listOfTexts(n yaml.Node) ([]string, error) {
	if n.IsZero() || n.Tag == "!!null" {
		return nil, nil
	}
	if n.Kind != yaml.SequenceNode {
		return nil, errors.New("want a list of texts")
	}
	out := make([]string, len(n.Content))
	for i, item := range n.Content {
		if item.Kind != yaml.ScalarNode {
			return nil, errors.New("want a list of texts")
		}
		out[i] = item.Value
	}
	return out, nil
}

var (
	unknownField = regexp.MustCompile(`line \d+: field .+ not found`)
	yamlLine     = regexp.MustCompile(`line \d+`)
)

// sidecarError says what is wrong without the text of yaml's own error, which may quote a value.
func sidecarError(err error) error {
	if field := unknownField.FindString(err.Error()); field != "" {
		field = strings.Replace(field, "field ", "unknown key ", 1)
		return errors.New(strings.TrimSuffix(field, " not found"))
	}
	if line := yamlLine.FindString(err.Error()); line != "" {
		return fmt.Errorf("%s is not valid YAML", line)
	}
	return errors.New("it is not valid YAML")
}

// withDefaults completes what a sidecar left out.
func (m *Meta) withDefaults(name string) Meta {
	var out Meta
	if m != nil {
		out = *m
	}
	if out.Name == "" {
		out.Name = name
	}
	if out.Kind == "" {
		out.Kind = KindUnknown
	}
	if out.Trust == "" {
		out.Trust = TrustUnverified
	}
	return out
}

// withHelpOf takes from a claim what can only add to what is read.
func (m Meta) withHelpOf(claim Meta) Meta {
	if len(m.Encodings) == 0 {
		m.Encodings = claim.Encodings
	}
	if len(m.Passwords) == 0 {
		m.Passwords = claim.Passwords
	}
	return m
}
