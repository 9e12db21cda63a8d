package stored

import (
	"slices"
	"strings"
	"testing"
)

func TestSteps_Bind(t *testing.T) {
	t.Parallel()
	steps := Steps{
		{Kind: StepPrepend, Column: "{username:lower}\n"},
		{Kind: StepHMAC, Algorithm: "md5", Encoding: "hex", Column: "{salt:hex}"},
		{Kind: StepAppend, Column: ":{id}"},
	}
	if err := steps.Check(); err != nil {
		t.Fatal(err)
	}
	if got := steps.Columns(); !slices.Equal(got, []string{"id", "salt", "username"}) {
		t.Errorf("columns %v", got)
	}
	row := map[string]string{"username": "J\u00c4ne", "salt": `\x00ff`, "id": "17"}
	bound, cause := steps.Bind(row)
	if cause != "" {
		t.Fatal(cause)
	}
	for i, want := range []string{"j\u00e4ne\n", "\x00\xff", ":17"} {
		if got := string(bound[i].Key.Bytes()); got != want {
			t.Errorf("step %d: key %q, want %q", i+1, got, want)
		}
	}
	if steps[0].Column == "" || steps[0].Key.Bytes() != nil {
		t.Error("Bind changed the steps of all rows")
	}
	for column := range row {
		without := map[string]string{"username": "a", "salt": "0a", "id": "1"}
		delete(without, column)
		if _, cause := steps.Bind(without); cause != CauseNeedsColumn {
			t.Errorf("without %s: %q", column, cause)
		}
	}
	if _, cause := steps.Bind(map[string]string{"username": "a", "salt": "no digits", "id": "1"}); cause != CauseMalformed {
		t.Errorf("a salt that is not hexadecimal: %q", cause)
	}
	if same, cause := (Steps{digestStep("md5", "hex")}).Bind(nil); cause != "" || len(same) != 1 {
		t.Error("steps without columns are not those of every row")
	}
}

// The setting of a bcrypt step may stand in a column, which is of strangers: a hostile one is refused before anything
// is computed.
func TestSteps_Bind_refusesSettings(t *testing.T) {
	t.Parallel()
	steps := Steps{{Kind: StepBcrypt, Column: "{salt}"}}
	for _, setting := range []string{
		"$2b$31$" + strings.Repeat(".", 22), "$2b$03$" + strings.Repeat(".", 22), "$2x$04$" + strings.Repeat(".", 22),
		"$2b$04$" + strings.Repeat(".", 21), "$2b$04$" + strings.Repeat("!", 22), "$2b$04$" + strings.Repeat(".", 21) + "z",
		"salt",
	} {
		if _, cause := steps.Bind(map[string]string{"salt": setting}); cause != CauseMalformed {
			t.Errorf("%q: %q", setting, cause)
		}
	}
	bound, cause := steps.Bind(map[string]string{"salt": "$2b$04$" + strings.Repeat(".", 22)})
	if cause != "" {
		t.Fatal(cause)
	}
	if _, cause := bound.Apply([]byte("a\x00b")); cause != CauseNULInPassword {
		t.Errorf("a NUL: %q", cause)
	}
	text, cause := bound.Apply([]byte("made up"))
	if cause != "" {
		t.Fatal(cause)
	}
	if hash, err := Parse(string(text), DefaultLimits()); err != nil || hash.Verify([]byte("made up")).Outcome != Match {
		t.Errorf("%q: %v", text, err)
	}
}

func TestSteps_EndsInDigest(t *testing.T) {
	t.Parallel()
	long := digestStep("sha512", "base64")
	long.Longer = 72
	for _, test := range []struct {
		steps Steps
		want  bool
	}{
		{nil, false},
		{Steps{digestStep("sha512", "hex")}, true},
		{Steps{keyed(StepHMAC, "sha512", "base64", "p")}, true},
		{Steps{keyed(StepPrepend, "", "", "p"), digestStep("sha512", "hex")}, true},
		{Steps{digestStep("sha512", "hex"), keyed(StepAppend, "", "", "p")}, false},
		{Steps{{Kind: StepTrim}}, false},
		{Steps{long}, false},
	} {
		if got := test.steps.EndsInDigest(); got != test.want {
			t.Errorf("%s: %v", test.steps, got)
		}
	}
	if (Steps{long}).WrapsDigest([]byte(vectorSHA512)) {
		t.Error("a digest of long passwords alone is taken for one of all")
	}
}
