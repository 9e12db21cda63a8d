package dump

import (
	"context"
	"io"
	"io/fs"
	"os/exec"
	"sync"
	"time"

	"golang.org/x/text/encoding"

	"github.com/credsieve/credsieve/datasets/dump/internal/apart"
	"github.com/credsieve/credsieve/datasets/dump/internal/claims"
	"github.com/credsieve/credsieve/datasets/dump/internal/format"
	"github.com/credsieve/credsieve/datasets/dump/internal/private"
	"github.com/credsieve/credsieve/datasets/dump/internal/unpack"
	"github.com/credsieve/credsieve/datasets/dump/leak"
)

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

// Claim is what a sidecar says that anybody may have written. It is shown. Of it, only passwords and
// encodings are used, which can hide nothing and raise nothing.
type Claim struct {
	Sidecar string // its path
	Why     string // it is not believed
	Meta    Meta   // without defaults: empty where it says nothing
}

// Input is one file or stream to read.
type Input struct {
	Path string // as given, or below a folder that was given; "-" is standard input
	Size int64  // bytes on disk, -1 unknown
	Meta Meta
	Err  error // why it cannot be read at all: it is skipped

	Claim   *Claim // what a sidecar says that is not believed, nil: nothing
	Spoiled error  // a sidecar is wrong: the input is read without it, and is partial

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
	Err      error  // says why it is partial or skipped
	// Stretches are its parts where it has more than one format; else there are none.
	Stretches []Stretch
}

// Stretch is a part of a member that is of one format.
type Stretch struct {
	Format string
	Offset int64 // in the member
	Line   int64
}

// Report is what became of one input.
type Report struct {
	Members []MemberReport // in the order in which they were met

	Status Status
	Format string // of its members, joined with + where they differ
	// Encoding is that of its members, by their beginnings, joined with + where they differ: ascii,
	// utf-8, utf-8-bom, utf-16le, utf-16be, utf-32le, utf-32be, or 8-bit for all else.
	Encoding string
	Bytes    int64  // of the input as it lies on disk
	SHA256   string // of the same bytes, hex; empty when they could not all be read
	Err      error  // says why it is partial or skipped
	// LeftOut counts files in its archives that are not read on purpose: see ErrNotPasswords.
	LeftOut int
}

// Options tell Read how to read.
type Options struct {
	Format    string // "auto", "" or one of Formats; beats the sidecar's
	Layout    Layout // of lists and tables
	Stdin     io.Reader
	BlockSize int                     // bytes, 0: 1 MiB
	MaxRecord int                     // bytes, 0: 1 MiB
	Progress  func(bytesOnDisk int64) // called with increments
	// Open opens a file of an input, also the parts that an archive was split into. One that is regular
	// and an io.ReaderAt is read in any order where an archive needs it, any other as a stream. The
	// context ends with the reading. Nil: the files of the operating system.
	Open func(ctx context.Context, path string) (fs.File, error)
	// Children take apart what strangers have packed: 7z, RAR, zip, xz, workbooks, Parquet. Nil: all but Parquet, which is
	// not read, is taken apart in this process.
	Children *Children
	Limits   Limits
	// Run is what all inputs of a run may unpack to together. Nil: each input has its Limits only.
	Run *RunBudget
	// Timeout is how long an input may be read, 0: for ever. One that takes longer is partial.
	Timeout time.Duration
	// Sweep also hands out, as blocks without records, what no record is made of: header rows, texts between
	// statements, members that are not read. They are for Block.Sweep.
	Sweep bool
}

// Limits bound what an input may cost to unpack. A field that is zero stands for its default.
type Limits = unpack.Limits

// RunBudget is what all inputs of a run may unpack to together.
type RunBudget = unpack.Run

// Children are processes of their own that unpack, see package apart. Those that wait for work are kept for the next
// input, until Close.
type Children = apart.Processes

// NewChildren returns children of which none is started. Command returns the command line of a process that runs
// unpackchild.Run on its standard streams, killed when ctx ends. Nil: no children, see Options.
func NewChildren(command func(ctx context.Context) *exec.Cmd) *Children {
	return apart.NewProcesses(command)
}

