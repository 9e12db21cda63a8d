package accounts

import (
	"fmt"
	"slices"
	"strings"
)

// otherNames are what user databases call these columns: in small letters, without what stands between
// words. They suggest; no column is ever read because of them.
var otherNames = [roleCount][]string{
	roleAccountID: {"id", "uid", "userid", "customerid", "memberid"},
	roleEmail:     {"mail", "emailaddress", "mailaddress", "emailsaddress"},
	roleUsername:  {"login", "loginname", "user", "nickname", "handle", "screenname"},
	rolePhone:     {"phonenumber", "mobile", "mobilenumber", "telephone", "tel", "msisdn"},
	rolePasswordHash: {
		"password", "passwd", "pwd", "pass", "hash", "passhash", "pwhash", "passworddigest",
	},
	rolePasswordChangedAt: {
		"passwordchanged", "passwordupdatedat", "passwordsetdate", "passwordsetat", "pwdlastset", "pwdchangedtime",
		"passwordlastchanged", "lastpasswordchange", "lastpasswordupdate", "lastpasswdgen", "passchg",
	},
	roleLastActiveAt: {
		"lastlogin", "lastloginat", "lastlogindate", "lastsigninat", "lastsignin", "lastsignedinat", "lastseen",
		"lastseenat", "lastactivity", "lastactivityat", "lastaccess", "lastactive", "lastvisit", "lastlogon",
		"currentsigninat",
	},
	roleMFAEnabled: {
		"mfa", "mfaactive", "hasmfa", "twofactor", "twofactorenabled", "istwofactorenabled", "2fa", "2faenabled",
		"totpenabled", "otpenabled", "otprequiredforlogin",
	},
	rolePrivilege: {
		"role", "roles", "userrole", "isadmin", "admin", "issuperuser", "superuser", "isstaff", "accesslevel",
	},
	roleStatus: {
		"isactive", "active", "enabled", "isenabled", "disabled", "isdisabled", "state", "accountstatus", "userstatus",
		"banned", "isbanned", "suspended", "locked", "islocked", "blocked", "isblocked", "deleted", "isdeleted",
		"deletedat", "deactivated",
	},
	rolePasswordLogin: {
		"haspasswordlogin", "passwordloginenabled", "passwordloginallowed", "allowpasswordlogin", "canloginwithpassword",
		"passwordauth", "passwordauthenabled", "passwordsigninenabled",
	},
}

// losses are what a run does worse where a column that an export has is not read.
var losses = map[role]string{
	rolePasswordChangedAt: "without it a leak from before the password was set ranks like one after it",
	roleLastActiveAt:      "without it accounts that nobody uses rank like those in use",
	roleMFAEnabled:        "without it accounts without a second factor rank like those with one",
	rolePrivilege:         "without it administrators rank like users",
	roleStatus:            "without it every account counts as active, and disabled ones are listed",
	rolePasswordLogin:     "without it accounts that sign in by other means alone are listed",
}

// Ranks of resemblance, the best first. What is spelled otherwise comes after, by its distance.
const (
	rankSame  = iota // but for case and what stands between words
	rankOther        // another name of the same thing
	rankEnd          // a longer name of it: user_email
	rankSpelling
)

// shortestEnd keeps two letters at the end of a name from being taken for a name.
const shortestEnd = 4

// resemblance ranks a column's name against what a role's column is expected to be called.
func resemblance(column, wanted string, others []string) int {
	name, want := squeeze(column), squeeze(wanted)
	isEnd := func(of string) bool { return len(of) >= shortestEnd && strings.HasSuffix(name, of) }
	switch {
	case name == want:
		return rankSame
	case slices.Contains(others, name):
		return rankOther
	case isEnd(want), slices.ContainsFunc(others, isEnd):
		return rankEnd
	}
	return rankSpelling + editDistance(strings.ToLower(column), strings.ToLower(wanted))
}

// squeeze leaves the small letters and the digits of a name. The first of a list stands for the list.
func squeeze(name string) string {
	name = strings.ReplaceAll(name, "[0]", "")
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune("_-. ", r) {
			return -1
		}
		return r
	}, strings.ToLower(name))
}

// mostLike returns the column that resembles what is wanted most, of a rank that is at most worst; empty
// when none does. The names in taken have a role of their own.
func mostLike(header []string, wanted string, others, taken []string, worst int) (best string) {
	for _, column := range header {
		if slices.Contains(taken, column) {
			continue
		}
		if rank := resemblance(column, wanted, others); rank <= worst {
			best, worst = column, rank-1
		}
	}
	return best
}

// worstSpelling is where resemblance ends: farther than half of the letters is none.
func worstSpelling(wanted string) int { return rankSpelling + len(wanted)/2 }

// warnOverlooked tells of columns that look like ours and are not read. Where the export has another
// identifier nothing else would: a dump that names users by these would read as "not ours".
func warnOverlooked(header []string, bindings []binding, warn func(error)) {
	if !areNames(header) {
		return
	}
	for r := roleEmail; r <= rolePhone; r++ {
		if bindings[r].column != "" {
			continue
		}
		like := mostLike(header, roleNames[r], otherNames[r], boundColumns(bindings), rankEnd)
		if like != "" {
			warn(fmt.Errorf("no column %q is read; if it is %q, name it with --map %s=%s",
				roleNames[r], like, roleNames[r], like))
		}
	}
	for r := rolePasswordChangedAt; r < roleCount; r++ {
		if bindings[r].column != "" || losses[r] == "" {
			continue
		}
		like := mostLike(header, roleNames[r], otherNames[r], boundColumns(bindings), rankOther)
		if like != "" {
			warn(fmt.Errorf("no column %q is read; if it is %q, name it with --map %s=%s: %s",
				roleNames[r], like, roleNames[r], like, losses[r]))
		}
	}
}

func boundColumns(bindings []binding) (names []string) {
	for _, b := range bindings {
		if b.column != "" {
			names = append(names, b.column)
		}
	}
	return names
}

// editDistance counts the letters to insert, delete or replace to make a into b.
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replace := diagonal
			if a[i] != b[j] {
				replace++
			}
			diagonal = row[j+1]
			row[j+1] = min(replace, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
