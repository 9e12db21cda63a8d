package lanes

import (
	"bytes"
	"encoding/binary"
	"slices"
)

// cryptAlphabet is that of crypt(3): six bits a character, the lowest first.
const cryptAlphabet = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// shaCryptKernel is SHA-crypt (https://www.akkadia.org/drepper/SHA-crypt.txt). Its keys are the texts of stored hashes. Order says
// which bytes of the last digest make the next four characters, the lowest first.
func shaCryptKernel[W word](scheme Scheme, name string, least int, d *digest[W], order func(sum []byte) [][]byte) *kernel {
	return &kernel{
		name: name, lanes: d.lanes, least: least, trial: Class{scheme, [3]uint32{43}, (d.size*8 + 5) / 6},
		run: func(_ *arenas, tasks []*Task, keys [][]byte) {
			r := newCryptRounds(d, tasks)
			defer r.wipe()
			for i := range int(tasks[0].Costs[0]) {
				r.round(i)
			}
			for lane := range tasks {
				copy(keys[lane], cryptText(order(r.sums[lane])))
			}
		},
	}
}

// cryptRounds is what the rounds of several lanes begin with.
type cryptRounds[W word] struct {
	*digest[W]
	sums         [][]byte // the last digest of each lane
	texts        [8][]cryptRound
	begin        []W
	state, block []W
}

// cryptRound is the padded text of one kind of round, in which the last digest is put.
type cryptRound struct {
	text []byte
	at   int // of the digest
}

func newCryptRounds[W word](d *digest[W], tasks []*Task) *cryptRounds[W] {
	r := &cryptRounds[W]{digest: d, begin: d.fill(d.begin)}
	r.state, r.block = make([]W, len(r.begin)), make([]W, d.blockSize/d.wordSize()*d.lanes)
	for _, t := range tasks {
		sum, password, salt := d.cryptBegin(t)
		r.sums = append(r.sums, sum)
		for kind := range r.texts {
			r.texts[kind] = append(r.texts[kind], d.cryptRound(kind, password, salt))
		}
		clear(password)
	}
	return r
}

// cryptBegin returns the digest before the first round, and the texts that stand for password and salt in all rounds: steps
// 1 to 20 of the specification.
func (d *digest[W]) cryptBegin(t *Task) (sum, password, salt []byte) {
	sumOf := func(parts ...[]byte) []byte {
		h := d.new()
		for _, part := range parts {
			h.Write(part)
		}
		return h.Sum(nil)
	}
	// stretch repeats a digest up to n bytes.
	stretch := func(sum []byte, n int) []byte { return bytes.Repeat(sum, n/len(sum)+1)[:n] }
	b := sumOf(t.Password, t.Salt, t.Password)
	parts := [][]byte{t.Password, t.Salt, stretch(b, len(t.Password))}
	for n := len(t.Password); n > 0; n >>= 1 {
		if n&1 == 1 {
			parts = append(parts, b)
		} else {
			parts = append(parts, t.Password)
		}
	}
	sum = sumOf(parts...)
	password = stretch(sumOf(slices.Repeat([][]byte{t.Password}, len(t.Password))...), len(t.Password))
	salt = stretch(sumOf(slices.Repeat([][]byte{t.Salt}, 16+int(sum[0]))...), len(t.Salt))
	return sum, password, salt
}

// The kinds of rounds: bits of what is put into them.
const (
	roundOdd      = 1 << iota
	roundSalt     // not divisible by 3
	roundPassword // not divisible by 7
)

// cryptRound is step 21, with the padding of the digest.
func (d *digest[W]) cryptRound(kind int, password, salt []byte) cryptRound {
	var r cryptRound
	sum := make([]byte, d.size)
	if kind&roundOdd != 0 {
		r.text = append(r.text, password...)
	} else {
		r.text = append(r.text, sum...)
	}
	if kind&roundSalt != 0 {
		r.text = append(r.text, salt...)
	}
	if kind&roundPassword != 0 {
		r.text = append(r.text, password...)
	}
	if kind&roundOdd != 0 {
		r.at = len(r.text)
		r.text = append(r.text, sum...)
	} else {
		r.text = append(r.text, password...)
	}
	length := len(r.text)
	r.text = append(r.text, 0x80)
	for (len(r.text)+8)%d.blockSize != 0 || len(r.text)-length < d.blockSize/8-7 {
		r.text = append(r.text, 0)
	}
	r.text = binary.BigEndian.AppendUint64(r.text, uint64(8*length))
	return r
}

// round computes the next digest of each lane. Texts of several lanes can have different numbers of blocks.
func (r *cryptRounds[W]) round(i int) {
	kind := i & roundOdd
	if i%3 != 0 {
		kind |= roundSalt
	}
	if i%7 != 0 {
		kind |= roundPassword
	}
	texts := r.texts[kind]
	most := 0
	for lane := range texts {
		copy(texts[lane].text[texts[lane].at:], r.sums[lane])
		most = max(most, len(texts[lane].text))
	}
	copy(r.state, r.begin)
	for at := 0; at < most; at += r.blockSize {
		for lane := range texts {
			if text := texts[lane].text; at < len(text) {
				r.put(r.block, lane, text[at:at+r.blockSize])
			}
		}
		r.compress(r.state, r.block)
		for lane := range texts {
			if len(texts[lane].text) == at+r.blockSize {
				r.get(r.state, lane, r.sums[lane])
			}
		}
	}
}

func (r *cryptRounds[W]) wipe() {
	clear(r.state)
	clear(r.block)
	for _, texts := range r.texts {
		for _, t := range texts {
			clear(t.text)
		}
	}
}

// cryptText is the text of groups of up to three bytes, the lowest first.
func cryptText(groups [][]byte) []byte {
	var text []byte
	for _, group := range groups {
		var value uint32
		for i, b := range group {
			value |= uint32(b) << (8 * i)
		}
		for range (len(group)*8 + 5) / 6 {
			text = append(text, cryptAlphabet[value&63])
			value >>= 6
		}
	}
	return text
}

// cryptOrder256 and cryptOrder512 are step 22.
func cryptOrder256(sum []byte) [][]byte {
	var groups [][]byte
	for a, b, c := 0, 10, 20; len(groups) < 10; a, b, c = c+1, a+1, b+1 {
		groups = append(groups, []byte{sum[c], sum[b], sum[a]})
	}
	return append(groups, []byte{sum[30], sum[31]})
}

func cryptOrder512(sum []byte) [][]byte {
	var groups [][]byte
	for a, b, c := 0, 21, 42; len(groups) < 21; a, b, c = b+1, c+1, a+1 {
		groups = append(groups, []byte{sum[c], sum[b], sum[a]})
	}
	return append(groups, []byte{sum[63]})
}
