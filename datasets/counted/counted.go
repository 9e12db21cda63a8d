// Package counted writes a number with its noun as people say it: "1 account", "2 accounts", "0 accounts". What is told of a
// run goes to people who did not see it made, and "1 accounts" makes them ask what else is not meant as it stands.
//
// Not guaranteed: another language. Nouns are English, and so is what is added to them.
package counted

import (
	"strconv"
	"strings"
	"time"
)

// Of is n and its noun, which gets an s when n is not 1: Of(2, "account") is "2 accounts".
func Of[N int | int64](n N, noun string) string { return As(n, noun, noun+"s") }

// As is Of for what is not made by an s, such as As(n, "entry", "entries") or As(n, "account is", "accounts are").
func As[N int | int64](n N, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.FormatInt(int64(n), 10) + " " + many
}

// Duration is how long something lasted, to the minute: "36h", "1h30m", "5m", "0m".
func Duration(d time.Duration) string {
	text := strings.TrimSuffix(d.Round(time.Minute).String(), "0s")
	switch {
	case text == "":
		return "0m"
	case strings.HasSuffix(text, "h0m"):
		return strings.TrimSuffix(text, "0m")
	}
	return text
}
