package verify

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/credsieve/credsieve/hashing"
	"github.com/credsieve/credsieve/hashing/stored"
)

// Rule says what a store did to a password before some of its stored hashes.
type Rule struct {
	Name         string
	StoredPrefix string        // of the stored hashes that it is for; empty: all
	Scheme       stored.Scheme // of stored hashes that do not say it; empty: they do
	Steps        stored.Steps  // none: the password itself
	// Forms are what the store does to passwords that have certain characters, before the steps.
	Forms []stored.Variant
}

// String names the rule with what it says, without keys.
func (r *Rule) String() string {
	says := r.Steps.String()
	if len(r.Forms) > 0 {
		names := make([]string, len(r.Forms))
		for i, form := range r.Forms {
			names[i] = string(form)
		}
		says = strings.TrimPrefix(says+", forms "+strings.Join(names, " "), ", ")
	}
	switch {
	case r.Scheme != "" && says != "":
		says += ", " + string(r.Scheme)
	case r.Scheme != "":
		says = string(r.Scheme)
	case says == "":
		says = "no steps"
	}
	return fmt.Sprintf("rule %q (%s)", r.Name, says)
}

// NeedsProof reports whether the rule says something that, if it is wrong, makes every password look
// refuted: then known answers must have shown that it is right.
func (r *Rule) NeedsProof() bool { return r.Scheme != "" || r.Steps.NeedsProof() }

const (
	maxRules         = math.MaxUint8 // their numbers are bytes in the index
	maxSteps         = 16
	maxRuleText      = 256
	maxHashStepsFile = 64 << 10
	maxStepKey       = 4 << 10
)

// ReadHashSteps reads the rules of a YAML file, whose format docs/hashes.md describes. The rule for a
// stored hash is the first that fits it. Key files are named relative to the file; nobody but their owner
// may read or write them, and their bytes are the key, without one newline at their end. An error has
// the line that it is about and never quotes a key.
func ReadHashSteps(path string) ([]Rule, error) {
	rules, err := readHashSteps(path)
	if err != nil {
		return nil, fmt.Errorf("failed to read hash steps %q: %w", path, err)
	}
	return rules, nil
}

// ParseHashSteps reads the rules of a text like that of a file; it can name no key files.
func ParseHashSteps(text []byte) ([]Rule, error) { return parseHashSteps(text, "") }

func readHashSteps(path string) ([]Rule, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxHashStepsFile+1))
	switch {
	case err != nil:
		return nil, err
	case len(text) > maxHashStepsFile:
		return nil, fmt.Errorf("it is over %d bytes", maxHashStepsFile)
	}
	return parseHashSteps(text, filepath.Dir(path))
}

// parseHashSteps reads the rules of a file in a folder.
func parseHashSteps(text []byte, folder string) ([]Rule, error) {
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	var document yaml.Node
	if err := decoder.Decode(&document); err != nil {
		if err == io.EOF {
			return nil, errors.New("it has no rules")
		}
		return nil, errors.New(strings.ReplaceAll(err.Error(), "\n", " "))
	}
	if err := decoder.Decode(new(yaml.Node)); err != io.EOF {
		return nil, errors.New("a second document follows")
	}
	return (&stepsReader{folder: folder}).rules(document.Content[0])
}

// stepsReader turns nodes of YAML into rules. Nodes, because they know their lines.
type stepsReader struct{ folder string }

func lineError(n *yaml.Node, format string, args ...any) error {
	return fmt.Errorf("line %d: %w", n.Line, fmt.Errorf(format, args...))
}

// fields calls set for each key of a mapping, once each.
func fields(n *yaml.Node, what string, set func(key string, value *yaml.Node) error) error {
	if n.Kind != yaml.MappingNode {
		return lineError(n, "want a mapping for %s", what)
	}
	seen := make(map[string]bool)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if seen[key.Value] {
			return lineError(key, "key %q of %s stands there twice", key.Value, what)
		}
		seen[key.Value] = true
		if err := set(key.Value, value); err != nil {
			return err
		}
	}
	return nil
}

func unknownKey(n *yaml.Node, key, what, known string) error {
	return lineError(n, "unknown key %q of %s: the keys are %s", key, what, known)
}

// text reads a short plain value.
func text(n *yaml.Node, key string, into *string) error {
	switch {
	case n.Kind != yaml.ScalarNode || n.Tag == "!!null":
		return lineError(n, "want a plain value for %s", key)
	case len(n.Value) == 0 || len(n.Value) > maxRuleText:
		return lineError(n, "want 1 to %d bytes for %s", maxRuleText, key)
	}
	*into = n.Value
	return nil
}

