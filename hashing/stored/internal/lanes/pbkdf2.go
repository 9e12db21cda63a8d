package lanes

import (
	"crypto/hmac"
	"encoding/binary"
)

// pbkdf2Kernel is PBKDF2 of RFC 8018 with HMAC.
func pbkdf2Kernel[W word](scheme Scheme, name string, least int, d *digest[W]) *kernel {
	return &kernel{
		name: name, lanes: d.lanes, least: least, trial: Class{scheme, [3]uint32{3}, d.size + 4},
		run: func(_ *arenas, tasks []*Task, keys [][]byte) {
			p := newHMACs(d, tasks)
			defer p.wipe()
			for at, number := 0, uint32(1); at < tasks[0].Size; at, number = at+d.size, number+1 {
				p.piece(tasks, keys, at, number)
			}
		},
	}
}

// hmacs are what the pieces of the keys have in common: the states of HMAC after the padded password.
type hmacs[W word] struct {
	*digest[W]
	inner, outer      []W
	state, block, sum []W
}

func newHMACs[W word](d *digest[W], tasks []*Task) *hmacs[W] {
	words := d.blockSize / d.wordSize()
	p := &hmacs[W]{digest: d, inner: d.fill(d.begin), outer: d.fill(d.begin), block: make([]W, words*d.lanes)}
	p.state, p.sum = make([]W, len(p.inner)), make([]W, len(p.inner))
	for _, side := range []struct {
		state []W
		pad   byte
	}{{p.inner, 0x36}, {p.outer, 0x5c}} {
		for lane, t := range tasks {
			p.put(p.block, lane, d.padded(t.Password, side.pad))
		}
		d.compress(side.state, p.block)
	}
	return p
}

// padded is the first block of HMAC: the password, or its digest if it is longer than a block.
func (d *digest[W]) padded(password []byte, pad byte) []byte {
	text := make([]byte, d.blockSize)
	if len(password) > d.blockSize {
		h := d.new()
		h.Write(password)
		password = h.Sum(nil)
	}
	copy(text, password)
	for i := range text {
		text[i] ^= pad
	}
	return text
}

// piece computes the bytes of the keys from at on, as many as the digest has.
func (p *hmacs[W]) piece(tasks []*Task, keys [][]byte, at int, number uint32) {
	for lane, t := range tasks {
		mac := hmac.New(p.new, t.Password)
		mac.Write(t.Salt)
		mac.Write(binary.BigEndian.AppendUint32(nil, number))
		p.put(p.sum, lane, mac.Sum(nil))
	}
	copy(p.state, p.sum)
	for range tasks[0].Costs[0] - 1 {
		p.side(p.inner)
		p.side(p.outer)
		for i, w := range p.state {
			p.sum[i] ^= w
		}
	}
	for lane := range tasks {
		p.get(p.sum, lane, keys[lane][at:])
	}
}

// side is one of the two digests of HMAC: of the state, as a text, after what begins with the padded password.
func (p *hmacs[W]) side(begin []W) {
	words, size := len(p.state), W(8*(p.blockSize+p.size))
	copy(p.block, p.state)
	clear(p.block[words:])
	mark := W(1) << (8*p.wordSize() - 1)
	last := p.block[len(p.block)-p.lanes:]
	for lane := range p.lanes {
		p.block[words+lane] = mark
		last[lane] = size
	}
	copy(p.state, begin)
	p.compress(p.state, p.block)
}

func (p *hmacs[W]) wipe() {
	for _, table := range [][]W{p.inner, p.outer, p.state, p.block, p.sum} {
		clear(table)
	}
}
