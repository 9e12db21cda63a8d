package dump

import (
	"errors"
	"fmt"
	"time"
)

// Limits bound what an input may cost to unpack. A field that is zero stands for its default.
type Limits struct {
	Output  int64 // bytes that all containers of an input may unpack to
	Member  int64 // bytes that one member may unpack to
	Ratio   int   // times the size on disk, after the first 100 MiB
	Entries int   // of all archives of an input
	Depth   int   // containers around a member
	Held    int64 // bytes of archives held in memory, where they do not lie on disk as such
}

// The defaults of Limits.
const (
	// DefaultOutput is some ten times the largest compilations; traps meet Ratio long before it.
	DefaultOutput = 16 << 40
	// DefaultMember is some ten times the largest lists.
	DefaultMember = 1 << 40
	// DefaultRatio is beyond what text of distinct lines compresses to.
	DefaultRatio = 200
	// DefaultEntries is more than compilations have shards; what the directory of an archive says of
	// each is held in memory.
	DefaultEntries = 100_000
	// DefaultDepth allows for a compressed file in an archive in an archive; more is a trap.
	DefaultDepth = 3
	// DefaultHeld is what a workstation can spare. zip, 7z and rar are read back and forth.
	DefaultHeld = 256 << 20
)

const (
	// freeOutput is what any input may unpack to: small files of repeated lines are legitimate.
	freeOutput = 100 << 20
	// bytesPerEntry is what a directory may say of an entry: it must be read before it is counted.
	bytesPerEntry = 256
	// maxWindow is what the zstd command allows without --long; the format itself allows terabytes.
	maxWindow = 128 << 20
	// maxXZDictionary is that of "xz -9"; the format allows 4 GiB, and it is allocated at once.
	maxXZDictionary = 64 << 20
	// maxRarDictionary is four times what WinRAR takes unless told otherwise.
	maxRarDictionary = 128 << 20
	// max7zDictionary is what "7z -mx=9" takes in its recent versions.
	max7zDictionary = 256 << 20
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
	orDefault(&l.Entries, DefaultEntries)
	orDefault(&l.Depth, DefaultDepth)
	orDefault(&l.Held, DefaultHeld)
	return l
}

func orDefault[N int | int64](field *N, value N) {
	if *field <= 0 {
		*field = value
	}
}

// errOverLimit is what every limitError is.
var errOverLimit = errors.New("over a limit")

// limitError says which limit ended a stream, as a sentence about a member.
type limitError string

func (e limitError) Error() string        { return string(e) }
func (e limitError) Is(target error) bool { return target == errOverLimit }

// dictionaryError says that a dictionary is larger than what is allocated for one.
func dictionaryError(size uint64, limit int, way string) error {
	return limitError(fmt.Sprintf("it needs a dictionary of %s, over the limit of %s: %s",
		byteSize(int(min(size, 1<<62))), byteSize(limit), way))
}

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

// opening is guarded, and counts the time that it takes.
func (r *reading) opening(call func() error) error {
	if err := r.ctx.Err(); err != nil {
		return err
	}
	if r.opened > maxOpening {
		return limitError(fmt.Sprintf("its entries take more than %v to open: extract it first",
			maxOpening))
	}
	start := time.Now()
	err := guarded(call)
	r.opened += time.Since(start)
	return err
}

// mayEnter counts an entry of an archive, and reports whether it may still be read. The sentence
// about those that may not is written once.
func (r *reading) mayEnter(m member) bool {
	switch {
	case r.tooDense:
		r.lose(m, "its further entries were not read")
		return false
	case r.entriesSeen >= r.opts.Limits.Entries:
		r.lose(m, fmt.Sprintf("it has more than %d entries, and the further ones were not read",
			r.opts.Limits.Entries))
		return false
	}
	r.entriesSeen++
	return true
}
