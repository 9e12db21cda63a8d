package stored

import (
	"encoding/base64"
	"errors"
	"regexp"
	"strings"
	"testing"
)

// parts are what stands between the signs of a stored hash; numbers are those that costs and lengths are written as.
var (
	parts   = regexp.MustCompile(`[0-9A-Za-z+/=._-]{4,}`)
	numbers = regexp.MustCompile(`[0-9]+`)
)

// TestParse_answers_parts_of_other_lengths: whatever part of a stored hash is cut, goes on or is another number, the answer is a
// hash or a refusal with its cause, and never both or neither.
func TestParse_answers_parts_of_other_lengths(t *testing.T) {
	t.Parallel()
	lim := DefaultLimits()
	for _, file := range vectorFiles(t) {
		met := make(map[string]int)
		refused, taken := 0, 0
		for _, v := range readVectors(t, file) {
			if met[v.Scheme]++; met[v.Scheme] > 3 {
				continue
			}
			for _, changed := range withOtherParts(v.Encoded) {
				hash, err := Parse(changed, lim)
				var refusal *Error
				switch {
				case err == nil && hash != nil:
					taken++
				case hash == nil && errors.As(err, &refusal) && refusal.Cause != "":
					refused++
				default:
					t.Errorf("%s: %q is answered by %v, %v", v.Scheme, changed, hash, err)
				}
			}
		}
		if refused == 0 || taken == 0 && file != "refused.json" {
			t.Errorf("%s: %d are refused, %d taken", file, refused, taken)
		}
	}
}

// withOtherParts changes one part of a text at a time.
func withOtherParts(text string) (all []string) {
	put := func(at []int, part string) { all = append(all, text[:at[0]]+part+text[at[1]:]) }
	for _, at := range parts.FindAllStringIndex(text, -1) {
		part := text[at[0]:at[1]]
		for _, n := range []int{0, 1, 2, 3, 4, 8, 10, 16, 20, 22, 24, 31, 32, 40, 43, 44, 63, 64, 86, 88, 128, 200, 260, 1000} {
			long := strings.Repeat(part, n/len(part)+1)
			put(at, long[:n])
			put(at, strings.TrimRight(long[:n], "=")+strings.Repeat("=", (4-n%4)%4))
		}
	}
	for _, at := range numbers.FindAllStringIndex(text, -1) {
		for _, number := range []string{
			"", "0", "1", "2", "3", "9", "15", "16", "17", "31", "32", "99", "1000", "65536", "1000000", "4294967295", "4294967296",
			"18446744073709551616", "-1", "01", "+1", "1.0", "x",
		} {
			put(at, number)
		}
	}
	return all
}

// TestParse_of_lengths_within_a_blob: what a blob of ASP.NET says of its parts meets the same limits as parts that can be seen.
func TestParse_of_lengths_within_a_blob(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		salt, key int
		want      Cause // empty: it is taken
	}{
		{16, 16, ""}, {64, 64, ""}, {16, 64, ""}, {64, 16, ""}, {65, 32, CauseOverLimit}, {32, 68, CauseOverLimit}, {15, 32, CauseMalformed},
		{16, 12, CauseMalformed}, {16, 30, CauseMalformed},
	} {
		head := []byte{1, 0, 0, 0, 1, 0, 0, 0x27, 0x10, 0, 0, 0, byte(tt.salt)}
		blob := base64.StdEncoding.EncodeToString(append(head, make([]byte, tt.salt+tt.key)...))
		hash, err := Parse(blob, DefaultLimits())
		var refusal *Error
		if tt.want == "" && (err != nil || hash == nil) || tt.want != "" && (hash != nil || !errors.As(err, &refusal) || refusal.Cause != tt.want) {
			t.Errorf("salt of %d bytes, key of %d: %v, %v, want %q", tt.salt, tt.key, hash, err, tt.want)
		}
	}
}
