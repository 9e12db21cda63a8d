package verify

import (
	"encoding/json"

	"github.com/credsieve/credsieve/datasets/accounts"
)

// contextOf returns what the steps of a rule need of a row, as an index keeps it sealed; empty: nothing. A column that
// the row has no value in is left out: Bind then says that it is missing.
func (r *Recipes) contextOf(a *accounts.Account) string {
	names := r.Steps(r.RuleOf(a.PasswordHash)).Columns()
	if len(names) == 0 {
		return ""
	}
	row := make(map[string]string, len(names))
	for _, name := range names {
		if value := a.Column(name); value != "" {
			row[name] = value
		}
	}
	text, err := json.Marshal(row)
	if err != nil {
		return "" // a map of texts has no such error
	}
	return string(text)
}

func decodeContext(text string) (row map[string]string, ok bool) {
	return row, json.Unmarshal([]byte(text), &row) == nil
}
