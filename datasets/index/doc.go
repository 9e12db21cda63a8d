// Package index builds and opens the index: a Bloom filter and, behind it, a vault, made from an
// account export. A stolen index without the key says nothing about a password and names no account: what
// index.json counts shows, and of a row only how long its account id, first identifier and stored hash
// are, rounded up to 32, 32 and 128 bytes.
//
// # Files
//
// An index is a folder. Data files carry the first 8 hexadecimal characters of the random id of the
// build that made them, so that two builds never share a file:
//
//	index.json             the description: what is in the index, sizes and digests of the files
//	filter.<id8>.bloom     tokens that may be ours; the layout is in internal/bloom
//	tokens.<id8>.arrow     which token belongs to which account, exactly
//	accounts.<id8>.arrow   what confirming and ranking need of an account
//	ids.<id8>.arrow        which row an account id has; for builds and for the findings of a ledger
//	live.<id8>.bits        which rows count, a bit for each from the lowest bit on; only where not all do
//	NAME.pages             the SHA-256 of each 16,384 bytes of the data file NAME, one after the other
//	.lock                  held by the build that is writing
//
// Tables are Arrow IPC files, uncompressed, without nulls and dictionaries, in record batches of
// exactly 65,536 rows (the last one shorter), so that row i lies in batch i>>16.
//
//	tokens:    token fixed_size_binary[16], account uint32 (a row of accounts), kind uint8,
//	           attribution uint8; sorted by token, then account; no (token, account) twice
//	accounts:  account_id_sealed binary, hash_sealed binary, identifier_sealed binary,
//	           facts_masked fixed_size_binary[48], export_row uint32, identity_print uint64,
//	           row_print uint64; in the order of the export
//	ids:       id_hash fixed_size_binary[8], account uint32; sorted by id_hash
//
// Kind and attribution are the numbers of package hashing. Facts are, in little-endian order from byte 0:
// password_changed_at int64, last_active_at int64, mfa, canary, privilege, status, hash_steps, hash_class,
// tagged (1: there is a credential tag) and a zero of one byte each, changed_in uint32, the length of the
// stored hash uint16, two zeros, identifier_counts of 8 bytes, 8 zeros. mfa is 0 unknown, 1 enabled, 2 disabled;
// privilege is 1 user, 2 staff, 3 admin; status is 1 active, 2 disabled, 3 locked, 4 active
// without password sign-in; times are Unix seconds, 0 unknown. hash_class is a position in the segment's list of classes in index.json: a
// scheme with its cost, or why the hash cannot be verified. changed_in is the generation in which
// identifiers or stored hash changed last. identifier_counts are four little-endian numbers of 16
// bits: distinct e-mail addresses, user names, phone numbers, and identifiers that cannot be used.
// id_hash is the big-endian first half of SipHash-2-4-128 of the account id; the prints are
// SipHash-2-4 of (account id, stored hash, identifiers), and of that and everything else in the row;
// all under the subkey of the purpose "print".
//
// # Segments
//
// A build that carries over from an earlier index leaves its tables as they are and writes tables of
// the accounts that are new or different: a segment. The rows of all segments are numbered one after
// the other; a row that is no longer live belongs to an account that is gone, or to an earlier state
// of one. An index has at most 8 segments.
//
// # Sealing
//
// Account id, stored hash and first identifier are sealed with AES-256-GCM under the subkey of the purpose
// "vault" with the 16 bytes of the id of the segment's build as salt. Before that each is followed by a byte
// 0x80 and zeros up to a multiple of 32, 128 and 32 bytes. What hash steps need beside a stored hash, and the credential tag,
// are sealed with the hash and with the identifier: 00 01, the length of the first text as eight
// hexadecimal digits, the first, the second. Every build seals under a key
// of its own, also where it carries over rows of others, which stay under theirs: two builds upon
// the same index can therefore never use one key for different texts. Within a build the nonce need
// not be random: it is the big-endian number export_row*3 for the hash, and 1 more for the identifier and 2 more for
// the account id, where export_row counts the rows of the export from 1 and so occurs once. The account
// id is the associated data of the others: a sealed hash moved to another account does not open.
//
// Facts are masked: combined by exclusive or with AES-256 of three counters, under the subkey of the same purpose with
// "facts" after the same salt. A counter is export_row in its first eight bytes, big-endian, and 0, 1 or 2 in
// its last. They are read without an allocation or a tag for each row that a dump names; that nobody changed them is
// what the digests of pages are for.
//
// The last two fields of index.json are "sha256", over the file's bytes with both of them empty,
// which Verify checks without a key, and "seal", HMAC-SHA-256 under the subkey of the purpose
// "index-seal" over the file's bytes with only the seal empty. The seal binds the data files: each
// one's "sha256" in index.json is that of NAME.pages, which binds every page.
//
// # Build
//
//  1. Lock the folder; a second build fails. Remove what a killed build left in temporary folders.
//  2. Read the accounts once. Workers compare each with the previous index, if there is one, by its
//     prints; what is as it was is only marked as live. For the others they canonicalise, make
//     tokens, parse and seal. Rows are gathered in the order of the export, so that the tables do
//     not depend on the workers.
//  3. Tokens and hashes of account ids are sorted in memory; what does not fit goes in sorted runs to
//     temporary files, sealed under a key that is in memory only and, where the system allows,
//     without a name from the beginning. An account id that occurs twice ends the build.
//  4. Merge the runs into the tables; fill the filter, or go on with the previous one, which then
//     also knows tokens of accounts that are gone: they cost a look-up. It is made again before it
//     holds a quarter more than it was made for.
//  5. Write and sync all files in a temporary folder, move them into the folder, link or copy there
//     what carries over, then replace index.json by a rename: that is the swap.
//  6. Remove the data files that index.json no longer names. A reader that has them mapped goes on.
//
// Any error before the swap leaves the earlier index as it was and removes what this build wrote.
//
// All tables are made again, with the marks of the previous index, when it has 8 segments, when a
// third of its rows is no longer live, or when limits, rules or the filter's rate have changed; and
// without marks when another version of this program made it. index.json says why. A previous index
// that is damaged, of another key or not there refuses the build, except that one missing in the
// place of the new index means the first night. Rows that could not be verified are parsed again
// each time, because a later program may know their scheme.
//
// # Reading
//
// Open checks, in this order, the description's version, canonicaliser, key id and seal, the sizes of
// all files, their lists of digests, every page of filter and live rows, which it keeps in memory,
// and the structure of the tables. A page of a table is compared with its digest before the first
// byte of it is used, and record batches are parsed when they are first used. Whoever meets damage
// gets no answer, and Err keeps it: a run that saw an error there must not publish. A file that is truncated
// while it is mapped, or that its disk does not deliver, is damage like any other. Verify checks
// every page, and that the parts agree.
//
// Not guaranteed: that an index is the newest one (an older folder put back is a whole index; its
// generation and date are in Meta); that a page
// which was checked, dropped from memory and read again was not changed on disk in between.
package index
