// Package hashing holds what every part of credsieve must agree on, byte for byte: how an
// identifier is canonicalised and which token stands for it. It can verify nothing; package stored
// can. It reads no files, writes no logs and starts no background work, so that an auth service
// can import it as well.
//
// An auth service needs two calls to name a user as credsieve does:
//
//	for _, form := range canonicalizer.Forms(hashing.KindEmail, []byte(address)) {
//		token := tokenizer.Token(form)
//		...
//	}
//
// # Identifiers
//
// [CanonicalizerVersion] names the rules below. Within one version, no text that ever had a form
// gets another one; a change of any rule is a new version, and an index of one version is refused
// by a scan of another. A canonical text is its own canonical text.
//
//  1. Every identifier: UTF-8 (else no form), white space trimmed, Unicode NFC, each character to
//     lower case by its simple mapping (independent of language and of its neighbours), NFC again.
//     No form for control characters inside, for nothing, for more than 320 bytes before or after.
//  2. E-mail: the last @ splits. Local part and domain are not empty. One trailing dot of the
//     domain is dropped; a second one, or a space in the domain, is not an e-mail address. An ASCII domain
//     stays as it is; any other is turned into A-labels by the lookup profile of UTS 46, and what
//     that refuses is not an e-mail address.
//  3. Phone: an optional +, then digits, with spaces and - . / ( ) anywhere. A leading 00 means the
//     same as +, and after either the number does not begin with 0. The 7 to 15 digits left are the
//     text.
//  4. Alias: for gmail.com and googlemail.com only, a second form whose local part has no dots and
//     ends before the first +, at gmail.com. It is marked [AttributionAlias] and has tokens of its
//     own, so that a match by alias never passes for an exact one.
//  5. A field said to hold a username is an e-mail when it can be one. A field of unknown kind is
//     an e-mail when it can be one, otherwise a username and, if it has the shape, a phone number
//     as well.
//
// [Visible] is not a rule of these: whoever looks for an identifier that strangers wrote asks for it as it stands, and
// as it is seen.
//
// # Tokens
//
// A [Token] is SipHash-2-4-128 of one byte for kind and attribution (e, u, p, or a for an alias)
// and the canonical text, under a subkey of the [Key]. Without the key, tokens of two organisations
// cannot be joined and a token says nothing about its identifier.
//
// # Beside the stored hash
//
// A [Tagger] makes credential tags, which spare most wrong candidates a verification at a price that its
// comment states. Whether a password opens a stored hash is for package stored to say: whoever only names
// users links no password scheme.
//
// # What is not guaranteed
//
// Forms of characters that Unicode had not assigned when a release was made may change with the Unicode
// tables of a later one. Memory that held a key or a password is not wiped; Go offers no promise there.
package hashing
