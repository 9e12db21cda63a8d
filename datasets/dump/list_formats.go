package dump

// combo is a list of identifier and password, one pair a line.
type combo struct{}

func (combo) name() string { return "combo" }

func (combo) score(s *sample) int {
	return s.share(func(line []byte) bool { return schemeEnd(trimSpace(line)) == 0 })
}

func (combo) open(s *sample) (session, error) { return listSession{lines{s.lineEnd()}}, nil }

// passwd is a file of accounts as systems keep them: htpasswd (user:hash), shadow and passwd of
// Unix (their manual pages: passwd(5) and shadow(5)), and pwdump or secretsdump of Windows. Such
// lines are known in a combo list as well. Their records name users; none has a testable secret,
// and the numbers behind a hash are never taken for a password.
type passwd struct{}

func (passwd) name() string { return "passwd" }

func (passwd) score(s *sample) int {
	const most = 60 // percent
	if s.share(isPasswd) >= most {
		return certain
	}
	return -1
}

func (passwd) open(s *sample) (session, error) { return listSession{lines{s.lineEnd()}}, nil }

// ulp is a list of URL, login and password, as stealer logs are traded.
type ulp struct{}

func (ulp) name() string { return "ulp" }

func (ulp) score(s *sample) int {
	return s.share(func(line []byte) bool { return schemeEnd(trimSpace(line)) > 0 })
}

func (ulp) open(s *sample) (session, error) { return listSession{lines{s.lineEnd()}}, nil }
