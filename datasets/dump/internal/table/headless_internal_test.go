package table

import "testing"

func TestIsDate(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"2011-12-31": true, "31.12.2011": true, "12/31/2011 10:00": true, "2011-12-31T23:59:59Z": true,
		"2011-12": false, "1-2-3-4": false, "12345678": false, "10.0.0.1": false, "2011-12-31x": false,
	} {
		if got := isDate([]byte(text)); got != want {
			t.Errorf("isDate(%q) = %t", text, got)
		}
	}
}
