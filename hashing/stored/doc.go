// Package stored says whether a password opens a stored password hash, for every scheme that
// docs/hashes.md lists. It reads no files, writes no logs and starts no background work but in [Verify], so
// that an auth service can import it as well. Two calls check a stored hash:
//
//	hash, err := stored.Parse(encoded, stored.DefaultLimits())
//	result := hash.Verify(password)
//
// At a login, where somebody waits, [LoginLimits] bound time and memory, and [Verify] ends with its context:
//
//	hash, err := stored.Parse(encoded, stored.LoginLimits())
//	result, err := stored.Verify(ctx, hash, password, stored.LoginLimits())
//
// # Stored hashes
//
// [Parse] accepts argon2 (version 19) as PHC strings and bcrypt ($2a$, $2b$, $2y$), and the
// schemes of scrypt, PBKDF2, crypt(3), phpass, LDAP, database servers and web frameworks that
// docs/hashes.md lists with their sources; [ParseAs] reads bare digests whose scheme their
// source declares. It refuses whatever is not exactly of that shape or costs more than its
// [Limits], before anything is computed: libraries read 4 TiB of memory from a string and obey, or
// quietly compute something else. [Result] has three values, because "could not be checked" must
// never read as "not affected".
//
// # Before the stored hash
//
// [PasswordForms] are the byte forms that a leaked password is tried in. [Steps] are what a store does to a
// password before its outer hash: a digest, an HMAC with a pepper; a stored hash does not show them.
//
// # What is not guaranteed
//
// bcrypt looks at the first 72 bytes of a password only: a [Match] of a longer one says that the
// login would accept it, not that it is the same password; Truncated marks it. Memory that held a
// password is not wiped; Go offers no promise there.
package stored
