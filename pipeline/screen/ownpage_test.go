package screen

import "testing"

func TestOwnPages(t *testing.T) {
	t.Parallel()
	own := newOwnPages([]string{"Example.com", "login.example.org."})
	for host, want := range map[string]bool{
		"example.com": true, "EXAMPLE.COM.": true, "login.example.com": true, "login.example.org": true,
		"notexample.com": false, "example.org": false, "example.com.example.net": false, "": false, "com": false,
	} {
		if got := own.are([]byte(host)); got != want {
			t.Errorf("%s: %v", host, got)
		}
	}
	if newOwnPages(nil).are([]byte("example.com")) {
		t.Error("without domains a page is ours")
	}
}
