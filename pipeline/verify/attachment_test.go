package verify

import (
	"strings"
	"testing"

	"github.com/credsieve/credsieve/hashing/stored"
)

func TestAttachment_keeps_rules_and_answers(t *testing.T) {
	t.Parallel()
	rules := []Rule{{Name: "a", StoredPrefix: "$2", Steps: stored.Steps{
		{Kind: stored.StepTrim}, keyed(stored.StepHMAC, "sha1", "raw", "p\x00\xff"),
	}}, {Name: "b"}}
	data, err := encodeAttachment(rules, nil)
	if err != nil {
		t.Fatal(err)
	}
	a, err := decodeAttachment(data)
	if err != nil {
		t.Fatal(err)
	}
	back, err := a.stepRules()
	if err != nil || len(back) != 2 || back[0].StoredPrefix != "$2" ||
		back[0].Steps.String() != rules[0].Steps.String() || string(back[0].Steps[1].Key.Bytes()) != "p\x00\xff" {
		t.Errorf("got %v, %v", back, err)
	}
	for _, text := range []string{`{`, `[]`, `{"rules":[{"name":"x","steps":[{"kind":"rot13"}]}]}`} {
		a, err := decodeAttachment([]byte(text))
		if err == nil {
			_, err = a.stepRules()
		}
		if err == nil || !strings.Contains(err.Error(), "hash steps of the index") {
			t.Errorf("%s: got %v", text, err)
		}
	}
	if data, err := encodeAttachment(nil, nil); data != nil || err != nil {
		t.Error("nothing is attached as something")
	}
}
