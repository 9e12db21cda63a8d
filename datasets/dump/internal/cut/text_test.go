package cut

import (
	"testing"

	"pgregory.net/rapid"
)

// TestCombo_fast_path_agrees shows that the one pass over common lines decides nothing of its own.
func TestCombo_fast_path_agrees(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		line := rapid.StringMatching(`[ "'a.@|:\x80-]{0,9}@?[a.-]{0,5}(\.[ab\xe9]{0,3})?`+
			`[.: ;|]{0,2}[a:@. "]{0,4}`).Draw(t, "line")
		i := LeadingEmail([]byte(line))
		if i == 0 {
			return
		}
		id := Identifier([]byte(line[:i]))
		if string(id) != line[:i] || !IsEmail(id) || indexSeparator([]byte(line)) != i {
			t.Fatalf("%q is taken for the address of %q", line[:i], line)
		}
	})
}