// NewRunBudget returns a budget of which nothing is spent: output in bytes, entries of archives; zero stands for the
// defaults.
func NewRunBudget(output, entries int64) *RunBudget { return unpack.NewRun(output, entries) }

// The defaults of a RunBudget, each with its reason in package unpack.
const (
	DefaultRunOutput  = unpack.DefaultRunOutput
	DefaultRunEntries = unpack.DefaultRunEntries
)

// Enough is an error that emit returns when no more of an input is wanted, and says why: what was read of it counts, and
// it is partial.
type Enough string

func (e Enough) Error() string { return string(e) }

// The defaults of Limits, each with its reason in package unpack.
const (
	DefaultOutput   = unpack.DefaultOutput
	DefaultMember   = unpack.DefaultMember
	DefaultRatio    = unpack.DefaultRatio
	DefaultFree     = unpack.DefaultFree
	DefaultEntries  = unpack.DefaultEntries
	DefaultDepth    = unpack.DefaultDepth
	DefaultHeld     = unpack.DefaultHeld
	DefaultWorkbook = unpack.DefaultWorkbook
	DefaultSilence  = unpack.DefaultSilence
)

// ErrNotPasswords marks an input that stands for files which are not read on purpose: those of a run of
// credsieve and of git, sidecars, and in a stealer log cookies, filled-in forms, documents, cards. Those are other people's
// lives, and hold no passwords of accounts. Such an input is skipped, but nothing is lost with it.
var ErrNotPasswords = private.ErrLeftOut

// Block is a run of whole records of one member.
type Block struct {
	Member  string        // empty when the input is not an archive
	Rejects []leak.Reject // found while cutting; Parse does not report them again

	text    format.Block
	session format.Session
	buffer  *[]byte             // what Release gives back
	packed  *format.Packet      // instead of text: what a serial session found
	pages   []encoding.Encoding // what the records that are not UTF-8 may be in
	sweeps  bool
	claims  *claims.Claims // made by Parse, when it sweeps
	aside   format.Block   // what is swept instead of text: it was read already, or holds no record
}

// Parse calls record for each record of the block, and reject for each stretch that is not one, in
// order. It may run on any goroutine, at the same time as that of other blocks.
func (b *Block) Parse(record func(*leak.Record), reject func(leak.Reject)) {
	b.claims = new(claims.Claims)
	if b.sweeps {
		b.claims = newClaims()
		text := b.text
		if len(text.Data) == 0 {
			text = b.aside
		}
		b.claims.Reset(text, b.session)
	}
	b.parse(newDecodedCuts(b.pages, b.claims, record).add, func(r leak.Reject) {
		b.claims.Reject(r)
		reject(r)
	})
}

func (b *Block) parse(record func(*leak.Record), reject func(leak.Reject)) {
	if b.packed != nil {
		b.packed.Parse(record, reject)
	}
	if len(b.text.Data) > 0 {
		b.session.Parse(&b.text, record, reject)
	}
}

// Release gives the block's memory back. Nothing that Parse has handed out may be used afterwards.
func (b *Block) Release() {
	if b.buffer != nil {
		blockBuffers.Put(b.buffer)
	}
	if b.sweeps && b.claims != nil {
		b.claims.Reset(format.Block{}, nil)
		claimsPool.Put(b.claims)
	}
	if b.packed != nil {
		b.packed.Release()
	}
	b.buffer, b.text.Data, b.aside.Data, b.claims, b.packed = nil, nil, nil, nil, nil
}

var blockBuffers, claimsPool sync.Pool

// newClaims returns claims with the memory of those of an earlier block where there are any.
func newClaims() *claims.Claims {
	if c, ok := claimsPool.Get().(*claims.Claims); ok {
		return c
	}
	return new(claims.Claims)
}

// newBuffer returns a buffer of n bytes from the pool when one is there.
func newBuffer(n int) *[]byte {
	if p, ok := blockBuffers.Get().(*[]byte); ok && cap(*p) >= n {
		*p = (*p)[:n]
		return p
	}
	b := make([]byte, n)
	return &b
}
