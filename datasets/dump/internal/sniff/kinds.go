package sniff

import "unicode/utf8"

// IsOpenSSL knows what "openssl enc" writes: a mark, then salt and ciphertext.
func IsOpenSSL(head []byte) bool {
	const mark, salt = len("Salted__"), 8
	return StartsWith("Salted__")(head) &&
		(HoldsControl(head, mark) || len(head) >= mark+salt && !utf8.Valid(head[mark:mark+salt]))
}

// IsPGP knows the usual first packets of an encrypted message: its key for RSA of 1,024 to 4,096 bits or for an elliptic curve,
// and its key by a password.
func IsPGP(head []byte) bool {
	for _, packet := range []string{"\x84\x8c\x03", "\x85\x01\x0c\x03", "\x85\x01\x8c\x03", "\x85\x02\x0c\x03", "\x84\x5e\x03", "\x8c\x0d\x04"} {
		if StartsWith(packet)(head) {
			return true
		}
	}
	return false
}

// IsMSSQLBackup knows a tape header of the Microsoft Tape Format, which is binary after four letters,
// and the mark of a compressed backup.
func IsMSSQLBackup(head []byte) bool {
	return StartsWith("TAPE")(head) && HoldsControl(head, len("TAPE")) ||
		StartsWith("MSSQLBAK")(head) && HoldsControl(head, len("MSSQLBAK"))
}
