// Package dump reads leaked records out of files, folders, archives and streams.
//
// # Flow
//
//  1. [List] turns the paths that a user named into inputs: it walks folders and reads sidecars
//     (NAME.meta.yaml beside a dump, else dump.meta.yaml in its folder or in a folder above it, up
//     to the one that was named). What cannot be read is an [Input] with Err set, never left out.
//  2. [Read] opens one input, looks through its containers (gzip, zstd, zip; by their first bytes,
//     not by their name), tells the format of each member from its first 64 KiB, and cuts the
//     member into blocks at record boundaries. One goroutine, in order, in memory that does not
//     depend on the dump; only a zip archive that comes as a stream is held, up to 256 MiB.
//  3. [Block.Parse] turns a block into records and rejects. It keeps no state: blocks may be parsed
//     on any goroutine and in any order.
//
// A format is one file of this package and one line in the list formats. What is recognised but not
// read yet is one line in refusals or foreignText.
//
// # Words
//
// A member is one stream of text inside an input: the file itself, or an entry of an archive.
// Positions count the bytes of the decompressed member, a byte order mark included.
//
// A record is one line, or one CSV row. Lines end with LF, CRLF or CR. The number of a line counts
// LFs, or CRs in a member whose beginning holds CRs only. A blank line holds nothing but white
// space and Ctrl-Z, and is no record; neither is the header row of a CSV file.
//
// A cut is one way to read a record as identifier and secret. Many lines are ambiguous, so a record
// carries each plausible cut, the likeliest first, at most 8; whoever knows the users chooses. A
// secret is verbatim to the byte. Where quotes, white space at the ends or the tail of a checking
// tool may not belong to the password, the text without them is a further cut. Cuts of one
// identifier are adjacent and share one slice. A cut is not Testable when its secret is empty, or
// is shaped like a stored hash and so cannot be what the user typed. A bare hex digest stays
// testable: people do use them.
//
// A reject is a stretch that could not be parsed: position, length and reason, never its content.
//
// # Formats
//
// combo: identifier and password, parted by : ; | or TAB. With an e-mail address first, the rest of
// the line is the password. Otherwise an address anywhere is taken with the texts after and before
// it, and without any address the first field, the last, and each field in between is tried. Where
// these four separators reveal no address, comma and then space are tried as well.
//
// ulp: URL, login and password, parted likewise, or by spaces. A line of a combo list that begins
// with scheme:// is read as ulp, and a line of a ulp list that does not as combo: dumps are mixed,
// and the name of these two formats only says what most lines are.
//
// csv: a header row that names an identifier column and a column of passwords or hashes, then rows;
// the delimiter is comma, semicolon, TAB or |, by the header (the name tsv demands TAB). Quoting is
// RFC 4180's. A row whose quotes do not add up is read again as one line without quoting, as is a
// row with a quoted field over 64 KiB or 10 lines: one stray quote must not swallow the rest of the
// file. \N and unquoted NULL are empty fields.
//
// # Promise
//
// Every stretch of a member that is not blank lies in exactly one record or exactly one reject,
// header row and byte order mark apart. What a stopped stream cuts off is a reject even when it is
// empty, so that the loss shows. A line has no length that ends a file: over [Options].MaxRecord it
// is skipped while it streams by, is one reject, and makes the input partial.
//
// A member of a kind that is not read is skipped with a sentence that names the kind and a way out.
// It is never parsed as something else: a format guessed wrong reads as "nobody affected".
//
// # Not promised
//
// Text is bytes here: encodings are another package's matter, except that UTF-16 is recognised and
// refused. A record that is split over two members, or damaged in a way that still parses, is not
// noticed. The name of a member is a label for people, and nothing is ever written to disk.
package dump
