// Package zipdir knows how a zip archive is laid out: the headers in front of its entries, the directory after them,
// and what lies between that neither names (https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT).
package zipdir
