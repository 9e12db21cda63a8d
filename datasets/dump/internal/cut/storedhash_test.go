package cut

import (
	"strings"
	"testing"
)

const bcryptHash = "$2a$10$abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZ01234"

func TestStoredHash(t *testing.T) {
	t.Parallel()
	for _, hash := range []string{
		bcryptHash,
		"$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$" + strings.Repeat("A", 43),
		"$1$saltsalt$" + strings.Repeat("a", 22), "$1$$" + strings.Repeat("a", 22),
		"$5$saltsalt$" + strings.Repeat("b", 43),
		"$6$rounds=5000$saltsalt$" + strings.Repeat("c", 86),
		"$y$j9T$saltsaltsalt$" + strings.Repeat("d", 43),
		"$P$B" + strings.Repeat("e", 30), "$H$9" + strings.Repeat("f", 30),
		"$S$D" + strings.Repeat("g", 51),
		"{SSHA}" + strings.Repeat("h", 32), "{sha256}" + strings.Repeat("i", 43) + "=",
		"{CRYPT}$6$saltsalt$" + strings.Repeat("j", 86),
		"pbkdf2_sha256$600000$saltsaltsalt$" + strings.Repeat("k", 43) + "=",
		`"` + bcryptHash + `"`, bcryptHash + ":salt", " " + bcryptHash,
	} {
		if !isStoredHash([]byte(hash)) {
			t.Errorf("%q is taken for a password", hash)
		}
	}
	for _, password := range []string{
		"$1$mplePassword", "$2a$10$short", "{SSHA}x", "{not}" + strings.Repeat("a", 40),
		"$6$saltsalt$" + strings.Repeat("c", 20), "pbkdf2", "argon2id is my favourite scheme",
		bcryptHash + "!", "$uperSecretSuperSecretSuperSecret", strings.Repeat("0", 32),
	} {
		if isStoredHash([]byte(password)) {
			t.Errorf("%q is taken for a stored hash", password)
		}
	}
}
