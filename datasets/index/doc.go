// Package index builds and opens the index: a Bloom filter and, behind it, a vault, made from an
// account export. A stolen index without the key says nothing about a password and names no
// identifier; it does show account ids, hash schemes, dates, and how long each stored hash and
// identifier is.
//
// # Files
//
// An index is a folder. Three data files carry the first 8 hexadecimal characters of the build's
// random id in their names, so that two builds never share a file:
//
//	index.json             the description: what is in the index, sizes and SHA-256 of the files
//	filter.<id8>.bloom     tokens that may be ours; the layout is in filter.go
//	tokens.<id8>.arrow     which token belongs to which account, exactly
//	accounts.<id8>.arrow   what confirming and ranking need of an account
//	.lock                  held by the build that is writing
//
// Both tables are Arrow IPC files, uncompressed, without nulls and dictionaries, in record batches
// of exactly 65,536 rows (the last one shorter), so that row i lies in batch i>>16.
//
//	tokens:    token fixed_size_binary[16], account uint32 (a row of accounts), kind uint8,
//	           attribution uint8; sorted by token, then account; no (token, account) twice
//	accounts:  account_id utf8, hash_sealed binary, identifier_sealed binary, scheme utf8,
//	           hash_cause utf8, password_changed_at int64, last_active_at int64,
//	           mfa uint8, canary uint8, privilege uint8, status uint8,
//	           credential_tag utf8, hash_steps uint8; in the order of the export
//
// Kind and attribution are the numbers of package hashing; mfa is 0 unknown, 1 enabled, 2 disabled;
// privilege is 1 user, 2 staff, 3 admin; status is 1 active, 2 disabled, 3 locked; times are Unix
// seconds, 0 unknown.
//
// Stored hash and first identifier are sealed with AES-256-GCM under the subkey of the purpose
// "vault" with the 16 bytes of the build id as salt, so every build has a key of its own. The nonce
// therefore need not be random: it is the big-endian number row*2 for the hash and row*2+1 for the
// identifier. The account id is the associated data: a sealed hash moved to another account does
// not open.
//
// The last two fields of index.json are "sha256", over the file's bytes with both of them empty,
// which Verify checks without a key, and "seal", HMAC-SHA-256 under the subkey of the purpose
// "index-seal" over the file's bytes with only the seal empty. The seal binds the data files
// through their SHA-256.
//
// # Build
//
//  1. Lock the folder; a second build fails. Remove what a killed build left in temporary folders.
//  2. Read the accounts once: canonicalise, make tokens, seal, append to the account table.
//  3. Sort the tokens; write token table and filter. All files are synced in a temporary folder.
//  4. Move them into the folder, then replace index.json by a rename: that is the swap.
//  5. Remove the data files of earlier builds. A reader that has them mapped goes on.
//
// Any error before the swap leaves the earlier index as it was and removes what this build wrote.
//
// Open checks, in this order, the description's version, canonicaliser, key id and seal, then the
// size and SHA-256 of every file before it parses a byte, then the structure of each.
//
// Not guaranteed: that an index is the newest one (an older folder put back is a whole index; its
// generation and date are in Meta), and anything after a mapped file was truncated in place.
package index
