// Package synth makes synthetic accounts and breach dumps, together with the true answer, for the
// demo, for tests and for benchmarks.
//
// Generate writes a folder:
//
//	accounts.csv   the account export (or .tsv, .jsonl, .parquet; see Options.AccountsFormat)
//	dumps/         one dump for each format of Formats, some with a sidecar NAME.meta.yaml
//	truth.csv      account_id,sources: exactly the accounts that a scan must list, by account_id
//	README.txt     what this is and the options that made it
//
// Nothing in it belongs to anybody: domains are example.com, example.org, example.net and names
// below .test, phone numbers use +999, a country code that is not assigned, and names and
// passwords are strung together from syllables.
//
// The records of the dumps are of four kinds:
//
//  1. hits: an identifier of an account, in one of several spellings, with its current password;
//  2. stale: an identifier of an account with a password that it does not have (any more);
//  3. noise: an identifier that no account has; most records are of this kind;
//  4. duplicates: noise that stands in an earlier dump too.
//
// A few lines between them are not records at all: a banner, an advert, blank lines.
//
// The truth holds by construction and not by chance. Each password holds exactly one run of
// digits, a different number for each account and each of its passwords, so no two passwords are
// equal. The local part of an account's address ends in a digit (before a +tag), that of noise in
// a letter. User names of accounts hold an underscore, which no password and no noise does.
//
// The bytes depend on the options and the seed alone, not on Options.Workers or the clock: what
// concerns one account or one dump is drawn from a stream of its own, ChaCha8 under the SHA-256 of
// seed and label. They may change between versions of credsieve and of its libraries.
//
// The folder appears as a whole, by a rename, or not at all. It is not synced to the disk: after
// a crash of the machine it is cheaper to make it again.
package synth
