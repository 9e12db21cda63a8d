package stored

import (
	"regexp"
	"strings"
	"sync"
)

// products are strings of products that cannot be verified here, with the name that a sentence says. An error
// must quote nothing of a hash, so that its name is all that helps the operator.
var products = []struct {
	looks func(string) bool
	name  string
}{
	{beginsAny("$firescrypt$"), "Firebase's scrypt as Ory Kratos imports it; docs/hashes.md has the JSON that is verified"},
	{beginsAny("$CP$", `$H\`, `$P\`, `$2y\`, `$2a\`), "phpBB, of a board that was converted"},
	{beginsAny(":pbkdf2-legacy", ":bcrypt:", ":pbkdf2-"), "MediaWiki, an older hash inside of a newer one"},
	{beginsAny("$generic$"), "WordPress, the key of an application"},
	{beginsAny("$ml$"), "macOS"},
	{beginsAny("$episerver$"), "Episerver"},
	{beginsAny("$dynamic_"), "John the Ripper's own format"},
	{beginsAny("PBKDF2$"), "mosquitto-go-auth or mosquitto-auth-plug"},
	{beginsAny("pbkdf2_sha224$", "pbkdf2_sha384$", "pbkdf2_sha512$", "django_", "scram$"), "a hasher added to Django"},
	{beginsAny("{SASL}", "{KERBEROS}", "{UNIX}", "{GSSAPI}"), "a password that another server checks"},
	{beginsAny("{CRAM-MD5}", "{HMAC-MD5}", "{DIGEST-MD5}", "{RPA}", "{OTP}", "{SKEY}", "{LANMAN}"),
		"Dovecot, a scheme that is not verified here"},
	{beginsAny("{GOST_YESCRYPT}"), "389 Directory Server, gost-yescrypt"},
	{beginsAny("{NS-MTA-MD5}", "{AES}", "{3DES}", "{BLOWFISH}", "{RC4}"), "a directory server, stored reversibly"},
	{beginsAny("{SSHA256-Hash}", "{SSHA-Hash}"), "Tine"},
	{beginsAny("vault:v", "{vault"), "HashiCorp Vault, stored reversibly"},
	{looksLike(`^\d{1,7}:[^:]{8,64}:[0-9a-f]{64}$`), "Shopware 5, iterations:salt:digest"},
	{beginsAny("argon2:$"), "Jupyter; without the word before the first $ it is verified"},
	{looksLike(`^sha(1|256|512):[0-9a-f]{12}:[0-9a-f]+$`), "Jupyter, digest of password and salt"},
	{looksLike(`^bcrypt:\$2`), "Phabricator, which hashes a digest of the password, or a program that hashes the password itself"},
	{looksLike(`^bcrypt:\d+:`), "Gerrit"},
	{beginsAny("CRDB-BCRYPT"), "CockroachDB"},
	{beginsAny("$shiro2$"), "Apache Shiro 2"},
	{looksLike(`^M\$[A-Za-z0-9]+\$`), "TYPO3, a hash of an MD5"},
	{looksLike(`^(wbb[0-9]|wcf[0-9]|smf[0-9]|vb[0-9]|ipb[0-9]|mybb|phpbb3|phpfox3|xf1|joomla[0-9]|cryptMD5|invalid):`),
		"WoltLab Suite, of a board that was imported"},
	{beginsAny("phpass:", "md5:"), "YOURLS, or another program that writes the name of a scheme first"},
	{beginsAny("MODE1:", "MODE2:", "SSHA-256:", "SHA1X:"), "Tiny Tiny RSS"},
	{looksLike(`\{SHA-(256|512)\}$`), "Bugzilla"},
	{looksLike(`^#[0-9a-fA-F]{64}$`), "an ACL of Redis: a bare SHA-256 after its #"},
	{looksLike(`^s2:[0-9A-Za-z]+:[0-9a-f]{128}$`), "Lucia, scrypt"},
	{beginsAny("{x-is"), "SAP, iterated digest"},
	{looksLike(`^\{[A-Za-z][A-Za-z0-9_.@-]{1,40}\}`), "a directory or mail server, with a name in braces that is not known here"},
	{looksLike(`^\$[a-zA-Z][a-zA-Z0-9_.-]{1,32}\$`), "a scheme whose name between $ signs is not known here"},
	{looksLike(`^[A-Za-z][A-Za-z0-9_.-]{1,32}[$:]`), "a scheme whose name is not known here"},
	{looksLike(`^[A-Za-z0-9+/_-]{20,}={0,2}$`), "base64 without a name"},
}

func beginsAny(prefixes ...string) func(string) bool {
	return func(encoded string) bool {
		for _, prefix := range prefixes {
			if len(encoded) >= len(prefix) && strings.EqualFold(encoded[:len(prefix)], prefix) {
				return true
			}
		}
		return false
	}
}

func looksLike(pattern string) func(string) bool {
	shape := sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) }) // not at every start
	return func(text string) bool { return shape().MatchString(text) }
}

// refuseUnknown says what a string looks like, as far as one can tell.
func refuseUnknown(encoded string) error {
	for i := range products {
		if products[i].looks(encoded) {
			return refuse(CauseUnknownScheme, "it looks like %s", products[i].name)
		}
	}
	return refuse(CauseUnknownScheme, "not of a known scheme")
}
