package verify

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/credsieve/credsieve/hashing"
	"github.com/credsieve/credsieve/hashing/stored"
)

// attachment is what an index keeps sealed about how its stored hashes are verified: the hash steps with
// their keys, and the known answers that proved them. It is the one place where either is written.
type attachment struct {
	Rules        []attachedRule `json:"rules"`
	KnownAnswers []Answer       `json:"known_answers"`
}

type attachedRule struct {
	Name         string         `json:"name"`
	StoredPrefix string         `json:"stored_prefix,omitempty"`
	Scheme       string         `json:"scheme,omitempty"`
	Steps        []attachedStep `json:"steps"`
	Forms        []string       `json:"forms,omitempty"`
}

type attachedStep struct {
	Kind      string `json:"kind"`
	Algorithm string `json:"algorithm,omitempty"`
	Encoding  string `json:"encoding,omitempty"`
	Key       []byte `json:"key,omitempty"`
	KeyName   string `json:"key_name,omitempty"`
	Column    string `json:"column,omitempty"`
	Longer    int    `json:"longer_than,omitempty"`
}

// Answer is a known answer with the identifier that a dump would name its account by. It holds a password: an
// index keeps it sealed, and nothing prints it.
type Answer struct {
	AccountID  string       `json:"account_id"`
	Password   []byte       `json:"password"`
	Identifier string       `json:"identifier,omitempty"`
	Kind       hashing.Kind `json:"kind,omitempty"`
}

// Carry is the attachment of an index that a build makes of these recipes and answers, before the answers have met
// their accounts: when it differs from that of the build before, no row may be carried over. It is nil when
// there is nothing to keep.
func (r *Recipes) Carry(answers []KnownAnswer) ([]byte, error) {
	given := make([]Answer, len(answers))
	for i, answer := range answers {
		given[i] = Answer{AccountID: answer.AccountID, Password: answer.Password.Bytes()}
	}
	return encodeAttachment(r.rules, given)
}

// encodeAttachment returns nil when there is nothing to keep.
func encodeAttachment(rules []Rule, answers []Answer) ([]byte, error) {
	if len(rules)+len(answers) == 0 {
		return nil, nil
	}
	a := attachment{KnownAnswers: answers}
	for _, rule := range rules {
		attached := attachedRule{
			Name: rule.Name, StoredPrefix: rule.StoredPrefix, Scheme: string(rule.Scheme),
		}
		for _, s := range rule.Steps {
			attached.Steps = append(attached.Steps, attachedStep{
				string(s.Kind), s.Algorithm, s.Encoding, s.Key.Bytes(), s.KeyName, string(s.Column), s.Longer,
			})
		}
		for _, form := range rule.Forms {
			attached.Forms = append(attached.Forms, string(form))
		}
		a.Rules = append(a.Rules, attached)
	}
	data, err := json.Marshal(a)
	if err != nil {
		return nil, fmt.Errorf("failed to encode hash steps: %w", err)
	}
	return data, nil
}

// stepRules checks the rules once more: an index may come from another version of the program.
func (a *attachment) stepRules() ([]Rule, error) {
	rules := make([]Rule, len(a.Rules))
	for i, attached := range a.Rules {
		rules[i] = Rule{
			Name: attached.Name, StoredPrefix: attached.StoredPrefix,
			Scheme: stored.Scheme(attached.Scheme),
		}
		for _, s := range attached.Steps {
			rules[i].Steps = append(rules[i].Steps, stored.Step{
				Kind: stored.StepKind(s.Kind), Algorithm: s.Algorithm, Encoding: s.Encoding,
				Key: hashing.NewSecret(s.Key), KeyName: s.KeyName,
				Column: stored.Template(s.Column), Longer: s.Longer,
			})
		}
		for _, form := range attached.Forms {
			rules[i].Forms = append(rules[i].Forms, stored.Variant(form))
		}
		if err := rules[i].Steps.Check(); err != nil {
			return nil, fmt.Errorf("failed to read hash steps of the index: rule %q: %w", attached.Name, err)
		}
	}
	return rules, nil
}

// decodeAttachment reads what encodeAttachment wrote; nothing is the empty one.
func decodeAttachment(data []byte) (a attachment, err error) {
	if len(data) > 0 && json.Unmarshal(data, &a) != nil { // its error may quote what is sealed
		err = errors.New("failed to read hash steps of the index: its attachment is not JSON that this " +
			"program knows; rebuild the index")
	}
	return a, err
}
