// Package config reads the flags of a command from a YAML file, and says where each value came from.
//
// A file is one document: a mapping from names of flags to values. A flag on the command line beats the file. A name
// that is no flag of the command is an error: a limit with a typing mistake must not silently be the default. Closest finds
// the name that was meant.
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

// Apply sets the flags that a file names and that the command line does not. unknown is the end of the sentence about a
// name that is not a flag.
func Apply(flags *pflag.FlagSet, path string, unknown func(name string) string) error {
	if path == "" {
		return nil
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("failed to read config %q: %w", path, err)
	}
	values, err := Decode(data)
	if err != nil {
		return fmt.Errorf("failed to read config %q: %w", path, err)
	}
	given := make(map[string]bool) // on the command line
	flags.Visit(func(flag *pflag.Flag) { given[flag.Name] = true })
	for _, name := range slices.Sorted(maps.Keys(values)) { // so that the same file gives the same error
		flag := flags.Lookup(name)
		if flag == nil || name == "config" || name == "help" || name == "version" {
			return fmt.Errorf("failed to read config %q: line %d: unknown key %q for %s", path, values[name].Line, name, unknown(name))
		}
		if beaten := func(other string) bool { return given[other] }; flag.Changed || slices.ContainsFunc(flag.Annotations[alternatives], beaten) {
			continue
		}
		node := values[name]
		_, takesList := flag.Value.(pflag.SliceValue)
		takesMap := flag.Value.Type() == "stringToString"
		texts, err := scalars(&node, takesList || takesMap, takesMap)
		if err != nil {
			return fmt.Errorf("failed to read config %q: line %d: %s: %w", path, node.Line, name, err)
		}
		for _, text := range texts {
			if err := flags.Set(name, text); err != nil {
				return fmt.Errorf("failed to read config %q: line %d: %w", path, node.Line, err)
			}
		}
	}
	return nil
}

// alternatives is the annotation of a flag that names those that can stand in its place.
const alternatives = "credsieve/alternatives"

// Alternatives says that of these flags one is enough: any of them on the command line beats all of them in the file.
func Alternatives(flags *pflag.FlagSet, names ...string) {
	for _, name := range names {
		flag := flags.Lookup(name)
		if flag.Annotations == nil {
			flag.Annotations = make(map[string][]string)
		}
		flag.Annotations[alternatives] = names
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
