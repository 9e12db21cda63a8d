package unpack

// walk7z walks a directory that is not compressed.
func walk7z(header []byte, limit uint64) (directory7z, error) {
	w := &walker7z{rest: header, limit: limit}
	if w.byte() != header7z {
		return directory7z{}, errFormat7z
	}
	mark := w.byte()
	if mark == streams7z {
		w.streams()
		mark = w.byte()
	}
	if mark == files7z {
		w.count() // all that follows is as many
	} else if mark != end7z {
		w.fail(errFormat7z)
	}
	return w.found, w.err
}

func walkStreams7z(streams []byte, limit uint64) (directory7z, error) {
	w := &walker7z{rest: streams, limit: limit}
	w.streams()
	if len(w.rest) > 0 {
		w.fail(errFormat7z)
	}
	return w.found, w.err
}

// walker7z reads the parts of a directory. After its first error all is zero.
type walker7z struct {
	rest  []byte
	limit uint64 // of what is counted
	found directory7z
	err   error
}

func (w *walker7z) fail(err error) {
	if w.err == nil {
		w.err = err
	}
	w.rest = nil
}

func (w *walker7z) bytes(n uint64) []byte {
	if n > uint64(len(w.rest)) {
		w.fail(errFormat7z)
		return nil
	}
	out := w.rest[:n]
	w.rest = w.rest[n:]
	return out
}

func (w *walker7z) byte() byte {
	if b := w.bytes(1); b != nil {
		return b[0]
	}
	return 0
}

// number reads a number: the bits that lead in its first byte say how many bytes follow.
func (w *walker7z) number() uint64 {
	first := w.byte()
	var n uint64
	for i, mask := 0, byte(0x80); i < 8; i, mask = i+1, mask>>1 {
		if first&mask == 0 {
			return n | uint64(first&(mask-1))<<(8*i)
		}
		n |= uint64(w.byte()) << (8 * i)
	}
	return n
}

// numbers skips n of them.
func (w *walker7z) numbers(n uint64) {
	for i := uint64(0); i < n && w.err == nil; i++ {
		w.number()
	}
}

// count reads a number of things.
func (w *walker7z) count() uint64 {
	n := w.number()
	if n > w.limit {
		w.fail(errTooMany7z)
		return 0
	}
	return n
}

// digests skips the sums of n things; a bit for each may say which have one.
func (w *walker7z) digests(n uint64) {
	defined := n
	if w.byte() == 0 {
		defined = 0
		for i, b := range w.bytes((n + 7) / 8) {
			for bit := range uint64(8) {
				if uint64(i)*8+bit < n && b&(0x80>>bit) != 0 {
					defined++
				}
			}
		}
	}
	w.bytes(4 * defined)
}

func (w *walker7z) streams() {
	mark := w.byte()
	if mark == packs7z {
		w.packs()
		mark = w.byte()
	}
	if mark == folders7z {
		w.folders()
		mark = w.byte()
	}
	if mark == substreams7z {
		w.substreams()
		mark = w.byte()
	}
	if mark != end7z {
		w.fail(errFormat7z)
	}
}

func (w *walker7z) packs() {
	w.number() // where they begin
	n := w.count()
	mark := w.byte()
	w.sizesAndDigests(mark, n, n)
}

// sizesAndDigests walks the lists that may end a section; mark is what follows the rest of it.
func (w *walker7z) sizesAndDigests(mark byte, sizes, digests uint64) {
	if mark == sizes7z {
		w.numbers(sizes)
		mark = w.byte()
	}
	if mark == digests7z {
		w.digests(digests)
		mark = w.byte()
	}
	if mark != end7z {
		w.fail(errFormat7z)
	}
}

// folders reads what the format calls folders: streams that several files may share.
func (w *walker7z) folders() {
	if w.byte() != folder7z {
		w.fail(errFormat7z)
	}
	n := w.count()
	if w.byte() != 0 { // the list lies elsewhere, which nothing writes
		w.fail(errFormat7z)
	}
	outs := make([]uint64, 0, min(n, 1024))
	for i := uint64(0); i < n && w.err == nil; i++ {
		outs = append(outs, w.folder())
	}
	if w.byte() != unpack7 {
		w.fail(errFormat7z)
	}
	for i, out := range outs {
		last := uint64(0)
		for range out {
			last = max(last, w.number())
		}
		if i == 0 {
			w.found.unpacked = last
		}
	}
	mark := w.byte()
	if mark == digests7z {
		w.digests(n)
		mark = w.byte()
	}
	if mark != end7z {
		w.fail(errFormat7z)
	}
}

// folder returns how many outputs the decoders of a stream have.
func (w *walker7z) folder() (outs uint64) {
	coders := w.number()
	if coders > maxCoders {
		w.fail(errTooMany7z)
		return 0
	}
	var ins uint64
	encrypted := false
	for i := uint64(0); i < coders && w.err == nil; i++ {
		flags := w.byte()
		id := w.bytes(uint64(flags & maxCoderID))
		encrypted = encrypted || string(id) == idAES7z
		in, out := uint64(1), uint64(1)
		if flags&0x10 != 0 {
			in, out = w.number(), w.number()
		}
		if in > maxCoders || out > maxCoders {
			w.fail(errTooMany7z)
			return 0
		}
		if flags&0x20 != 0 {
			w.bytes(w.number())
		}
		ins, outs = ins+in, outs+out
	}
	if outs == 0 || ins < outs {
		w.fail(errFormat7z)
		return 0
	}
	pairs := outs - 1
	w.numbers(2 * pairs)
	if packed := ins - pairs; packed > 1 {
		w.numbers(packed)
	}
	w.found.encrypted = append(w.found.encrypted, encrypted)
	return outs
}

// substreams counts the files of each stream.
func (w *walker7z) substreams() {
	mark, total, sizes := w.byte(), uint64(0), uint64(0)
	counted := mark == counts7z
	for range w.found.encrypted {
		n := uint64(1)
		if counted {
			n = w.count()
		}
		total += n
		sizes += max(n, 1) - 1
	}
	if total > w.limit {
		w.fail(errTooMany7z)
	}
	if counted {
		mark = w.byte()
	}
	w.sizesAndDigests(mark, sizes, total)
}