func (r *stepsReader) rules(n *yaml.Node) ([]Rule, error) {
	var rules []Rule
	err := fields(n, "the file", func(key string, list *yaml.Node) error {
		if key != "rules" {
			return unknownKey(list, key, "the file", "rules")
		}
		if list.Kind != yaml.SequenceNode || len(list.Content) == 0 {
			return lineError(list, "want a list of rules")
		}
		if len(list.Content) > maxRules {
			return lineError(list, "more than %d rules", maxRules)
		}
		for _, item := range list.Content {
			rule, err := r.rule(item, len(rules)+1)
			if err != nil {
				return err
			}
			for _, earlier := range rules {
				switch {
				case earlier.Name == rule.Name:
					return lineError(item, "a second rule %q", rule.Name)
				case strings.HasPrefix(rule.StoredPrefix, earlier.StoredPrefix):
					return lineError(item, "rule %q is never used: rule %q comes first and fits all of its "+
						"stored hashes", rule.Name, earlier.Name)
				}
			}
			rules = append(rules, rule)
		}
		return nil
	})
	if err == nil && len(rules) == 0 {
		err = errors.New("it has no rules")
	}
	return rules, err
}

func (r *stepsReader) rule(n *yaml.Node, number int) (Rule, error) {
	rule := Rule{Name: fmt.Sprintf("rule %d", number)}
	err := fields(n, "a rule", func(key string, value *yaml.Node) error {
		switch key {
		case "name":
			return text(value, key, &rule.Name)
		case "stored_prefix":
			return text(value, key, &rule.StoredPrefix)
		case "scheme":
			return scheme(value, &rule.Scheme)
		case "steps":
			return r.steps(value, &rule.Steps)
		case "forms":
			return forms(value, &rule.Forms)
		}
		return unknownKey(value, key, "a rule", "name, stored_prefix, scheme, steps, forms")
	})
	if err != nil {
		return rule, err
	}
	if strings.ContainsFunc(rule.Name, func(c rune) bool { return c < ' ' || c == 0x7f }) {
		return rule, lineError(n, "a rule's name holds a control character")
	}
	if strings.HasPrefix(rule.StoredPrefix, "$2") && rule.Steps.MayGiveNUL() {
		return rule, lineError(n, "rule %q gives raw bytes to bcrypt, which stops at the first NUL among "+
			"them: one password in 256 would be as good as empty; a store that does so cannot be verified",
			rule.Name)
	}
	return rule, nil
}

// scheme reads what the stored hashes of a rule are when they do not say it themselves.
func scheme(n *yaml.Node, into *stored.Scheme) error {
	name := ""
	if err := text(n, "scheme", &name); err != nil {
		return err
	}
	*into = stored.Scheme(name)
	if known := slices.Concat(stored.DeclaredSchemes(), stored.LikelySchemes()); !slices.Contains(known, *into) {
		return lineError(n, "scheme %q is none that a rule can name; docs/hashes.md has the %d names",
			name, len(known))
	}
	return nil
}

// forms reads the names of variants, each once.
func forms(n *yaml.Node, into *[]stored.Variant) error {
	if n.Kind != yaml.SequenceNode || len(n.Content) == 0 || len(n.Content) > stored.MaxVariants {
		return lineError(n, "want a list of 1 to %d forms", stored.MaxVariants)
	}
	for _, item := range n.Content {
		name := ""
		if err := text(item, "a form", &name); err != nil {
			return err
		}
		switch v := stored.Variant(name); {
		case !stored.ValidVariant(v):
			return lineError(item, "unknown form %q: docs/hashes.md lists them", name)
		case slices.Contains(*into, v):
			return lineError(item, "form %q stands there twice", name)
		default:
			*into = append(*into, v)
		}
	}
	return nil
}

func (r *stepsReader) steps(n *yaml.Node, into *stored.Steps) error {
	if n.Kind != yaml.SequenceNode || len(n.Content) > maxSteps {
		return lineError(n, "want a list of at most %d steps", maxSteps)
	}
	for i, item := range n.Content {
		step, err := r.step(item)
		if err != nil {
			return err
		}
		*into = append(*into, step)
		if err := into.Check(); err != nil {
			return lineError(n.Content[i], "%w", err)
		}
	}
	return nil
}

