// Package cut makes the cuts of a record: the ways in which a stretch of a dump can be read as
// identifier and secret.
//
// A [Cutter] gathers the cuts of one record, the likeliest first, each only once and at most
// [MaxCuts]. A format resets it, names what is known of the record in Kind and Host, and hands it
// identifiers with secrets: [Cutter.Secrets] for a text that may hold more than the password,
// [Cutter.Add] for one that is the password to the byte, [Cutter.Untestable] for what is stored in
// place of one. [Cutter.Line] makes the cuts of a line of a list, and of any other record that turns
// out to be one.
//
// Around it stands what tells one text from another: bytes and addresses (text.go), stored hashes
// and digests (storedhash.go), URLs and their hosts (url.go), lines of accounts as systems keep them
// (accounts.go), and the names of columns (columns.go), which are data and not code.
//
// Texts are bytes and stay as they are. What had its quoting undone lies in the cutter's arena and
// holds until the next record.
package cut
