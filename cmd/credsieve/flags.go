package main

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/credsieve/credsieve/cmd/credsieve/internal/terminal"
	"github.com/credsieve/credsieve/pipeline/progress"
)

// shareFlag is a share of a whole: "1%" or "0.01".
type shareFlag float64

func (s *shareFlag) Type() string { return "share" }
func (s *shareFlag) String() string {
	return strconv.FormatFloat(math.Round(float64(*s)*1e6)/1e4, 'f', -1, 64) + "%"
}

func (s *shareFlag) Set(text string) error {
	number, isPercent := strings.CutSuffix(strings.TrimSpace(text), "%")
	value, err := strconv.ParseFloat(number, 64)
	if isPercent {
		value /= 100
	}
	if err != nil || math.IsNaN(value) || value < 0 || value > 1 {
		return fmt.Errorf("%q is not a share between 0%% and 100%%", text)
	}
	*s = shareFlag(value)
	return nil
}

// sizeFlag is a number of bytes: "512MiB", "2GiB", "1000000".
type sizeFlag int64

func (s *sizeFlag) Type() string   { return "size" }
func (s *sizeFlag) String() string { return formatBytes(int64(*s)) }

var sizeUnits = []struct {
	suffix string
	factor int64
}{
	{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"TiB", 1 << 40},
	{"K", 1 << 10}, {"M", 1 << 20}, {"G", 1 << 30}, {"T", 1 << 40},
	{"kB", 1e3}, {"KB", 1e3}, {"MB", 1e6}, {"GB", 1e9}, {"TB", 1e12}, {"B", 1},
}

func (s *sizeFlag) Set(text string) error {
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
	*s = sizeFlag(value * float64(factor))
	return nil
}

// ageFlag is a time span that may be given in days: "30d", "36h".
type ageFlag time.Duration

func (a *ageFlag) Type() string   { return "age" }
func (a *ageFlag) String() string { return time.Duration(*a).String() }

func (a *ageFlag) Set(text string) error {
	value, err := time.ParseDuration(text)
	if number, inDays := strings.CutSuffix(text, "d"); inDays {
		var days int64
		days, err = strconv.ParseInt(number, 10, 32)
		value = time.Duration(min(days, 100*365)) * 24 * time.Hour
	}
	if err != nil || value <= 0 {
		return fmt.Errorf("%q is not an age such as 30d or 36h", text)
	}
	*a = ageFlag(value)
	return nil
}

// timeFlag fixes the clock.
type timeFlag struct{ time.Time }

func (t *timeFlag) Type() string { return "time" }

func (t *timeFlag) String() string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339)
}

func (t *timeFlag) Set(text string) error {
	value, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return fmt.Errorf("%q is no RFC 3339 time such as 2026-01-02T15:04:05Z", text)
	}
	t.Time = value
	return nil
}

// clock returns the fixed time, or the machine's.
func (t *timeFlag) clock() func() time.Time {
	if t.IsZero() {
		return time.Now
	}
	fixed := t.Time
	return func() time.Time { return fixed }
}

// choiceFlag is one of a few words.
type choiceFlag struct {
	value   string
	choices []string
}

func (c *choiceFlag) Choices() []string { return c.choices } // for completions
func (c *choiceFlag) Type() string      { return "name" }
func (c *choiceFlag) String() string    { return c.value }

func (c *choiceFlag) Set(text string) error {
	for _, choice := range c.choices {
		if text == choice {
			c.value = text
			return nil
		}
	}
	return fmt.Errorf("%q is none of %s", text, strings.Join(c.choices, ", "))
}

// requireFlags marks flags without which the command does not begin. A name that the command does not have is
// our own mistake.
func requireFlags(cmd *cobra.Command, names ...string) {
	for _, name := range names {
		if err := cmd.MarkFlagRequired(name); err != nil {
			panic(err)
		}
	}
}

func formatBytes(n int64) string { return terminal.Bytes(n) }

func addProgressFlag(cmd *cobra.Command, choice *choiceFlag) {
	*choice = choiceFlag{value: "auto", choices: []string{"auto", "plain", "none"}}
	cmd.Flags().Var(choice, "progress",
		"`how` to show progress on stderr: auto (bars on a terminal, else plain lines), plain, none")
}

// newProgress shows progress as it was asked for.
func newProgress(choice choiceFlag, w io.Writer) progress.Progress {
	return terminal.NewProgress(choice.value, w)
}
