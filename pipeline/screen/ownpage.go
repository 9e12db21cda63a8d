package screen

import (
	"bytes"
	"strings"
)

// ownPages are the domains of our own login pages, in lower case.
type ownPages []string

func newOwnPages(domains []string) ownPages {
	pages := make(ownPages, len(domains))
	for i, domain := range domains {
		pages[i] = strings.ToLower(strings.Trim(domain, "."))
	}
	return pages
}

// are reports whether a host is one of the domains or below one.
func (o ownPages) are(host []byte) bool {
	if len(o) == 0 || len(host) == 0 {
		return false
	}
	host = bytes.TrimSuffix(host, []byte("."))
	for _, domain := range o {
		below := len(host) - len(domain)
		if below >= 0 && strings.EqualFold(string(host[below:]), domain) && (below == 0 || host[below-1] == '.') {
			return true
		}
	}
	return false
}
