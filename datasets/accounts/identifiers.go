package accounts

import (
	"encoding/json"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/credsieve/credsieve/datasets/accounts/internal/document"
	"github.com/credsieve/credsieve/hashing"
)

// Why an identifier can never be met in a dump. The words stand in the summary of a build.
const (
	unusableText    = "cannot be used: it is not valid UTF-8 or holds control characters"
	unusableAddress = "cannot be used: it is not an e-mail address"
	unusableName    = "cannot be used: it is not a name that a dump could hold"
	unusablePhone   = "cannot be used: it is not a phone number"
	unusableRounded = "cannot be used: a spreadsheet has rounded the number"
	noCountry       = "has no country code, so that only dumps that have none either name it; say the country with --default-region"
)

// identify adds what a column of identifiers holds: one, or several of them, with what programs write around
// them. What cannot be used is noted, and added all the same, for whoever counts it.
func (r *rowReader) identify(a *Account, role role, text string) {
	kind := kindOf(role)
	if isPlain(kind, text) && !(r.logons && role == roleUsername) {
		a.Identifiers = append(a.Identifiers, Identifier{Kind: kind, Text: text})
		return
	}
	cleaned, changed := clean(text)
	if cleaned == "" {
		return
	}
	if list, ok := listed(cleaned); ok {
		for _, item := range list {
			r.identifyOne(a, role, kind, item)
		}
		return
	}
	for _, part := range r.parts(kind, cleaned) {
		r.identifyOne(a, role, kind, part)
	}
	if original := strings.TrimSpace(text); changed && kind != hashing.KindPhone && len(a.Identifiers) > 0 {
		// A joiner is an invisible character, too, and belongs to names of some scripts.
		if r.usable(kind, original) {
			a.Identifiers = append(a.Identifiers, Identifier{Kind: kind, Text: original})
		}
	}
}

func kindOf(r role) hashing.Kind {
	switch r {
	case roleEmail:
		return hashing.KindEmail
	case rolePhone:
		return hashing.KindPhone
	default:
		return hashing.KindUsername
	}
}

// isPlain reports whether nothing need be done to an identifier, as with nearly all.
func isPlain(kind hashing.Kind, text string) bool {
	if kind == hashing.KindPhone || text == "" {
		return false
	}
	at := 0
	for i := range len(text) {
		switch c := text[i]; {
		case c <= ' ' || c >= 0x7f:
			return false
		case c == '@':
			if at++; i == 0 || i == len(text)-1 {
				return false
			}
		case strings.IndexByte(`,;|<>"[]{}()\:'`, c) >= 0:
			return false
		}
	}
	return at == 1 || at == 0 && kind == hashing.KindUsername
}

// clean takes off blanks of all kinds, and characters that nobody sees.
func clean(text string) (_ string, changed bool) {
	text = strings.TrimSpace(text)
	seen := hashing.Visible([]byte(text))
	if seen == nil {
		return text, false
	}
	return strings.TrimSpace(string(seen)), true
}

// listed reads a list as databases and JSON print it: ["a","b"] and {a,"b"}.
func listed(text string) ([]string, bool) {
	switch {
	case strings.HasPrefix(text, "[") && strings.HasSuffix(text, "]"):
		var list []any
		if json.Unmarshal([]byte(text), &list) != nil {
			return nil, false
		}
		var texts []string
		for _, item := range list {
			if s, ok := document.Text(item); ok {
				texts = append(texts, s)
			} else {
				return nil, false
			}
		}
		return texts, true
	case strings.HasPrefix(text, "{") && strings.HasSuffix(text, "}"):
		f, err := arrayField([]byte(text))
		return f.list, err == nil
	}
	return nil, false
}

// parts splits a field that holds several identifiers. A user name is never split: it may hold anything.
func (r *rowReader) parts(kind hashing.Kind, text string) []string {
	switch kind {
	case hashing.KindEmail:
		if inAngles := betweenAngles(text); len(inAngles) > 0 {
			return inAngles
		}
		if strings.Count(text, "@") < 2 {
			return []string{address(text)}
		}
		return addresses(text)
	case hashing.KindPhone:
		return strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ';' || r == '|' })
	}
	return []string{text}
}

// address takes off what people and programs write around one address: brackets, quotes, a name, a blank beside the @.
func address(text string) string {
	text = strings.Trim(text, ",;| ")
	if strings.Contains(text, `"@`) {
		return text // a local part within quotes may hold anything
	}
	for _, blank := range []string{" @", "@ "} {
		for strings.Contains(text, blank) {
			text = strings.ReplaceAll(text, blank, "@")
		}
	}
	for _, part := range strings.Fields(text) {
		if part = strings.Trim(part, `()[]{}<>"'`); strings.Contains(part, "@") {
			return part
		}
	}
	return text
}

// addresses splits a field with several of them. A slash may belong to one; between two it parts them.
func addresses(text string) (all []string) {
	for _, part := range strings.FieldsFunc(text, isListSeparator) {
		if strings.Count(part, "@") < 2 {
			all = append(all, strings.Trim(part, `()[]{}<>"'`))
			continue
		}
		all = append(all, strings.Split(part, "/")...)
	}
	return all
}

func isListSeparator(r rune) bool {
	return r == ',' || r == ';' || r == '|' || unicode.IsSpace(r)
}

