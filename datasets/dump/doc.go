// Package dump reads leaked records out of files, folders, archives and streams.
//
// # Flow
//
//  1. [List] turns the paths that a user named into inputs: it walks folders and reads sidecars
//     (NAME.meta.yaml beside a dump, else dump.meta.yaml in its folder or in a folder above it, up
//     to the one that was named), and believes those that only the running user can have written.
//     No name hides a file: what is left out is listed with its reason, but for what macOS adds. What
//     cannot be read is an [Input] with Err set, never left out.
//  2. [Read] opens one input by [Options].Open, looks through its containers (by their first bytes,
//     not by their name), tells the format of each member from its first 64 KiB, and cuts the member
//     into blocks at record boundaries. Where the records of another family of formats begin, a
//     stretch ends and another one begins, with its own reader (turn.go). One goroutine, in order, in memory that does not depend on
//     the dump; only archives that are read back and forth and do not lie on disk are held, see
//     Containers.
//  3. [Block.Parse] turns a block into records and rejects. It keeps no state: blocks may be parsed
//     on any goroutine and in any order.
//
// A format is one type in the room of its family below internal, and one line in the list formats; a
// container is one line in package internal/unpack. What is recognised but not read yet is one line in
// refusals or foreignText.
//
// # Words
//
// A member is one stream of text inside an input: the file itself, or an entry of an archive.
// Positions count the bytes of the decompressed member, a byte order mark included.
//
// A record is one line, or one CSV row. Lines end with LF, CRLF or CR. The number of a line counts
// LFs, or CRs in a member whose beginning holds CRs only. A blank line holds nothing but white
// space and Ctrl-Z, and is not a record; neither is the header row of a CSV file,
// though what stands above it is rejects.
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
// # Containers
//
// Streams: gzip, zstd, bzip2, xz and zlib, several joined as well (zlib is known by what it
// unpacks to, since a line may begin like it). Archives: tar, zip, 7z, rar of versions 3 and 5.
// Folders, links, devices and what macOS adds are not members.
//
// zip, 7z and rar are read back and forth: out of a file in place, and as a stream or inside
// another container held in memory, all of an input together up to [Limits].Held. What does not
// fit is skipped. A zip archive without its directory, which stands at its end, is read entry by
// entry; a 7z archive without is skipped, for nothing else says what is where.
//
// [List] makes one input of parts that lie in one folder: NAME.001, NAME.002 and so on, of any
// kind, NAME.part1.rar, and NAME.rar with NAME.r00. It is named by the first, and its size and
// digest are those of the parts joined. A zip archive split into NAME.z01 and NAME.zip is refused.
//
// Encrypted entries of zip (ZipCrypto, AES of WinZip), 7z and rar are opened by the passwords of
// [Meta], in order, at most 100. Those that none opens are counted, and the input is partial. A
// password never shows in a message.
//
// [Limits] bound what an input may cost; each field has a default with its reason. Besides, a
// window of zstd is at most 128 MiB, a dictionary of xz 64 MiB, of rar 128 MiB, of 7z and of LZMA in
// zip 256 MiB,
// and opening the entries of an input takes at most two minutes, because an archive chooses how
// dear its keys are.
//
// # Formats
//
// combo: identifier and password, parted by : ; | or TAB. With an e-mail address first, the rest
// of the line is the password, and where it holds separators each of its fields is a further cut,
// as is each other field of the lines below. Otherwise an address anywhere is taken with the texts
// after and before it, and without any address the first field, the last, and each field in
// between is tried. Where these four separators reveal no address, comma and then space are tried
// as well.
//
// What tools write before a pair (words in brackets, times, colours) and after it is no part of it. A sign
// that is none of these separators parts an address from what follows it; user names are parted by one where
// nearly all lines of the beginning agree in it. DOMAIN\user is also user.
//
// ulp: URL, login and password, parted likewise, or by spaces. A line of a combo list that begins
// with scheme:// is read as ulp, and a line of a ulp list that does not as combo: dumps are mixed,
// and the name of these two formats only says what most lines are.
//
// sql: the tuples of INSERT and REPLACE, the constants that these SELECT or SET, and the lines or
// rows of CSV after COPY, for tables that have an identifier column and a column of passwords or
// hashes, by the CREATE TABLE above or the statement's own list of columns; where there is neither,
// the first address of a tuple with each other string. CREATE, ALTER and GRANT that give a user of the
// database itself a password are records too.
// What else a dump holds is neither record nor reject. A stored hash or a bare digest in a
// password column is not Testable. Where no banner or sign tells the dialect, a backslash is read
// both ways.
//
// csv: a header row that names an identifier column and a column of passwords or hashes, in the
// first ten lines, then rows; the delimiter is comma, semicolon, TAB or |, by the header (the name
// tsv demands TAB). Quoting is RFC 4180's. A row whose quotes do not add up is read again as one
// line without quoting, as is a row whose quoted fields hold over 64 KiB or 10 line ends together:
// one stray quote must not swallow the rest of the file. \N and unquoted NULL are empty fields,
// NULL in quotes is a text. Where backslashes stand before quotes, or before delimiters and line
// ends as MySQL writes them, they are undone and the field as it stands is a further cut. A row of
// too many fields is cut with the delimiter inside of a value; one that does not fit but is a line
// of a combo or ulp list is cut as that; \. alone, psql's end of data, is not a record. Without a
// header, rows that agree in three columns or more are typed by what the columns hold, and each
// column that nothing else explains may be the password. What stands in a column of hashes, has six
// bytes or more and is not a digest was found for one, and is tried; so it is in JSON.
//
// Workbooks (xlsx) and Parquet files are read as such tables, one member for each sheet; positions
// count the table written with TAB and LF. Both are decoded in a child process, see package unpackchild.
//
// stealer_log: blocks of "Key: value" lines as infostealers write them. A value is what follows the
// first colon and at most one space. Lines below a password that begin with no known key make a
// further cut, with the password of all lines. The login can be anything; the URL gives the host.
//
// labels: text in which a label says what each value is, several on a line or one a line: forms, INI,
// PHP, YAML, expanded rows of databases, and the reports of keyloggers and kits, in many languages. A
// password belongs to the names of its own line or block. What follows it on its line, what quotes or a
// form mean, and all of it to the byte are cuts.
//
// json: objects one a line, one after another, over many lines, in one array, or in a list or a map
// inside of an object. Names and passwords are found at any depth by their keys. Several names are
// several cuts.
//
// ldif: entries with mail, uid or the like, and userPassword; {SCHEME} other than {CLEARTEXT} marks
// a stored hash.
//
// passwd: htpasswd, shadow, passwd and pwdump. Their records name users and are not testable, unless a
// password stands in the place of the hash. Such lines are known in combo lists as well.
//
// In every format a secret $HEX[...] is a cut both literally and as the bytes that it stands for, and so
// is one with character references, in quoted-printable, as ="text", or behind its hash in parentheses. A
// file of hash:plain lines names nobody, and is refused.
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
// Text is bytes here. UTF-16 is read as UTF-8, and positions count that; a record that is not UTF-8
// has what it means in the sidecar's encodings among its cuts, which may displace its least likely
// ones. A record that is split over two members, or damaged in a way that still parses, is not
// noticed. The name of a member is a label for people, and nothing is ever written to disk.
package dump
