package synth

import "io"

func openComboColon(w io.Writer, _ int) (encoder, error) {
	return newLineEncoder(w, comboLine(':')), nil
}

func openComboSemicolon(w io.Writer, _ int) (encoder, error) {
	return newZstdLines(w, comboLine(';'))
}

func openComboMixed(w io.Writer, _ int) (encoder, error) {
	return newGzipLines(w, mixedLine), nil
}

func comboLine(separator byte) appendLine {
	return func(dst []byte, _ int, id, password []byte) []byte {
		dst = append(dst, id...)
		dst = append(dst, separator)
		return append(dst, password...)
	}
}

// mixedLine changes the separator from line to line; one line in nine has the password first,
// where it can be told from the identifier.
func mixedLine(dst []byte, n int, id, password []byte) []byte {
	separator := separators[n%len(separators)]
	if n%9 == 8 && carryPasswordFirst(id, password) {
		id, password = password, id
	}
	dst = append(dst, id...)
	dst = append(dst, separator)
	return append(dst, password...)
}
