package unpack

import (
	"errors"
	"time"

	"github.com/credsieve/credsieve/datasets/dump/internal/apart"
	"github.com/credsieve/credsieve/datasets/dump/internal/decoder"
	"github.com/credsieve/credsieve/datasets/dump/internal/sevenzipdir"
)

// Limits bound what an input may cost to unpack. A field that is zero stands for its default.
type Limits struct {
	Output  int64 // bytes that all containers of an input may unpack to
	Member  int64 // bytes that one member may unpack to
	Ratio   int   // times the size on disk, after the first Free bytes
	Free    int64 // bytes that any input may unpack to, whatever its size
	Entries int   // of all archives of an input
	Depth   int   // containers around a member
	Held    int64 // bytes of archives held in memory, where they do not lie on disk as such

	Workbook int64         // bytes that the parts of one workbook may unpack to, together
	Texts    int64         // bytes of memory that its texts may take
	Silence  time.Duration // of a child, see package apart
}

// The defaults of Limits.
const (
	// DefaultOutput is some ten times the largest compilations; traps meet Ratio long before it.
	DefaultOutput = 16 << 40
	// DefaultMember is some ten times the largest lists.
	DefaultMember = 1 << 40
	// DefaultRatio is beyond what text of distinct lines compresses to.
	DefaultRatio = 200
	// DefaultFree is what any input may unpack to: small files of repeated lines are legitimate.
	DefaultFree = 100 << 20
	// DefaultEntries is more than compilations have shards; what the directory of an archive says of
	// each is held in memory.
	DefaultEntries = 100_000
	// DefaultDepth allows for a compressed file in an archive in an archive; more is a trap.
	DefaultDepth = 3
	// DefaultHeld is what a workstation can spare. zip, 7z and rar are read back and forth.
	DefaultHeld = 256 << 20
	// DefaultWorkbook is about what a sheet of a million rows and ten columns takes, and all of it is
	// held in memory, with its texts some times over. The library's own limit is 16 GB.
	DefaultWorkbook = 256 << 20
	// DefaultTexts is what a million rows of two columns take whose texts are all different.
	DefaultTexts = 640 << 20
	// DefaultSilence has its reason in package apart.
	DefaultSilence = apart.Patience
)

const (
	// bytesPerEntry is what a directory may say of an entry: it must be read before it is counted.
	bytesPerEntry = 256
	maxWindow     = decoder.MaxWindow
	// maxRarDictionary is four times what WinRAR takes unless told otherwise.
	maxRarDictionary = 128 << 20
	// max7zDictionaries is the largest dictionary and what the small decoders beside it take (BCJ2, AES): all that lie open share it.
	max7zDictionaries = sevenzipdir.MaxDictionary + 64<<20
	// maxOpening is the time that opening entries may take: deriving a key and clearing a dictionary
	// cost whatever the archive says they cost. An honest archive takes milliseconds an entry.
	maxOpening = 2 * time.Minute
	// maxPasswords is how many are tried on an archive. A try costs up to seconds.
	maxPasswords = 100
)

func (l Limits) withDefaults() Limits {
	orDefault(&l.Output, DefaultOutput)
	orDefault(&l.Member, DefaultMember)
	orDefault(&l.Ratio, DefaultRatio)
	orDefault(&l.Free, DefaultFree)
	orDefault(&l.Entries, DefaultEntries)
	orDefault(&l.Depth, DefaultDepth)
	orDefault(&l.Held, DefaultHeld)
	orDefault(&l.Workbook, DefaultWorkbook)
	orDefault(&l.Texts, DefaultTexts)
	orDefault(&l.Silence, DefaultSilence)
	return l
}

func orDefault[N int | int64 | time.Duration](field *N, value N) {
	if *field <= 0 {
		*field = value
	}
}

// limitError says which limit ended a stream, as a sentence about a member.
type limitError = decoder.LimitError

// errOverLimit is what every limitError is.
var errOverLimit = decoder.ErrOverLimit

var errDecoderFailed = errors.New("its decompressor failed")

// guarded calls what reads a stranger's bytes, and turns its panic into an error.
func guarded(call func() error) (err error) {
	defer func() {
		if recover() != nil {
			err = errDecoderFailed
		}
	}()
	return call()
}

// ByteSize writes a limit as people say it.
func ByteSize(n int) string { return decoder.ByteSize(n) }
