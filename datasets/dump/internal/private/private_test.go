package private

import "testing"

func TestPasswordFile(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{
		"Passwords.txt": true, "All Passwords.txt": true, "_AllPasswords_list.txt": true,
		"AllPasswords_list.txt": true, "Passwords[Chrome]_Default.txt": true, "unique_passwords.txt": true,
		"Logins_Chrome_Default.txt": true, "passwords.txt": true,
		"Cookies.txt": false, "passwordcracker.exe": false, "passwords.docx": false,
	} {
		if passwordFile.MatchString(name) != want {
			t.Errorf("%q: want %v", name, want)
		}
	}
}
