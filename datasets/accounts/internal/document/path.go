package document

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

const (
	maxPathDepth = 4
	maxPaths     = 400
)

// Follow goes along a path through objects and lists: services.password.bcrypt, emails[0].address. Without a
// number, as in emails[].address or emails.address, it goes through all items of a list, and gives a list.
func Follow(value any, path string) any {
	for path != "" {
		switch v := value.(type) {
		case map[string]any:
			name, rest := nextName(v, path)
			value, path = v[name], rest
		case []any:
			index, rest, ok := nextIndex(path)
			if !ok && strings.HasPrefix(path, "[") {
				if condition, after, _ := strings.Cut(path[1:], "]"); strings.Contains(condition, "=") {
					value, path = firstWith(v, condition), strings.TrimPrefix(after, ".")
					continue
				}
			}
			switch {
			case !ok:
				return followAll(v, strings.TrimPrefix(rest, "."))
			case index >= len(v):
				return nil
			}
			value, path = v[index], strings.TrimPrefix(rest, ".")
		default:
			return nil
		}
	}
	return value
}

// nextName cuts a member's name off a path. A name that holds a dot itself counts, where there is one.
func nextName(object map[string]any, path string) (name, rest string) {
	if _, ok := object[path]; ok {
		return path, ""
	}
	end := strings.IndexAny(path, ".[")
	switch {
	case end < 0:
		return path, ""
	case path[end] == '.':
		return path[:end], path[end+1:]
	}
	return path[:end], path[end:]
}

// nextIndex cuts [2] off a path; not ok where every item is meant.
func nextIndex(path string) (index int, rest string, ok bool) {
	inside, found := strings.CutPrefix(path, "[")
	if !found {
		return 0, path, false
	}
	number, rest, _ := strings.Cut(inside, "]")
	index, err := strconv.Atoi(number)
	return index, rest, err == nil && index >= 0
}

// firstWith finds the first item with a member of a value: type=password.
func firstWith(list []any, condition string) any {
	name, wanted, _ := strings.Cut(condition, "=")
	for _, item := range list {
		if object, ok := item.(map[string]any); ok {
			if text, ok := Text(object[name]); ok && text == wanted {
				return item
			}
		}
	}
	return nil
}

func followAll(list []any, path string) any {
	var all []any
	for _, item := range list {
		switch v := Follow(item, path).(type) {
		case nil:
		case []any:
			all = append(all, v...)
		default:
			all = append(all, v)
		}
	}
	if all == nil {
		return nil
	}
	return all
}

// AddPaths notes the paths to what is within an object, as far as their names could be names of columns.
func AddPaths(seen map[string]bool, value any, path string) {
	if strings.Count(path, ".") >= maxPathDepth || len(seen) >= maxPaths {
		return
	}
	switch v := value.(type) {
	case map[string]any:
		for name, inner := range v {
			if !IsName(name) {
				continue
			}
			inside := name
			if path != "" {
				inside = path + "." + name
				seen[inside] = true
			}
			AddPaths(seen, inner, inside)
		}
	case []any:
		if len(v) > 0 && path != "" {
			AddPaths(seen, v[0], path+"[0]")
		}
	}
}

// IsName reports whether a member could be the name of a column: letters, digits, _ and -.
func IsName(name string) bool {
	return name != "" && !strings.ContainsFunc(name, func(r rune) bool {
		return r != '_' && r != '-' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	})
}

// Text is a value as text; false when it is an object or a list.
func Text(v any) (string, bool) {
	switch v := v.(type) {
	case nil:
		return "", true
	case string:
		return v, true
	case json.Number:
		return v.String(), true
	case bool:
		return fmt.Sprint(v), true
	}
	return "", false
}
