// Package flags holds the types of values that flags have: each parses what was written, refuses what is not one, and shows
// itself in help. They are values of pflag.
package flags

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/credsieve/credsieve/cmd/credsieve/internal/terminal"
)

// Share is a share of a whole: "1%" or "0.01".
type Share float64

// Type names what the flag wants, for help.
func (s *Share) Type() string { return "share" }

// String is how help shows it.
func (s *Share) String() string {
	return strconv.FormatFloat(math.Round(float64(*s)*1e6)/1e4, 'f', -1, 64) + "%"
}

// Set parses a value.
func (s *Share) Set(text string) error {
	number, isPercent := strings.CutSuffix(strings.TrimSpace(text), "%")
	value, err := strconv.ParseFloat(number, 64)
	if isPercent {
		value /= 100
	}
	if err != nil || math.IsNaN(value) || value < 0 || value > 1 {
		return fmt.Errorf("%q is not a share between 0%% and 100%%", text)
	}
	*s = Share(value)
	return nil
}

// Size is a number of bytes: "512MiB", "2GiB", "1000000".
type Size int64

// Type names what the flag wants, for help.
func (s *Size) Type() string { return "size" }

// String is how help shows it.
func (s *Size) String() string { return terminal.Bytes(int64(*s)) }

var sizeUnits = []struct {
	suffix string
	factor int64
}{
	{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"TiB", 1 << 40},
	{"K", 1 << 10}, {"M", 1 << 20}, {"G", 1 << 30}, {"T", 1 << 40},
	{"kB", 1e3}, {"KB", 1e3}, {"MB", 1e6}, {"GB", 1e9}, {"TB", 1e12}, {"B", 1},
}

// Set parses a value.
func (s *Size) Set(text string) error {
	number, factor := strings.TrimSpace(text), int64(1)
	for _, unit := range sizeUnits {
		if rest, ok := strings.CutSuffix(number, unit.suffix); ok {
			number, factor = strings.TrimSpace(rest), unit.factor
			break
		}
	}
	value, err := strconv.ParseFloat(number, 64)
	if err != nil || !(value > 0) || value*float64(factor) > math.MaxInt64/2 {
		return fmt.Errorf("%q is not a size (want e.g. 512MiB)", text)
	}
	*s = Size(value * float64(factor))
	return nil
}

// Age is a time span that may be given in days: "30d", "36h".
type Age time.Duration

// Type names what the flag wants, for help.
func (a *Age) Type() string { return "age" }

// String is how help shows it.
func (a *Age) String() string { return time.Duration(*a).String() }

// Set parses a value.
func (a *Age) Set(text string) error {
	value, err := time.ParseDuration(text)
	if number, inDays := strings.CutSuffix(text, "d"); inDays {
		var days int64
		days, err = strconv.ParseInt(number, 10, 32)
		value = time.Duration(min(days, 100*365)) * 24 * time.Hour
	}
	if err != nil || value <= 0 {
		return fmt.Errorf("%q is not an age such as 30d or 36h", text)
	}
	*a = Age(value)
	return nil
}

// Budget bounds a piece of work: "5h", or a number of things such as "100000".
type Budget struct {
	Time   time.Duration
	Number int64
}

// Type names what the flag wants, for help.
func (b *Budget) Type() string { return "budget" }

// String is how help and settings show it.
func (b *Budget) String() string {
	switch {
	case b.Number > 0:
		return strconv.FormatInt(b.Number, 10)
	case b.Time > 0:
		return b.Time.String()
	}
	return ""
}

// Set parses a value; 0 is none.
func (b *Budget) Set(text string) error {
	number, err := strconv.ParseInt(text, 10, 64)
	if err == nil && number >= 0 {
		*b = Budget{Number: number}
		return nil
	}
	span, err := time.ParseDuration(text)
	if err != nil || span < 0 {
		return fmt.Errorf("%q is not a budget such as 5h, or a number such as 100000", text)
	}
	*b = Budget{Time: span}
	return nil
}

// Time fixes the clock.
type Time struct{ time.Time }

// Type names what the flag wants, for help.
func (t *Time) Type() string { return "time" }

// String is how help and settings show it.

// String is how help shows it.
func (t *Time) String() string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339)
}

// Set parses a value.
func (t *Time) Set(text string) error {
	value, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return fmt.Errorf("%q is no RFC 3339 time such as 2026-01-02T15:04:05Z", text)
	}
	t.Time = value
	return nil
}

// Clock returns the fixed time, or the machine's.
func (t *Time) Clock() func() time.Time {
	if t.IsZero() {
		return time.Now
	}
	fixed := t.Time
	return func() time.Time { return fixed }
}

// Choice is one of a few words.
type Choice struct {
	Value string
	Of    []string
}

// Choices are the words, for completions.
func (c *Choice) Choices() []string { return c.Of }

// Type names what the flag wants, for help.
func (c *Choice) Type() string { return "name" }

// String is how help shows it.
func (c *Choice) String() string { return c.Value }

// Set parses a value.
func (c *Choice) Set(text string) error {
	for _, choice := range c.Of {
		if text == choice {
			c.Value = text
			return nil
		}
	}
	return fmt.Errorf("%q is none of %s", text, strings.Join(c.Of, ", "))
}
