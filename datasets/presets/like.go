package presets

import (
	"slices"
	"strings"

	"github.com/credsieve/credsieve/datasets/accounts"
)

// Like returns the presets of products whose exports have such columns, by name. Only those are told that have a column for
// the stored hash which few others have: id, email and password are everybody's.
func Like(columns []string) ([]*Preset, error) {
	all, err := All()
	if err != nil {
		return nil, err
	}
	there := make(map[string]bool, len(columns))
	for _, column := range columns {
		there[strings.ToLower(column)] = true
		if list, _, found := strings.Cut(column, "["); found {
			there[strings.ToLower(list)] = true
		}
	}
	return slices.DeleteFunc(all, func(p *Preset) bool {
		hash := found(p.recipe.Columns["password_hash"], there)
		return hash == "" || slices.Contains(everybodys, hash) || found(p.recipe.Columns["account_id"], there) == ""
	}), nil
}

// everybodys are names of columns for stored hashes that tell no product.
var everybodys = []string{"password", "password_hash", "pass", "data"}

// found returns a column of the first text whose columns are all there, in small letters.
func found(texts []accounts.Text, there map[string]bool) (column string) {
	for _, text := range texts {
		names := columnsOf(text)
		if len(names) > 0 && !slices.ContainsFunc(names, func(name string) bool { return !there[name] }) {
			return names[0]
		}
	}
	return ""
}

// columnsOf returns the columns that a text names, in small letters; of a path into a list, the list.
func columnsOf(text accounts.Text) (names []string) {
	add := func(name string) {
		name, _, _ = strings.Cut(strings.TrimPrefix(name, "json:"), "[")
		if !strings.HasPrefix(name, "@") {
			names = append(names, strings.ToLower(name))
		}
	}
	rest := string(text)
	if !strings.Contains(rest, "{{") {
		add(rest)
		return names
	}
	for {
		_, inside, ok := strings.Cut(rest, "{{")
		if !ok {
			return names
		}
		name, after, _ := strings.Cut(inside, "}}")
		add(name)
		rest = after
	}
}
