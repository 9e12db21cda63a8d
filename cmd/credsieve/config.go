package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"go.yaml.in/yaml/v3"
)

// applyConfig sets the flags that a YAML file names and that the command line does not. An unknown key is
// an error: a limit with a typing mistake must not silently be the default.
func applyConfig(cmd *cobra.Command, path string) error {
	if path == "" {
		return nil
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("failed to read config %q: %w", path, err)
	}
	values, err := decodeConfig(data)
	if err != nil {
		return fmt.Errorf("failed to read config %q: %w", path, err)
	}
	names := make([]string, 0, len(values))
	for name := range values {
		names = append(names, name)
	}
	slices.Sort(names) // so that the same file gives the same error
	for _, name := range names {
		flag := cmd.Flags().Lookup(name)
		if flag == nil || name == "config" || name == "help" || name == "version" {
			return fmt.Errorf("failed to read config %q: line %d: unknown key %q for %q%s",
				path, values[name].Line, name, cmd.CommandPath(), didYouMean(name, flagNames(cmd)))
		}
		if flag.Changed {
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
			if err := cmd.Flags().Set(name, text); err != nil {
				return fmt.Errorf("failed to read config %q: line %d: %w", path, node.Line, err)
			}
		}
	}
	return nil
}

// decodeConfig reads the one document of a config file; one without any sets nothing.
func decodeConfig(data []byte) (map[string]yaml.Node, error) {
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
