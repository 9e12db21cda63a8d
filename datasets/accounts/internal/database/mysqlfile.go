package database

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/go-sql-driver/mysql"
)

// maxDefaultsFile is far more than an option file needs.
const maxDefaultsFile = 1 << 20

// readDefaults takes user and password from the group [client] of a MySQL option file, if one is
// named. The file's password beats that of the environment, the URL's user that of the file. The
// syntax is that of https://dev.mysql.com/doc/refman/8.4/en/option-files.html; !include is not
// followed.
func readDefaults(path string, cfg *mysql.Config) error {
	if path == "" {
		return nil
	}
	info, err := os.Stat(path)
	if err == nil && info.Size() > maxDefaultsFile {
		err = errors.New("it is too large")
	}
	var text []byte
	if err == nil {
		text, err = os.ReadFile(path)
	}
	if err != nil {
		return fmt.Errorf("failed to read the option file: %w", err)
	}
	client := false
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "[") {
			client = line == "[client]"
			continue
		}
		name, value, _ := strings.Cut(line, "=")
		switch name = strings.TrimSpace(name); {
		case !client:
		case name == "password":
			cfg.Passwd = optionValue(value)
		case name == "user" && cfg.User == "":
			cfg.User = optionValue(value)
		}
	}
	return nil
}

// optionValue drops quotes, a comment after a value without quotes, and escapes.
func optionValue(text string) string {
	text = strings.TrimSpace(text)
	if n := len(text); n >= 2 && (text[0] == '"' || text[0] == '\'') && text[n-1] == text[0] {
		text = text[1 : n-1]
	} else if at := strings.IndexByte(text, '#'); at >= 0 {
		text = strings.TrimSpace(text[:at])
	}
	return strings.NewReplacer(`\\`, `\`, `\s`, " ", `\t`, "\t", `\n`, "\n", `\r`, "\r",
		`\b`, "\b").Replace(text)
}
