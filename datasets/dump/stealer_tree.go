package dump

import (
	"errors"
	"fmt"
	"io/fs"
	"math/bits"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// ErrNotPasswords marks an input that stands for files which are not read on purpose: a run of
// credsieve, and in a stealer log cookies, filled-in forms, documents, cards. Those are other people's
// lives, and hold no passwords of accounts. Such an input is skipped, but nothing is lost with it.
var ErrNotPasswords = errors.New("files of a stealer log that hold no passwords are not read")

// notPasswords is the error of one folder that is not read.
type notPasswords struct{ files int }

func (e notPasswords) Error() string {
	if e.files == 1 {
		return "1 file of a stealer log that holds no passwords is not read"
	}
	return fmt.Sprintf("%d files of a stealer log that hold no passwords are not read", e.files)
}

func (notPasswords) Is(target error) bool { return target == ErrNotPasswords }

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

// logSigns are what the names in one folder say of it.
type logSigns struct {
	passwords bool
	company   uint32 // a bit for each telling folder and each of privateFiles
}

func (s *logSigns) see(name string, isFolder bool) {
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

// stolen reports whether a folder is the log of one victim: it holds passwords as infostealers write
// them and beside them something that only they collect, or two of such things. A folder of
// somebody's lists has no such company, and must not lose what lies in its "documents".
func (s *logSigns) stolen() bool {
	company := bits.OnesCount32(s.company)
	return s.passwords && company > 0 || company > 1
}

func isStealerTree(entries []fs.DirEntry) bool {
	var signs logSigns
	for _, e := range entries {
		signs.see(e.Name(), e.IsDir())
	}
	return signs.stolen()
}

// private reports whether what lies in a stealer log under a name is not read.
func private(name string, isFolder bool) bool {
	name = strings.ToLower(name)
	if isFolder {
		return slices.Contains(privateFolders, name)
	}
	return slices.Contains(privateFiles, name) || isPicture(name)
}

func isPicture(name string) bool {
	return slices.Contains([]string{".jpg", ".jpeg", ".png", ".bmp"}, filepath.Ext(name))
}

// withoutPrivate lists what is not read as one input for each folder and returns the other entries.
func (l *lister) withoutPrivate(
	path string, entries []fs.DirEntry, about *Meta,
) ([]fs.DirEntry, error) {
	var rest []fs.DirEntry
	files := 0
	for _, entry := range entries {
		switch {
		case !private(entry.Name(), entry.IsDir()):
			rest = append(rest, entry)
		case entry.IsDir():
			below := filepath.Join(path, entry.Name())
			n, err := l.countFiles(below)
			if err != nil {
				return nil, err
			}
			l.notRead(below, n, about)
		default:
			files++
		}
	}
	l.notRead(path, files, about)
	return rest, nil
}

func (l *lister) notRead(path string, files int, about *Meta) {
	if files == 0 {
		return
	}
	l.found++
	l.inputs = append(l.inputs, Input{
		Path: path, Size: -1, Meta: about.withDefaults(filepath.Base(path)), Err: notPasswords{files},
	})
}

// countFiles counts the files in and below a folder, as far as it can be walked.
func (l *lister) countFiles(path string) (int, error) {
	n := 0
	err := filepath.WalkDir(path, func(_ string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			n++
		}
		return l.ctx.Err() // what cannot be walked is not read either
	})
	return n, err
}
