package cut

import (
	"bytes"
	"maps"
	"slices"
	"strings"

	"github.com/credsieve/credsieve/hashing"
)

// idColumns are the names of identifier columns, folded by ColumnName. What calls itself a login
// may be an address or a phone number as well.
var idColumns = map[string]hashing.Kind{
	"email": hashing.KindEmail, "mail": hashing.KindEmail, "useremail": hashing.KindEmail,
	"emailaddress": hashing.KindEmail, "emailaddr": hashing.KindEmail,
	"mailaddr": hashing.KindEmail, "login": hashing.KindUnspecified,
	"userlogin": hashing.KindUnspecified, "nickname": hashing.KindUnspecified,
	"nick": hashing.KindUnspecified,
	"user": hashing.KindUnspecified, "username": hashing.KindUnspecified,
	"usr": hashing.KindUnspecified, "uname": hashing.KindUnspecified,
	"phone": hashing.KindPhone, "phonenumber": hashing.KindPhone, "mobile": hashing.KindPhone,
	"tel": hashing.KindPhone, "telephone": hashing.KindPhone,
}

var (
	secretColumns = []string{"password", "passwd", "pass", "pwd", "plain", "plaintext",
		"cleartext", "decrypted", "userpassword", "plainpassword", "passwordplain", "passwort",
		"kennwort", "motdepasse", "contrasena", "contraseña", "mdp", "senha", "parola", "wachtwoord",
		"losenord", "lösenord", "salasana", "haslo", "hasło", "heslo", "jelszo", "jelszó", "пароль",
		"plaintextpassword", "passwordplaintext", "cleartextpassword", "passwordcleartext",
		"clearpassword", "passwordclear", "decryptedpassword", "passworddecrypted", "crackedpassword",
		"userpasswd", "userpwd", "loginpassword", "accountpassword", "pw", "psw", "pswd", "passw"}
	hashColumns = []string{"hash", "passwordhash", "userpass", "passhash", "pwhash", "bcrypt", "scrypt",
		"argon2", "argon2id", "pbkdf2", "md5", "sha1", "sha256", "sha512", "ssha", "ntlm", "crypt", "digest",
		"encryptedpassword", "passworddigest", "hashedpassword", "passwordhashed", "hashpassword", "pwdhash",
		"passwdhash", "passwordmd5", "passwordsha1", "passwordsha256"}
)

// ColumnName folds the ways in which a column's name is written into one.
func ColumnName(field []byte) string {
	return strings.ToLower(string(bytes.Map(func(r rune) rune {
		if strings.ContainsRune("_-. ", r) {
			return -1
		}
		return r
	}, Identifier(field))))
}

// IdentifierKind returns what a column of a folded name identifies users by, and whether it does.
func IdentifierKind(name string) (kind hashing.Kind, is bool) {
	kind, is = idColumns[name]
	return kind, is
}

// IsSecretColumn reports whether a column of a folded name holds passwords.
func IsSecretColumn(name string) bool { return slices.Contains(secretColumns, name) }

// IsHashColumn reports whether a column of a folded name holds stored hashes.
func IsHashColumn(name string) bool { return slices.Contains(hashColumns, name) }

// IdentifierNames returns the folded names of identifier columns.
func IdentifierNames() map[string]hashing.Kind { return maps.Clone(idColumns) }

// SecretNames returns the folded names of columns of passwords.
func SecretNames() []string { return slices.Clone(secretColumns) }

// HashNames returns the folded names of columns of stored hashes.
func HashNames() []string { return slices.Clone(hashColumns) }

// IdentifierColumn is a column that names users, by its place in a row.
type IdentifierColumn struct {
	Index int
	Kind  hashing.Kind
}

// Email reports whether the column is one of addresses.
func (column IdentifierColumn) Email() bool { return column.Kind == hashing.KindEmail }

// IsFound reports whether a value of a column of hashes is a password all the same. What is shorter
// than any minimum is a mark for none.
func IsFound(text []byte) bool {
	const shortest = 6
	return len(text) >= shortest && !IsDigest(TrimSpace(text))
}
