package cut_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
	"github.com/credsieve/credsieve/datasets/dump/leak"
)

// TestLine_of_names reads lines without an address in which no separator, or not only one, parts a name and a password.
func TestLine_of_names(t *testing.T) {
	t.Parallel()
	for _, line := range []string{
		`'carol:p-w',`, `"carol:p-w",`, "`carol` `p-w`", "[carol] [p-w]", "carol (p-w)", "<carol>:p-w", "**carol** : `p-w`",
		"✅ carol:p-w", "🔥 carol:p-w 🔥", "- carol / p-w", "* carol - p-w", "carol => p-w",
		"10.0.0.5 22/tcp ssh: 'carol' 'p-w'", "[+] 10.0.0.5:445 - Success: 'carol:p-w'", "curl -u 'carol:p-w' https://example.com/",
		"p-w              (carol)", "p-w              (carol)     ",
		"Login/Password: carol / p-w", "login:pass = carol:p-w", "carol:p-w OK", "CREATE LOGIN [carol] WITH PASSWORD = N'p-w'",
		"10.0.0.5:3389@CORP\\carol;p-w", "carol:p-w https://example.com/",
	} {
		var c cut.Cutter
		reason := c.Line([]byte(line))
		var got []string
		for _, one := range c.All() {
			got = append(got, fmt.Sprintf("%s=%s", one.Identifier, one.Secret))
		}
		if !slices.Contains(got, "carol=p-w") {
			t.Errorf("%q: got %q %s", line, got, reason)
		}
	}
}

func TestMarked_within_brackets(t *testing.T) {
	t.Parallel()
	for line, mark := range map[string]string{
		"[carol] [p-w]": "] [", `"carol" "p-w"`: `" "`, "carol (p-w)": " (", "- carol / p-w": " / ",
		"ann@example.net----carol----p-w": "----",
	} {
		var c cut.Cutter
		reason := c.Marked([]byte(line), []byte(mark))
		if !slices.ContainsFunc(c.All(), func(one leak.Cut) bool {
			return string(one.Identifier) == "carol" && string(one.Secret) == "p-w"
		}) {
			t.Errorf("%q: got %+v %s", line, c.All(), reason)
		}
	}
}

func TestAccountName(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]string{
		`CORP\carol`: "carol", "carol@corp": "carol", "carol@ad.example.local": "carol", "carol@EXAMPLE.LAN": "carol",
		"carol@example.com": "", "carol": "", "@corp": "", "carol@": "", `CORP\`: "", "a@b@corp": "",
	} {
		if got := string(cut.AccountName([]byte(id))); got != want {
			t.Errorf("%q: got %q, want %q", id, got, want)
		}
	}
}

func TestNamePair(t *testing.T) {
	t.Parallel()
	for field, want := range map[string]string{
		"[12:10:11] [GOOD] carol:p:w ": "carol=p:w", "carol:pw": "carol=pw", "Plan: x": "=", "12:10": "=", "https://x.example": "=",
		"carol": "=",
	} {
		id, secret := cut.NamePair([]byte(field))
		if got := fmt.Sprintf("%s=%s", id, secret); got != want {
			t.Errorf("%q: got %q, want %q", field, got, want)
		}
	}
}

func TestRoleOf_languages(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]cut.Role{
		"Mật khẩu": cut.RoleSecret, "用户名": cut.RoleIdentifier, "nama_pengguna": cut.RoleIdentifier, "Почта": cut.RoleIdentifier,
		"كلمة المرور": cut.RoleSecret, "loginFields": cut.RoleNone, "member": cut.RoleNone, "pin": cut.RoleNone,
	} {
		if got, _ := cut.RoleOf([]byte(name)); got != want {
			t.Errorf("%q: got %v, want %v", name, got, want)
		}
	}
}
