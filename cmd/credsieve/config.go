package main

import (
	"bytes"
	"fmt"
	"os"
	"slices"

	"github.com/spf13/cobra"
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
	var values map[string]yaml.Node
	if err := yaml.NewDecoder(bytes.NewReader(data)).Decode(&values); err != nil {
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
			return fmt.Errorf("failed to read config %q: line %d: unknown key %q for %q",
				path, values[name].Line, name, cmd.CommandPath())
		}
		if flag.Changed {
			continue
		}
		node := values[name]
		texts, err := scalars(&node)
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

// scalars returns a value, or each value of a list, as a flag would be given.
func scalars(node *yaml.Node) ([]string, error) {
	switch node.Kind {
	case yaml.ScalarNode:
		return []string{node.Value}, nil
	case yaml.SequenceNode:
		var texts []string
		for _, item := range node.Content {
			if item.Kind != yaml.ScalarNode {
				return nil, fmt.Errorf("a list of plain values is wanted")
			}
			texts = append(texts, item.Value)
		}
		return texts, nil
	default:
		return nil, fmt.Errorf("a plain value or a list of them is wanted")
	}
}
