// Package config reads the flags of commands from a YAML file, and says where each value came from.
//
// A file is one document: a mapping from names of flags to values. It is for one command, or for all of them:
//
//	index: /srv/credsieve/index       # common: for each command that has such a flag
//	key-file: /etc/credsieve/key
//	scan:                             # a section: for this command alone, and beats what is common
//	  out-root: /srv/credsieve/runs
//	index build:
//	  accounts: users.csv
//
// A file without a section is for the command that is given it. A flag on the command line beats the file. A name that is
// not a flag of the command is an error, and so is one in any section, or one that is common and not a flag of any command:
// a limit with a typing mistake must not silently be the default. Closest finds the name that was meant.
package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/spf13/pflag"
	"go.yaml.in/yaml/v3"
)

// Command is a command whose flags a file may set.
type Command struct {
	Name  string // without that of the program, such as "index build"
	Flags *pflag.FlagSet
}

// Apply sets the flags of a command that a file names and that the command line does not. all are the commands that a file
// may have sections for.
func Apply(path string, cmd Command, all []Command) error {
	if path == "" {
		return nil
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("failed to read config %q: %w", path, err)
	}
	if err := apply(data, path, cmd, all); err != nil {
		return fmt.Errorf("failed to read config %q: %w", path, err)
	}
	return nil
}

func apply(data []byte, path string, cmd Command, all []Command) error {
	common, err := Decode(data)
	if err != nil {
		return err
	}
	sections, err := cutSections(common, all)
	if err != nil {
		return err
	}
	if err := check(common, sections, cmd, all); err != nil {
		return err
	}
	if err := set(cmd.Flags, sections[cmd.Name], path+", section "+cmd.Name); err != nil {
		return err
	}
	if len(sections) > 0 {
		maps.DeleteFunc(common, func(name string, _ yaml.Node) bool { return lookup(cmd, name) == nil })
	}
	return set(cmd.Flags, common, path)
}

// cutSections takes the sections out of a file: mappings that have the name of a command.
func cutSections(values map[string]yaml.Node, all []Command) (map[string]map[string]yaml.Node, error) {
	sections := make(map[string]map[string]yaml.Node)
	for _, cmd := range all {
		node, ok := values[cmd.Name]
		if !ok || node.Kind != yaml.MappingNode && node.Tag != "!!null" {
			continue
		}
		section := make(map[string]yaml.Node)
		if err := node.Decode(&section); err != nil {
			return nil, fmt.Errorf("section %s: %s", cmd.Name, strings.ReplaceAll(err.Error(), "\n", " "))
		}
		sections[cmd.Name] = section
		delete(values, cmd.Name)
	}
	return sections, nil
}

// lookup finds a flag that a file may set.
func lookup(cmd Command, name string) *pflag.Flag {
	if name == "config" || name == "help" || name == "version" {
		return nil
	}
	return cmd.Flags.Lookup(name)
}

