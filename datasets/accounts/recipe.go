package accounts

import (
	"fmt"
	"slices"
	"strings"
)

// Recipe says how to read the export of a product: what Options say for one export, and what no user should have
// to say. It is data; package presets has one for each product.
type Recipe struct {
	Format    string            // how to read a file, whatever its name: csv, tsv, json, ldif; empty: by its name
	Header    []string          // of text without a header line
	Separator byte              // of the columns of text; 0: by the header line
	Records   string            // path to the list of accounts in a JSON document
	Columns   map[string][]Text // by role; the first of which all columns are there
	Where     []Condition       // what a row must be like to be an account; others are left out and counted
	Statuses  map[string]Status // words
	// Since is the status of an account whose column of the status is not empty, false or 0: it holds since when.
	Since Status
	// Privileges are words of the product for the privileges of an account.
	Privileges map[string]Privilege
	// Days: times are counted in days since 1970.
	Days bool
	// Config is put in where a text says {@config}: what the product keeps outside of its user store.
	Config string
}

// bound is a recipe for one export.
type bound struct {
	made  []made
	where []Condition
	slots []role // of the columns of where
	left  int64  // rows that are not accounts
}

// Text is the name of a column or, with braces, a text around values of columns: $NT${{nt_hash}}. Where a value is
// empty, so is the whole.
type Text string

// Condition is what the value of a column must be.
type Condition struct {
	Column string
	Is     string // with a * at its beginning: any text that ends so; with a # at its end: and digits after it
	Not    bool
}

// part is a piece of a text: letters, or the value of a slot.
type part struct {
	letters string
	slot    role // 0: letters
}

// made is a value of a role that is put together of several columns.
type made struct {
	role  role
	parts []part
}

// resolve binds what a recipe needs to the columns that are there. What a user maps comes first.
func (r *Recipe) resolve(t table, mapped map[string]string) ([]binding, *bound, error) {
	bindings := make([]binding, roleCount, slotCount)
	for i, name := range roleNames {
		bindings[i] = binding{role: role(i)}
		wanted, own := mapped[name]
		switch column := present(t, wanted); {
		case own && column == "":
			return nil, nil, missingColumn(t.header(), wanted, role(i), true, bindings)
		case own:
			bindings[i].column = column
		case len(r.Columns[name]) == 0 && role(i) > rolePasswordHash:
			bindings[i].column = present(t, name)
		}
	}
	all, err := r.cook(t, mapped, &bindings)
	if err != nil {
		return nil, nil, err
	}
	return bindings, all, r.check(t, bindings, all)
}

// check refuses an export without the columns that an index cannot do without.
func (r *Recipe) check(t table, bindings []binding, all *bound) error {
	has := func(of role) bool {
		return bindings[of].column != "" ||
			slices.ContainsFunc(all.made, func(m made) bool { return m.role == of })
	}
	for _, of := range []role{roleAccountID, rolePasswordHash} {
		if !has(of) {
			return missingColumn(t.header(), r.first(of), of, true, bindings)
		}
	}
	for of := roleEmail; of <= roleIdentifiers; of++ {
		if has(of) {
			return nil
		}
	}
	return noIdentifier(t.header(), bindings)
}

// first is the name by which a recipe looks for a role.
func (r *Recipe) first(of role) string {
	texts := r.Columns[roleNames[of]]
	if len(texts) == 0 {
		return roleNames[of]
	}
	if _, inside, found := strings.Cut(string(texts[0]), "{{"); found {
		name, _, _ := strings.Cut(inside, "}}")
		return name
	}
	return string(texts[0])
}

// cook binds the texts and conditions.
func (r *Recipe) cook(t table, mapped map[string]string, into *[]binding) (*bound, error) {
	all := &bound{}
	bindings := *into
	slotOf := func(column string) (role, error) {
		for _, b := range (*into)[roleCount:] {
			if b.column == column {
				return b.role, nil
			}
		}
		if len(*into) == int(slotCount) {
			return 0, fmt.Errorf("a recipe needs more than %d further columns", maxParts)
		}
		slot := role(len(*into))
		*into = append(*into, binding{role: slot, column: column})
		return slot, nil
	}
	for of, name := range roleNames {
		if _, own := mapped[name]; own {
			continue // the user knows better
		}
		for _, text := range r.Columns[name] {
			if !strings.Contains(string(text), "{") {
				if column := present(t, string(text)); column != "" {
					bindings[of] = binding{role: role(of), column: column}
					break
				}
				continue
			}
			m := made{role: role(of)}
			if ok, err := r.bindText(t, text, slotOf, &m); err != nil {
				return nil, err
			} else if ok {
				all.made = append(all.made, m)
				break
			}
		}
	}
	for _, c := range r.Where {
		column := present(t, c.Column)
		if column == "" {
			continue
		}
		slot, err := slotOf(column)
		if err != nil {
			return nil, err
		}
		all.where, all.slots = append(all.where, c), append(all.slots, slot)
	}
	return all, nil
}

// bindText cuts a text into its parts; false when a column of it is not there.
func (r *Recipe) bindText(t table, text Text, slotOf func(string) (role, error), into *made) (bool, error) {
	rest := string(text)
	for rest != "" {
		before, inside, found := strings.Cut(rest, "{{")
		if before != "" {
			into.parts = append(into.parts, part{letters: before})
		}
		if !found {
			return true, nil
		}
		name, after, _ := strings.Cut(inside, "}}")
		rest = after
		if name == "@config" {
			into.parts = append(into.parts, part{letters: r.Config})
			continue
		}
		column := present(t, name)
		if column == "" {
			return false, nil
		}
		slot, err := slotOf(column)
		if err != nil {
			return false, err
		}
		into.parts = append(into.parts, part{slot: slot})
	}
	return true, nil
}

// present returns the name of a column as the export has it; empty when it has none.
func present(t table, wanted string) string {
	column, err := findColumn(t.header(), wanted)
	if err != nil {
		return ""
	}
	if paths, ok := t.(pathTable); column == "" && ok && paths.has(wanted) {
		return wanted
	}
	return column
}

// make puts the values together that come from several columns.
func (m *made) make(row *[slotCount]field) {
	var b strings.Builder
	for _, p := range m.parts {
		if p.slot == 0 {
			b.WriteString(p.letters)
			continue
		}
		if row[p.slot].empty() {
			row[m.role] = field{}
			return
		}
		b.WriteString(row[p.slot].text)
	}
	row[m.role] = field{text: b.String()}
}

// isAccount reports whether a row is what all conditions want.
func (b *bound) isAccount(row *[slotCount]field) bool {
	for i := range b.where {
		if !b.where[i].holds(row[b.slots[i]].text) {
			b.left++
			return false
		}
	}
	return true
}

// holds reports whether a row is an account.
func (c *Condition) holds(value string) bool {
	end, any := strings.CutPrefix(c.Is, "*")
	if bare, digits := strings.CutSuffix(end, "#"); digits {
		end, value = bare, strings.TrimRight(value, "0123456789")
	}
	is := !any && value == end || any && strings.HasSuffix(value, end)
	return is != c.Not
}