// plainSteps need nothing but their name.
var plainSteps = []stored.StepKind{stored.StepTrim, stored.StepLower, stored.StepUpper, stored.StepUTF16LE}

// step reads the name of a plain step, or a mapping that names one of the other kinds.
func (r *stepsReader) step(n *yaml.Node) (step stored.Step, err error) {
	if n.Kind == yaml.ScalarNode {
		if step.Kind = stored.StepKind(n.Value); slices.Contains(plainSteps, step.Kind) {
			return step, nil
		}
		return step, lineError(n, "want trim, utf16le, or a mapping with digest, hmac, append, prepend or "+
			"bcrypt, or lower or upper")
	}
	keyFile := ""
	kind := func(k stored.StepKind, at *yaml.Node) error {
		if step.Kind != "" {
			return lineError(at, "a step is either %s or %s: want one list item for each", step.Kind, k)
		}
		step.Kind = k
		return nil
	}
	err = fields(n, "a step", func(key string, value *yaml.Node) error {
		switch k := stored.StepKind(key); k {
		case stored.StepDigest, stored.StepHMAC:
			if err := kind(k, value); err != nil {
				return err
			}
			return text(value, key, &step.Algorithm)
		case stored.StepAppend, stored.StepPrepend, stored.StepBcrypt:
			if err := kind(k, value); err != nil {
				return err
			}
			if value.Value == "key" {
				return nil
			}
			return column(value, k, &step)
		}
		switch key {
		case "encoding":
			return text(value, key, &step.Encoding)
		case "key_file":
			return text(value, key, &keyFile)
		case "key_column":
			return column(value, "key_column", &step)
		case "longer_than":
			return length(value, &step.Longer)
		}
		return unknownKey(value, key, "a step",
			"digest, hmac, append, prepend, bcrypt, encoding, key_file, key_column, longer_than")
	})
	if err == nil {
		err = r.finishStep(n, &step, keyFile)
	}
	return step, err
}

// column reads columns of the row in braces. What else stands there is not quoted: it may be the pepper itself.
func column(n *yaml.Node, key stored.StepKind, step *stored.Step) error {
	switch {
	case n.Kind != yaml.ScalarNode || !strings.Contains(n.Value, "{"):
		return lineError(n, "want %s: key, with the key in the file that key_file names, or columns of the row "+
			`such as "{username}"`, key)
	case step.Column != "":
		return lineError(n, "columns of the row are named twice")
	}
	step.Column = stored.Template(n.Value)
	return nil
}

// length reads a number of bytes.
func length(n *yaml.Node, into *int) error {
	if err := n.Decode(into); err != nil || *into <= 0 {
		return lineError(n, "want a number of bytes for longer_than")
	}
	return nil
}

// finishStep refuses keys of the file that the step has no use for, and reads its key.
func (r *stepsReader) finishStep(n *yaml.Node, step *stored.Step, keyFile string) error {
	keyed := step.Kind != stored.StepDigest
	encoded := step.Kind == stored.StepDigest || step.Kind == stored.StepHMAC
	switch {
	case step.Kind == "":
		return lineError(n, "a step names none of digest, hmac, append, prepend, bcrypt")
	case !encoded && step.Longer != 0:
		return lineError(n, "%s takes no longer_than", step.Kind)
	case step.Column != "" && (keyFile != "" || !keyed):
		return lineError(n, "%s takes either columns of the row or a key_file", step.Kind)
	case encoded && step.Encoding == "":
		return lineError(n, "%s has no encoding: say hex, HEX, base64 or raw", step.Kind)
	case !encoded && step.Encoding != "":
		return lineError(n, "%s takes no encoding", step.Kind)
	case keyed && keyFile == "" && step.Column == "":
		return lineError(n, "%s has no key_file", step.Kind)
	case !keyed && keyFile != "":
		return lineError(n, "%s takes no key_file; is it an hmac?", step.Kind)
	case !keyed || step.Column != "":
		return nil
	}
	path := keyFile
	if !filepath.IsAbs(path) {
		path = filepath.Join(r.folder, path)
	}
	key, err := readPrivate(path, maxStepKey)
	if err != nil {
		return lineError(n, "failed to read key file: %w", err)
	}
	key = bytes.TrimSuffix(key, []byte("\n")) // editors put one there
	step.Key, step.KeyName = hashing.NewSecret(key), filepath.Base(path)
	return nil
}