// check looks at every name of a file, whatever command is given it. The same file gives the same error.
func check(common map[string]yaml.Node, sections map[string]map[string]yaml.Node, cmd Command, all []Command) error {
	for _, other := range all {
		for _, name := range slices.Sorted(maps.Keys(sections[other.Name])) {
			if lookup(other, name) == nil {
				return unknown(name, sections[other.Name][name].Line, fmt.Sprintf("%q", "credsieve "+other.Name), names(other))
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(common)) {
		has := func(c Command) bool { return lookup(c, name) != nil }
		switch {
		case len(sections) == 0 && !has(cmd):
			near := names(cmd)
			if node := common[name]; node.Kind == yaml.MappingNode {
				for _, c := range all {
					near = append(near, c.Name)
				}
			}
			return unknown(name, keyLine(common[name]), fmt.Sprintf("%q", "credsieve "+cmd.Name), near)
		case len(sections) > 0 && !slices.ContainsFunc(all, has):
			var near []string
			for _, c := range all {
				near = append(near, c.Name)
				near = append(near, names(c)...)
			}
			return unknown(name, keyLine(common[name]), "any command", near)
		}
	}
	return nil
}

func unknown(name string, line int, of string, near []string) error {
	meant := ""
	if other := Closest(name, near); other != "" {
		meant = fmt.Sprintf("; did you mean %q?", other)
	}
	return fmt.Errorf("line %d: unknown key %q for %s%s", line, name, of, meant)
}

// keyLine is the line of the key of a value: a mapping in block style begins on the line after it.
func keyLine(value yaml.Node) int {
	if value.Kind == yaml.MappingNode && value.Style&yaml.FlowStyle == 0 {
		return value.Line - 1
	}
	return value.Line
}

func names(cmd Command) (list []string) {
	cmd.Flags.VisitAll(func(f *pflag.Flag) {
		if !f.Hidden {
			list = append(list, f.Name)
		}
	})
	return list
}

// set sets flags that nobody has set, and notes where their values come from.
func set(flags *pflag.FlagSet, values map[string]yaml.Node, from string) error {
	given := make(map[string]bool)
	flags.Visit(func(flag *pflag.Flag) { given[flag.Name] = true })
	for _, name := range slices.Sorted(maps.Keys(values)) {
		flag := flags.Lookup(name)
		beaten := func(other string) bool { return given[other] }
		if flag.Changed || slices.ContainsFunc(flag.Annotations[alternatives], beaten) {
			continue
		}
		node := values[name]
		_, takesList := flag.Value.(pflag.SliceValue)
		takesMap := flag.Value.Type() == "stringToString"
		texts, err := scalars(&node, takesList || takesMap, takesMap)
		if err != nil {
			return fmt.Errorf("line %d: %s: %w", node.Line, name, err)
		}
		for _, text := range texts {
			if err := flags.Set(name, text); err != nil {
				return fmt.Errorf("line %d: %w", node.Line, err)
			}
		}
		annotate(flag, origin, from)
	}
	return nil
}

// origin is the annotation of a flag that says where in a file its value stands.
const origin = "credsieve/origin"

func annotate(flag *pflag.Flag, name string, values ...string) {
	if flag.Annotations == nil {
		flag.Annotations = make(map[string][]string)
	}
	flag.Annotations[name] = values
}

// alternatives is the annotation of a flag that names those that can stand in its place.
const alternatives = "credsieve/alternatives"

// Alternatives says that of these flags one is enough: any of them on the command line beats all of them in the file.
func Alternatives(flags *pflag.FlagSet, names ...string) {
	for _, name := range names {
		annotate(flags.Lookup(name), alternatives, names...)
	}
}

// Decode reads the one document of a file that maps names to values; one without any has none.
func Decode(data []byte) (map[string]yaml.Node, error) {
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var values map[string]yaml.Node
	if err := decoder.Decode(&values); err != nil && !errors.Is(err, io.EOF) {
		return nil, errors.New(strings.ReplaceAll(err.Error(), "\n", " "))
	}
	if err := decoder.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return nil, errors.New("a second document follows")
	}
	return values, nil
}

// scalars returns a value as a flag would be given: each value of a list, each pair of a mapping.
func scalars(node *yaml.Node, takesList, takesMap bool) ([]string, error) {
	var texts []string
	switch {
	case node.Kind == yaml.ScalarNode:
		return []string{node.Value}, nil
	case node.Kind == yaml.SequenceNode && takesList:
		for _, item := range node.Content {
			if item.Kind != yaml.ScalarNode {
				return nil, errors.New("a list of plain values is wanted")
			}
			texts = append(texts, item.Value)
		}
	case node.Kind == yaml.MappingNode && takesMap:
		for i := 0; i+1 < len(node.Content); i += 2 {
			texts = append(texts, node.Content[i].Value+"="+node.Content[i+1].Value)
		}
	default:
		return nil, errors.New("a plain value is wanted")
	}
	return texts, nil
}
