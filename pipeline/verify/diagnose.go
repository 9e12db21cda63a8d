package verify

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/credsieve/credsieve/hashing"
	"github.com/credsieve/credsieve/hashing/stored"
)

// maxGuesses bounds what explaining a wrong configuration costs: each guess is a verification.
const maxGuesses = 64

// guess is another configuration, and what is wrong with the present one when it matches.
type guess struct {
	steps    stored.Steps
	sentence string
}

// diagnose says which step is probably wrong when a known password does not open its stored hash: the
// one whose change makes it do so.
func diagnose(ctx context.Context, t *Target, password []byte) string {
	guesses := guessesFor(t.steps)
	for _, g := range guesses[:min(len(guesses), maxGuesses)] {
		if ctx.Err() != nil {
			break
		}
		text, cause := g.steps.Apply(password)
		if cause == "" && t.hash.Verify(text).Outcome == stored.Match {
			return g.sentence
		}
	}
	var keys []string
	for i, s := range t.steps {
		if len(s.Key.Bytes()) > 0 {
			keys = append(keys, fmt.Sprintf("the key of step %d (%s)", i+1, s.KeyName))
		}
	}
	switch {
	case len(keys) > 0:
		return strings.Join(keys, " or ") + " is probably wrong, or the known password is"
	case len(t.steps) > 0:
		return "no single step left out or changed opens it either; the known password is probably wrong, " +
			"or several steps are"
	}
	return "the known password is probably wrong, or the store does something to passwords before it " +
		"hashes them that --hash-steps must tell"
}

// guessesFor lists what people get wrong, the most frequent first.
func guessesFor(steps stored.Steps) []guess {
	if len(steps) == 0 {
		return wrapGuesses()
	}
	var list []guess
	for i := range steps {
		list = append(list, encodingGuesses(steps, i)...)
	}
	for i := 1; i < len(steps); i++ {
		swapped := slices.Clone(steps)
		swapped[i-1], swapped[i] = swapped[i], swapped[i-1]
		list = append(list, guess{swapped, fmt.Sprintf("step %d (%s) comes before step %d (%s)",
			i+1, steps[i], i, steps[i-1])})
	}
	for i := range steps {
		list = append(list, guess{
			slices.Delete(slices.Clone(steps), i, i+1),
			fmt.Sprintf("it does without step %d (%s)", i+1, steps[i]),
		})
	}
	for i := range steps {
		list = append(list, keyGuesses(steps, i)...)
	}
	for i := range steps {
		list = append(list, algorithmGuesses(steps, i)...)
	}
	return append(list, guess{nil, "it does without any step"})
}

// with returns steps with one changed.
func with(steps stored.Steps, i int, change func(*stored.Step)) stored.Steps {
	changed := slices.Clone(steps)
	change(&changed[i])
	return changed
}

func encodingGuesses(steps stored.Steps, i int) []guess {
	return wordGuesses(steps, i, "encoding", []string{"hex", "base64", "HEX", "raw"},
		func(s *stored.Step) *string { return &s.Encoding })
}

func algorithmGuesses(steps stored.Steps, i int) []guess {
	return wordGuesses(steps, i, "algorithm", []string{"md5", "sha1", "sha256", "sha384", "sha512"},
		func(s *stored.Step) *string { return &s.Algorithm })
}

// wordGuesses puts each other word in place of one that a step has.
func wordGuesses(steps stored.Steps, i int, what string, words []string,
	of func(*stored.Step) *string) (list []guess) {
	have := *of(&steps[i])
	if have == "" {
		return nil
	}
	for _, word := range words {
		if word != have {
			list = append(list, guess{
				with(steps, i, func(s *stored.Step) { *of(s) = word }),
				fmt.Sprintf("the %s of step %d (%s) is %s", what, i+1, steps[i], word),
			})
		}
	}
	return list
}

// keyGuesses are the ways in which the right key is used wrongly.
func keyGuesses(steps stored.Steps, i int) (list []guess) {
	step := steps[i]
	key := step.Key.Bytes()
	if len(key) == 0 {
		return nil
	}
	add := func(sentence string, change func(*stored.Step)) {
		list = append(list, guess{
			with(steps, i, change), fmt.Sprintf("step %d (%s): %s", i+1, step, sentence),
		})
	}
	rekey := func(sentence string, key []byte) {
		add(sentence, func(s *stored.Step) { s.Key = hashing.NewSecret(key) })
	}
	text := strings.TrimSpace(string(key))
	if decoded, err := hex.DecodeString(text); err == nil && len(decoded) > 0 {
		rekey("the key is written in hexadecimal; its file must hold the bytes themselves", decoded)
	}
	if decoded, err := base64.StdEncoding.DecodeString(text); err == nil && len(decoded) > 0 {
		rekey("the key is written in base64; its file must hold the bytes themselves", decoded)
	}
	if len(text) < len(key) {
		rekey("the key is without the blanks around it", []byte(text))
	}
	rekey("the key ends with a newline; its file must end with two", slices.Concat(key, []byte("\n")))
	switch step.Kind {
	case stored.StepAppend:
		add("the key comes before the password", func(s *stored.Step) { s.Kind = stored.StepPrepend })
	case stored.StepPrepend:
		add("the key comes after the password", func(s *stored.Step) { s.Kind = stored.StepAppend })
	case stored.StepHMAC:
		add("it is a digest without a key", func(s *stored.Step) { s.Kind = stored.StepDigest })
	}
	return list
}

// wrapGuesses are what stores do that were never told to.
func wrapGuesses() (list []guess) {
	for _, algorithm := range []string{"md5", "sha1", "sha256", "sha512"} {
		for _, encoding := range []string{"hex", "base64"} {
			steps := stored.Steps{{Kind: stored.StepDigest, Algorithm: algorithm, Encoding: encoding}}
			list = append(list, guess{steps, fmt.Sprintf("the store wraps %s; say so with --hash-steps", steps)})
		}
	}
	return append(list, guess{
		stored.Steps{{Kind: stored.StepTrim}}, "the store trims passwords; say so with --hash-steps",
	})
}
