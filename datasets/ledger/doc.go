// Package ledger remembers across runs what was decided, so that no verification is paid for twice.
//
// A state folder (mode 0700) holds one file, state.db (mode 0600), a bbolt database with these buckets:
//
//	meta      "schema", "key_id", "created" (RFC 3339)
//	verdicts  credential, 16 bytes, then pair, 16 bytes -> verdict, 1 byte; day, 4 bytes;
//	          CRC-32C of all that stands before, which older states do not have, 4 bytes
//	findings  credential, 16 bytes -> day confirmed, 4 bytes; listed, 1 byte; sealed JSON
//	dumps     name, 16 bytes -> day first seen, 4 bytes; day last seen, 4 bytes;
//	          candidates left open, 8 bytes; sealed JSON
//	waiting   credential, 16 bytes -> for each pair that had no turn its print, the first 8 bytes of its name,
//	          ascending; CRC-32C of all that stands before. Older states do not have this bucket
//	nights    time of a run in seconds, 8 bytes -> sealed JSON: how many accounts its dumps met and confirmed, by kind.
//	          Older states do not have this bucket
//	approvals run id -> sealed time of its release. Older states do not have this bucket
//
// Numbers are big-endian; a day is counted from 1970-01-01 UTC. A credential is one account with one
// stored hash, under the id that a finding for it has in the at-risk list. A pair is a leaked password
// for a credential, a dump the SHA-256 and size of its bytes: both are named by SipHash-2-4-128 under the
// subkey of the purpose "ledger". What is sealed is sealed with AES-256-GCM under the subkey of the
// purpose "evidence", a random nonce in front, the key of the record as associated data: a finding can
// be neither made up nor moved to another account by someone without the key.
//
// What stands in front of a sealed part stands in it, too.
//
// Verdicts are kept for refuted pairs only. A confirmed pair is part of its finding; what could not be
// verified may become decidable and is not kept; neither is what a budget left, because a password must
// not be: its dump is noted as left open instead.
//
// Decide returns when a verdict is on disk. Verdicts that arrive while a commit is being written share
// the next one, so that one fsync serves all workers. After a kill at any moment the file holds every
// verdict for which Decide had returned.
//
// Past one machine a ledger is asked where its file is not: Extract takes out what it knows of some credentials, Lend answers
// from that and remembers verdicts, Refute writes these down. Books tells whether something else was written meanwhile.
//
// What this does not protect against: who has both the state folder and the key can test guesses against
// the names of pairs, cheaper than against the stored hashes. What stands there was in a leak already.
package ledger