// betweenAngles finds the addresses of "Jane Doe <jane@example.com>".
func betweenAngles(text string) (all []string) {
	for {
		_, rest, found := strings.Cut(text, "<")
		if !found {
			return all
		}
		address, after, found := strings.Cut(rest, ">")
		if !found {
			return all
		}
		if strings.Contains(address, "@") {
			all = append(all, address)
		}
		text = after
	}
}

// identifyOne adds one identifier.
func (r *rowReader) identifyOne(a *Account, role role, kind hashing.Kind, text string) {
	if text = strings.TrimSpace(text); text == "" {
		return
	}
	if kind == hashing.KindPhone {
		r.identifyPhone(a, role, text)
		return
	}
	if kind == hashing.KindEmail {
		text = withoutScheme(text)
	}
	add := func(text string) { a.Identifiers = append(a.Identifiers, Identifier{Kind: kind, Text: text}) }
	if !r.usable(kind, text) {
		r.report.note(r.name(role), whyUnusable(kind, text), r.row)
		add(text)
		return
	}
	if kind == hashing.KindUsername {
		if bare := strings.TrimPrefix(text, "@"); bare != text && r.usable(kind, bare) {
			add(bare)
			add(text)
			return
		}
		add(text)
		if name := r.logonName(text); name != "" {
			add(name)
		}
		return
	}
	add(text)
}

// logonName returns the bare name of a directory's uid=user,ou=people, of DOMAIN\user and, of a column that is known to hold such names, of
// user@domain. Of other columns it does not: there, that is an e-mail address.
func (r *rowReader) logonName(text string) string {
	if attribute, rest, ok := strings.Cut(text, "="); ok {
		name, _, isDN := strings.Cut(rest, ",")
		switch strings.ToLower(attribute) {
		case "uid", "cn", "samaccountname":
			if isDN && r.usable(hashing.KindUsername, name) {
				return name
			}
		}
	}
	domain, name, found := strings.Cut(text, `\`)
	if found && !document.IsName(strings.ReplaceAll(domain, ".", "_")) {
		return ""
	}
	if !found && r.logons {
		name, _, _ = strings.Cut(text, "@")
	}
	if name == "" || !r.usable(hashing.KindUsername, name) {
		return ""
	}
	return name
}

// withoutScheme takes off what directories and address books write before an address.
func withoutScheme(text string) string {
	for _, scheme := range []string{"mailto:", "smtp:", "email:", "xmpp:", "sip:"} {
		if len(text) > len(scheme) && strings.EqualFold(text[:len(scheme)], scheme) {
			text, _, _ = strings.Cut(text[len(scheme):], "?")
			return strings.TrimSpace(text)
		}
	}
	return strings.Trim(text, "'")
}

// usable reports whether an identifier has a form that a dump may have, too.
func (r *rowReader) usable(kind hashing.Kind, text string) bool {
	return len(r.canonical.Forms(kind, []byte(text))) > 0
}

func whyUnusable(kind hashing.Kind, text string) string {
	switch {
	case !utf8.ValidString(text), strings.ContainsFunc(text, unicode.IsControl):
		return unusableText
	case kind == hashing.KindEmail:
		return unusableAddress
	default:
		return unusableName
	}
}

// identifyPhone adds a phone number in the forms that dumps may have.
func (r *rowReader) identifyPhone(a *Account, role role, text string) {
	if whole, found := strings.CutSuffix(text, ".0"); found && !strings.ContainsAny(whole, ".- ") {
		text = whole // a table of numbers with a gap in it makes all of them fractions
	}
	forms := r.phones.Forms(text)
	for _, form := range forms {
		a.Identifiers = append(a.Identifiers, Identifier{Kind: hashing.KindPhone, Text: form})
	}
	if len(forms) > 0 {
		return
	}
	switch {
	case r.usable(hashing.KindPhone, text):
		if !strings.HasPrefix(text, "+") && !strings.HasPrefix(text, "00") && r.phones.Region == "" {
			r.report.note(r.name(role), noCountry, r.row)
		}
	case strings.ContainsAny(text, "eE") && strings.Contains(text, "+"):
		r.report.note(r.name(role), unusableRounded, r.row)
	default:
		r.report.note(r.name(role), unusablePhone, r.row)
	}
	a.Identifiers = append(a.Identifiers, Identifier{Kind: hashing.KindPhone, Text: text})
}

// identifyAll takes the column of further identifiers, whose kind only their shape tells.
func (r *rowReader) identifyAll(a *Account, f *field) {
	all := f.list
	if !f.isList {
		cleaned, _ := clean(f.text)
		var ok bool
		if all, ok = listed(cleaned); !ok {
			if all = betweenAngles(cleaned); len(all) == 0 {
				all = strings.FieldsFunc(cleaned, isListSeparator)
			}
		}
	}
	for _, text := range all {
		text, _ = clean(text)
		kind := hashing.KindUsername
		switch {
		case strings.Contains(strings.TrimPrefix(text, "@"), "@"):
			kind = hashing.KindEmail
			if inAngles := betweenAngles(text); len(inAngles) == 1 {
				text = inAngles[0]
			}
		case strings.HasPrefix(text, "+"), strings.HasPrefix(strings.ToLower(text), "tel:"):
			kind = hashing.KindPhone
		}
		r.identifyOne(a, roleIdentifiers, kind, text)
	}
}
