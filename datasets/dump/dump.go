package dump

import (
	"context"
	"io"
	"os/exec"
	"sync"
	"time"

	"golang.org/x/text/encoding"

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

// Reason says why a stretch is a reject.
type Reason string

// The reasons of rejects.
const (
	ReasonNoSeparator  Reason = "no_separator"  // a line of one field
	ReasonNoIdentifier Reason = "no_identifier" // nothing in it could name a user
	ReasonNotARecord   Reason = "not_a_record"  // text between records: a banner, an advert
	ReasonSyntax       Reason = "syntax"        // broken by the rules of its format
	ReasonFieldCount   Reason = "field_count"   // a row with more or fewer fields than its header
	ReasonTooLong      Reason = "too_long"      // over Options.MaxRecord
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

// Kind says where a dump comes from.
type Kind string

// Trust says how far a dump is believed.
type Trust string

// The kinds and degrees of trust that a sidecar can name.
const (
	KindSiteBreach Kind = "site_breach"
	KindComboList  Kind = "combo_list"
	KindStealerLog Kind = "stealer_log"
	KindPhishing   Kind = "phishing"
	KindUnknown    Kind = "unknown"

	TrustVerified   Trust = "verified"
	TrustUnverified Trust = "unverified"
	TrustFabricated Trust = "fabricated"
)

// Meta is what a sidecar says of a dump.
type Meta struct {
	Name      string // without a sidecar, the base name of the file
	Kind      Kind
	LeakedOn  time.Time // zero: unknown
	Trust     Trust
	Format    string // empty: tell it from the content
	Encodings []string
	Passwords Passwords // of encrypted archives
}

// Input is one file or stream to read.
type Input struct {
	Path string // as given, or below a folder that was given; "-" is standard input
	Size int64  // bytes on disk, -1 unknown
	Meta Meta
	Err  error // why it cannot be read at all: it is skipped

	Parts []string // the files that go on where Path ends, when an archive was split
}

// Status says how much of an input was read.
type Status string

// An input is partial when some of it was lost: to damage, to a limit, or to a member that was
// skipped.
const (
	StatusRead    Status = "read"
	StatusPartial Status = "partial"
	StatusSkipped Status = "skipped"
)

// MemberReport is what became of one stream of text inside an input.
type MemberReport struct {
	Name     string // empty for the input itself
	Status   Status
	Format   string
	Why      string // the format was chosen, empty when it was not read
	Encoding string // by its beginning
	Err      error  // the sentence behind partial or skipped
}

// Report is what became of one input.
type Report struct {
	Members []MemberReport // in the order in which they were met

	Status Status
	Format string // of its members, joined with + where they differ
	// Encoding is that of its members, by their beginnings, joined with + where they differ: ascii,
	// utf-8, utf-8-bom, utf-16le, utf-16be, or 8-bit for what is none of these.
	Encoding string
	Bytes    int64  // of the input as it lies on disk
	SHA256   string // of the same bytes, hex; empty when they could not all be read
	Err      error  // the sentence behind partial or skipped
	// LeftOut counts files in its archives that are not read on purpose: see ErrNotPasswords.
	LeftOut int
}

// Options tell Read how to read.
type Options struct {
	Format    string // "auto", "" or one of Formats; beats the sidecar's
	Stdin     io.Reader
	BlockSize int                     // bytes, 0: 1 MiB
	MaxRecord int                     // bytes, 0: 1 MiB
	Progress  func(bytesOnDisk int64) // called with increments
	// Child returns the command that runs RunChild in a process of its own, killed when ctx ends. Nil:
	// no Parquet file is read.
	Child  func(ctx context.Context) *exec.Cmd
	Limits Limits

	patience time.Duration // with the child, 0: childSilence; tests have less
}

// Block is a run of whole records of one member.
type Block struct {
	Member  string   // empty when the input is no archive
	Rejects []Reject // found while cutting; Parse does not report them again

	data    []byte
	offset  int64 // of data in the member
	line    int64 // number of the first line
	session session
	buffer  *[]byte             // what Release gives back
	packed  *packet             // instead of data: what a serial session found
	pages   []encoding.Encoding // what the records that are not UTF-8 may be in
}

// Parse calls record for each record of the block, and reject for each stretch that is none, in
// order. It may run on any goroutine, at the same time as that of other blocks.
func (b *Block) Parse(record func(*Record), reject func(Reject)) {
	if len(b.pages) > 0 {
		record = newDecodedCuts(b.pages, record).add
	}
	b.parse(record, reject)
}

func (b *Block) parse(record func(*Record), reject func(Reject)) {
	if b.packed != nil {
		b.packed.parse(record, reject)
	}
	if len(b.data) > 0 {
		b.session.parse(b, record, reject)
	}
}

// Release gives the block's memory back. Nothing that Parse has handed out may be used afterwards.
func (b *Block) Release() {
	if b.buffer != nil {
		blockBuffers.Put(b.buffer)
	}
	b.buffer, b.data = nil, nil
}

var blockBuffers sync.Pool

// newBuffer returns a buffer of n bytes from the pool when one is there.
func newBuffer(n int) *[]byte {
	if p, ok := blockBuffers.Get().(*[]byte); ok && cap(*p) >= n {
		*p = (*p)[:n]
		return p
	}
	b := make([]byte, n)
	return &b
}
