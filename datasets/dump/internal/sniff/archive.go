package sniff

import (
	"bytes"
	"io"
	"strconv"
	"strings"
)

// TarBlock is the unit of a tar archive, in bytes; a header is one.
const TarBlock = 512

// IsTar checks the sum over the first header, which archives older than the mark "ustar" have too:
// text that begins like either does not add up.
func IsTar(head []byte) bool {
	const sumAt, sumSize = 148, 8
	if len(head) < TarBlock || head[0] == 0 {
		return false
	}
	want, err := strconv.ParseUint(strings.Trim(string(head[sumAt:sumAt+sumSize]), " \x00"), 8, 32)
	if err != nil {
		return false
	}
	sum := uint64(sumSize * ' ') // the field counts as blank
	for i, b := range head[:TarBlock] {
		if i < sumAt || i >= sumAt+sumSize {
			sum += uint64(b)
		}
	}
	return sum == want
}

// OnlyZeros reads to the end, and reports whether there is nothing but zeros, with which archives are filled up.
func OnlyZeros(from io.Reader) (bool, error) {
	chunk := make([]byte, 32<<10)
	for {
		n, err := from.Read(chunk)
		if len(bytes.Trim(chunk[:n], "\x00")) > 0 {
			return false, nil
		}
		if err == io.EOF {
			return true, nil
		}
		if err != nil {
			return false, err
		}
	}
}
