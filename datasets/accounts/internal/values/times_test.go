package values

import (
	"testing"
	"time"
)

// at is when all of the times below are.
var at = time.Date(2024, 1, 2, 3, 4, 5, 0, time.UTC)

func TestParseTime(t *testing.T) {
	t.Parallel()
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{
		"2024-01-02T03:04:05Z", "2024-01-02T05:04:05+02:00", "2024-01-02 03:04:05Z", "2024-01-02 03:04:05+00",
		"2024-01-02 03:04:05+0000", "2024-01-02 03:04:05.000 UTC", "2024-01-02 03:04:05 +0000 UTC", "2024-01-02T03:04:05z",
		"2024-01-02 04:04:05", "2024-01-02T04:04:05", "20240102040405", "2024/01/02 04:04:05", // in Berlin
		"20240102030405Z", "20240102030405.0Z", "20240102T030405Z", "20240102040405+0100",
		"1704164645", "1704164645.0", "1704164645000", "1704164645000000", "1704164645000000000",
		"133486382450000000", "13348638245000000", "638397614450000000",
		"Tue, 02 Jan 2024 03:04:05 GMT", "Tue, 02 Jan 2024 04:04:05 +0100", " 1704164645 ",
		"Tue Jan  2 04:04:05 2024", "02-Jan-2024 04:04:05", "02-JAN-2024 04:04:05", "Jan 2, 2024 4:04:05 AM", // in Berlin
		"2024-01-02T04:04:05+01:00[Europe/Berlin]", "2024-01-02T03:04:05Z[UTC]", "/Date(1704164645000)/", "/Date(1704164645000+0100)/",
	} {
		if got, _, err := ParseTime(text, berlin); err != nil || !got.Equal(at) {
			t.Errorf("ParseTime(%q) = %v, %v; want %v", text, got, err, at)
		}
	}
	for text, want := range map[string]time.Time{
		"2024-01-02": at.Truncate(24 * time.Hour), "20240102": at.Truncate(24 * time.Hour), "2024-01-02 03:04": at.Truncate(time.Minute),
		"2024-01-02 03:04:05.25": at.Add(250 * time.Millisecond), "2024-01-02 03:04:05,25": at.Add(250 * time.Millisecond),
		"1704164645250": at.Add(250 * time.Millisecond),
	} {
		if got, _, err := ParseTime(text, time.UTC); err != nil || !got.Equal(want) {
			t.Errorf("ParseTime(%q) = %v, %v; want %v", text, got, err, want)
		}
	}
}

func TestParseTime_of_nothing(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", " ", "0", "-1", "NULL", "never", "Never", "infinity", "-infinity", "0000-00-00", "0000-00-00 00:00:00",
		"1970-01-01 00:00:00", "1970-01-01T00:00:00Z", "1601-01-01T00:00:00Z", "0001-01-01T00:00:00", "0001-01-01T00:00:00Z",
		"9223372036854775807", "n/a",
	} {
		if got, _, err := ParseTime(text, time.UTC); err != nil || !got.IsZero() {
			t.Errorf("ParseTime(%q) = %v, %v; want none", text, got, err)
		}
	}
}

func TestParseTime_refuses(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"1", "19724", "45293", "99999", "1000000", "94694399", "4102444801", "94694399999", "1/2/2024", "02.01.2024", "2024-13-01",
		"2024-01-02 25:00:00", "2024-01-02 03:04:05 CET", "Tue, 02 Jan 2024 03:04:05 CET", "yesterday", "2024-01-02x", "12:30",
		"1704164645x", "1704164645.1.2", "02-Jan-24", "/Date(x)/", "2024-01-02[UTC]", "2024-01-02T03:04:05[", "Jan 32, 2024", "99999999999999999999", "20241302", "2024-01-02T03:04:05+1", "$2b$10$made/up",
	} {
		if got, _, err := ParseTime(text, time.UTC); err == nil {
			t.Errorf("ParseTime(%q) = %v", text, got)
		}
	}
}

// FuzzParseTime: whatever is read is a time that a store may hold, and never one of the 1970s by accident.
func FuzzParseTime(f *testing.F) {
	for _, text := range []string{"2024-01-02 03:04:05+00", "1704164645.5", "20240102030405Z", "133486382450000000", "Tue, 02 Jan 2024 03:04:05 GMT"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, _, err := ParseTime(text, time.UTC)
		if err == nil && !got.IsZero() && len(text) > 0 && text[len(text)-1] >= '0' && len(text) < 8 && got.Year() < 1973 {
			t.Errorf("%q became %v", text, got)
		}
	})
}

func TestParseBool(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][2]bool{
		"true": {true, true}, "T": {true, true}, "b'1'": {true, true}, "\x01": {true, true}, "Enabled": {true, true}, "on": {true, true},
		"false": {false, true}, "0": {false, true}, "b'0'": {false, true}, "N": {false, true}, "": {}, "NULL": {}, "n/a": {},
	} {
		if value, known, err := ParseBool(text); err != nil || value != want[0] || known != want[1] {
			t.Errorf("ParseBool(%q) = %v, %v, %v", text, value, known, err)
		}
	}
	for _, text := range []string{"2", "ja", "truth", "00"} {
		if value, _, err := ParseBool(text); err == nil {
			t.Errorf("ParseBool(%q) = %v", text, value)
		}
	}
}

func TestParseDays(t *testing.T) {
	t.Parallel()
	if got, err := ParseDays("19724"); err != nil || got.UTC().Format(time.DateOnly) != "2024-01-02" {
		t.Errorf("got %v, %v", got, err)
	}
	for _, text := range []string{"0", "-1"} {
		if got, err := ParseDays(text); err != nil || !got.IsZero() {
			t.Errorf("ParseDays(%q) = %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"x", "99999999", ""} {
		if got, err := ParseDays(text); err == nil {
			t.Errorf("ParseDays(%q) = %v", text, got)
		}
	}
}
