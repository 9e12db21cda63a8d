// Package leak names what a dump is made of once it is read: records, each with the ways in which
// it can be cut into identifier and secret, and rejects, stretches that could not be parsed.
//
// # Records and cuts
//
// A [Record] is one leaked record: a line of a list, a row of a table, a tuple, an object, a block
// or an entry. Many are ambiguous, so that each carries every plausible [Cut], the likeliest first;
// whoever knows the users chooses. Cuts of one identifier are adjacent and share one slice. A secret
// is verbatim to the byte.
//
// # Rejects
//
// A [Reject] has a [Position] and a [Reason], never the content: what could not be parsed may be a
// password.
//
// # Positions
//
// A [Position] counts the bytes and the lines of one decompressed member of an input, a byte order
// mark included.
//
// # Not promised
//
// Nothing here can be kept: the slices of a record point into a block that is used again. Each type
// says how long its slices hold.
package leak

import (
	"unicode/utf8"

	"github.com/credsieve/credsieve/hashing"
)

// Position is a stretch of the decompressed bytes of one member.
type Position struct {
	Offset int64 // bytes from the start of the member
	Length int64 // bytes, without the line end
	Line   int64 // 1-based number of the line it begins on
}

// Cut is one way to read a record.
type Cut struct {
	Identifier []byte
	Kind       hashing.Kind // KindUnspecified: could be any
	Secret     []byte       // empty or !Testable: nothing to verify
	Testable   bool         // Secret may be what the user typed
	Host       []byte       // of the URL that the pair was typed into, where one is known
}

// SharesIdentifier reports whether the identifiers of two cuts are the same bytes at the same place, as
// those of adjacent cuts of one identifier are: what was found out about the one holds for the other.
func (c *Cut) SharesIdentifier(with *Cut) bool {
	a, b := c.Identifier, with.Identifier
	return len(a) == len(b) && len(a) > 0 && &a[0] == &b[0]
}

// Record is one leaked record with each plausible cut, the likeliest first. The slices point into
// the block, or beside it where quoting had to be undone, and are valid during the callback only.
type Record struct {
	Position
	Cuts    []Cut
	Decoded bool // it is not UTF-8, and what it means in other encodings is among the cuts
	// Plain says that the one cut is all there is, and its texts are ASCII and lie in the block: they,
	// but not Cuts, are valid until the block is released.
	Plain bool
}

// Foreign reports whether a text of the record is not UTF-8.
func (r *Record) Foreign() bool {
	for i := range r.Cuts {
		c := &r.Cuts[i]
		if !utf8.Valid(c.Secret) || (i == 0 || !c.SharesIdentifier(&r.Cuts[i-1])) && !utf8.Valid(c.Identifier) {
			return true
		}
	}
	return false
}

// Reason says why a stretch is a reject.
type Reason string

// The reasons of rejects.
const (
	ReasonNoSeparator  Reason = "no_separator"  // a line of one field
	ReasonNoIdentifier Reason = "no_identifier" // nothing in it could name a user
	ReasonNotARecord   Reason = "not_a_record"  // text between records: a banner, an advert
	ReasonSyntax       Reason = "syntax"        // broken by the rules of its format
	ReasonFieldCount   Reason = "field_count"   // a row with more or fewer fields than its header
	ReasonTooLong      Reason = "too_long"      // over the limit of a record
	ReasonTruncated    Reason = "truncated"     // cut off where a compressed stream ends early
	ReasonReadError    Reason = "read_error"    // cut off by damage or by the disk
	ReasonUnfinished   Reason = "unfinished"    // the text ends in the middle of it
	ReasonOverLimit    Reason = "over_limit"    // cut off by our own limit on decompression
)

// Reject is a stretch that could not be parsed.
type Reject struct {
	Position
	Reason Reason
}
