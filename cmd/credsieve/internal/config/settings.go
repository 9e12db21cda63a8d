package config

import (
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/pflag"
)

// Setting is one flag of a command.
type Setting struct {
	Name  string
	Value string
	From  string // "command line", the name of a file with its section, "$VARIABLE" or "default"
}

// Settings says what flags, which are parsed, hold after apply has set those of a file. variable names the
// variable of the environment that stands in for a flag that nobody set, if there is one.
func Settings(flags *pflag.FlagSet, apply func() error, variable func(*pflag.Flag) string,
	getenv func(string) string,
) ([]Setting, error) {
	given := make(map[string]bool)
	flags.Visit(func(flag *pflag.Flag) { given[flag.Name] = true })
	if err := apply(); err != nil {
		return nil, err
	}
	var all []Setting
	flags.VisitAll(func(flag *pflag.Flag) {
		if flag.Hidden || flag.Name == "help" || flag.Name == "version" {
			return
		}
		s := Setting{Name: flag.Name, Value: withoutPassword(flag.Value.String()), From: "default"}
		switch name := variable(flag); {
		case given[flag.Name]:
			s.From = "command line"
		case flag.Changed:
			s.From = flag.Annotations[origin][0]
		case name != "":
			s.Value, s.From = getenv(name), "$"+name
		default:
			s.Value = inWords(s.Value, flag.Usage)
		}
		all = append(all, s)
	})
	return all, nil
}

var defaultInWords = regexp.MustCompile(`\(default ([^)]*)\)`)

// inWords is the default of a flag as its help has it, where it is worked out later: "0" would look like a limit of none.
func inWords(value, usage string) string {
	if !slices.Contains([]string{"", "0", "0s", "0B", "[]"}, value) {
		return value
	}
	if said := defaultInWords.FindStringSubmatch(usage); said != nil && !strings.HasPrefix(said[1], "$") {
		return said[1]
	}
	if value == "[]" {
		return ""
	}
	return value
}

// withoutPassword takes a password out of the URL of a database. Commands refuse such a URL; this one only shows it.
func withoutPassword(value string) string {
	u, err := url.Parse(value)
	if err != nil || u.User == nil {
		return value
	}
	if _, set := u.User.Password(); !set {
		return value
	}
	return u.Redacted()
}
