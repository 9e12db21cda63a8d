package verify

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestReadKnownAnswers(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	read := func(text string) ([]KnownAnswer, error) {
		return ReadKnownAnswers(writePrivate(t, folder, "answers.csv", text))
	}
	answers, err := read("\xef\xbb\xbfaccount_id,password\r\nu1, Made-Up 1 \r\nu2,\"a,\"\"b\"\n")
	if err != nil || len(answers) != 2 || string(answers[0].Password.Bytes()) != " Made-Up 1 " ||
		answers[1].AccountID != "u2" || string(answers[1].Password.Bytes()) != `a,"b` {
		t.Fatalf("got %v, %v", answers, err)
	}
	if shown := fmt.Sprintf("%v %+v", answers, answers); strings.Contains(shown, "Made-Up") {
		t.Error("known answers show a password")
	}
	for _, test := range []struct{ text, want string }{
		{"", "its first line is not account_id,password"},
		{"u1,Made-Up\n", "its first line is not account_id,password"},
		{"account_id,password\n", "it has no row"},
		{"account_id,password\nu1,\n", "row 1: account id or password is empty"},
		{"account_id,password\nu1,Made-Up\nu1,Made-Up\n", `row 2: account "u1" stands there twice`},
		{"account_id,password\nu1,Made-Up,more\n", "line 2: wrong number of fields"},
		{"account_id,password\nu1,\"Made-Up\" x\n", "line 2: "},
		{"account_id,password\nu1," + strings.Repeat("p", maxKnownPassword+1) + "\n", "row 1: the password is longer"},
		{"account_id,password\n" + strings.Repeat("x", maxKnownAnswersFile), "is over 1048576 bytes"},
	} {
		_, err := read(test.text)
		if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "Made-Up") {
			t.Errorf("got %v, want %s", err, test.want)
		}
	}
	if err := os.Chmod(filepath.Join(folder, "answers.csv"), 0o640); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadKnownAnswers(filepath.Join(folder, "answers.csv")); err == nil ||
		!strings.Contains(err.Error(), "mode 0640") {
		t.Errorf("got %v", err)
	}
}
