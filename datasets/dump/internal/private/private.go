// Package private knows by names which files of an infostealer's log hold no passwords: cookies,
// filled-in forms, documents, cards, pictures. Those are other people's lives, and are not read.
//
// A folder is the log of one victim when it holds passwords as infostealers write them, and beside
// them something that only they collect, or two of such things. Then [Is] tells what in it and below
// it is private. A folder of somebody's lists has no such company, and loses nothing of what lies in
// its "documents".
//
// [IsLog] decides on a folder of a file system, whose names are all known. A [Tree] decides on the
// folders in an archive, which may show its names one by one: what comes before a log has shown
// itself is not known to be private.
//
// Names are all that is looked at, so that one who renames files is not understood. What is left out
// is counted, and never silently.
package private

import (
	"errors"
	"fmt"
	"io/fs"
	"math/bits"
	"path"
	"regexp"
	"slices"
	"strings"
)

// ErrLeftOut is what each [LeftOut] is.
var ErrLeftOut = errors.New("files of a stealer log that hold no passwords are not read")

// LeftOut is the error of so many files of one folder that are not read on purpose.
type LeftOut int

func (n LeftOut) Error() string {
	if n == 1 {
		return "1 file of a stealer log that holds no passwords is not read"
	}
	return fmt.Sprintf("%d files of a stealer log that hold no passwords are not read", int(n))
}

// Is makes it an ErrLeftOut.
func (LeftOut) Is(target error) bool { return target == ErrLeftOut }

// passwordFile knows the names under which infostealers write passwords. Brute.txt and
// unique_passwords.txt have no identifiers: they make a folder a log, and are read like any text.
var passwordFile = regexp.MustCompile(`(?i)^(_?all[ _]?passwords(_list)?|` +
	`passwords?(\[[^\]]*\].*)?|unique_passwords|logins?_.+|passwords[ _-].*)\.txt$`)

// privateFolders hold what is not read, at any depth of a log; privateFiles do so beside its
// passwords. Lower case.
var (
	privateFolders = []string{
		"autofill", "autofills", "cookies", "filegrabber", "cc", "wallets", "history",
		"cookie", "grabber", "grabbed files", "files", "desktop", "documents", "downloads", "ccs",
		"credit cards", "creditcards", "cards", "wallet", "crypto", "telegram", "discord", "steam",
		"screenshots", "bookmarks",
	}
	privateFiles = []string{
		"userinformation.txt", "system info.txt", "system_info.txt", "system.txt", "information.txt",
		"_information.txt", "sysinfo.txt", "info.txt", "domaindetects.txt", "domaindetect.txt",
		"processlist.txt", "installedsoftware.txt", "installedbrowsers.txt", "clipboard.txt",
		"importantautofills.txt", "software.txt", "processes.txt", "cookies.txt", "history.txt",
	}
)

// telling is how many of privateFolders only infostealers make.
const telling = 7

// signs are what the names in one folder say of it.
type signs struct {
	passwords bool
	company   uint32 // a bit for each telling folder and each of privateFiles
}

func (s *signs) see(name string, isFolder bool) {
	name = strings.ToLower(name)
	if isFolder {
		if i := slices.Index(privateFolders[:telling], name); i >= 0 {
			s.company |= 1 << i
		}
		return
	}
	s.passwords = s.passwords || passwordFile.MatchString(name)
	if i := slices.Index(privateFiles, name); i >= 0 {
		s.company |= 1 << (telling + i)
	}
}

// stolen reports whether a folder is the log of one victim.
func (s *signs) stolen() bool {
	company := bits.OnesCount32(s.company)
	return s.passwords && company > 0 || company > 1
}

// IsLog reports whether a folder with these entries is the log of one victim.
func IsLog(entries []fs.DirEntry) bool {
	var s signs
	for _, e := range entries {
		s.see(e.Name(), e.IsDir())
	}
	return s.stolen()
}

// Is reports whether what lies in a log under a name is not read.
func Is(name string, isFolder bool) bool {
	name = strings.ToLower(name)
	if isFolder {
		return slices.Contains(privateFolders, name)
	}
	return slices.Contains(privateFiles, name) || IsPicture(name)
}

// IsPicture knows pictures by the ends of their names. In a log they are screenshots.
func IsPicture(name string) bool {
	return slices.Contains([]string{".jpg", ".jpeg", ".png", ".bmp"}, path.Ext(strings.ToLower(name)))
}
