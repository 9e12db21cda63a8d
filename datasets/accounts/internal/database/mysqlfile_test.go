package database

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/go-sql-driver/mysql"
)

func TestReadDefaults(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"[client]\npassword=a b":                   "a b",
		"[client]\r\n password = 'a#b' \r\n":       "a#b",
		"[client]\npassword=ab # a comment":        "ab",
		"[client]\npassword=\"a\\\\b\\sc\"":        `a\b c`,
		"[client]\n#password=x\npassword=ab":       "ab",
		"[client]\npassword=first\npassword=later": "later",
		"[mysqldump]\npassword=x":                  "",
		"password=x":                               "",
		"":                                         "",
	} {
		path := filepath.Join(t.TempDir(), "my.cnf")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		cfg := mysql.NewConfig()
		err := readDefaults(path, cfg)
		if err != nil || cfg.Passwd != want {
			t.Errorf("%q: %q, %v; want %q", text, cfg.Passwd, err, want)
		}
	}
}
