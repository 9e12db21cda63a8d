package dump

import (
	"errors"
	"testing"
)

func TestList_stealer_log(t *testing.T) {
	dir := folder(t, map[string]string{
		"log/Passwords.txt": "x", "log/UserInformation.txt": "x", "log/Screenshot.jpg": "x",
		"log/Autofills/Chrome.txt": "x", "log/Cookies/a.txt": "x", "log/Cookies/deep/b.txt": "x",
		"log/Chrome/Default/Passwords.txt": "x", "log/Chrome/Default/Cookies/c.txt": "x",
		"log/FileGrabber/Desktop/secret.docx": "x", "log/Notes.txt": "x",
		"lists/Passwords.txt": "x", "lists/Other/cookies.txt": "x", "desktop/combo.txt": "x",
		"lists/Documents/a.txt": "x", "pair/Cookies/a.txt": "x", "pair/Autofills/a.txt": "x",
	})
	wantPaths(t, listed(t, dir, dir), []string{
		"desktop/combo.txt", "lists/Documents/a.txt", "lists/Other/cookies.txt", "lists/Passwords.txt",
		"log [2 files of a stealer log that hold no passwords are not read]",
		"log/Autofills [1 file of a stealer log that holds no passwords is not read]",
		"log/Chrome/Default/Cookies [1 file of a stealer log that holds no passwords is not read]",
		"log/Chrome/Default/Passwords.txt",
		"log/Cookies [2 files of a stealer log that hold no passwords are not read]",
		"log/FileGrabber [1 file of a stealer log that holds no passwords is not read]",
		"log/Notes.txt", "log/Passwords.txt",
		"pair/Autofills [1 file of a stealer log that holds no passwords is not read]",
		"pair/Cookies [1 file of a stealer log that holds no passwords is not read]",
	})
	inputs, err := List(t.Context(), []string{dir + "/log"})
	if err != nil {
		t.Fatal(err)
	}
	for _, in := range inputs {
		if in.Err == nil {
			continue
		}
		report, err := Read(t.Context(), in, Options{}, nil)
		if err != nil || report.Status != StatusSkipped || !errors.Is(report.Err, ErrNotPasswords) {
			t.Errorf("%s is %s: %v, %v", in.Path, report.Status, report.Err, err)
		}
	}
}
