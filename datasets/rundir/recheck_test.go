package rundir

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func exampleAnswers() []Rechecked {
	rows := exampleRows()
	rows[1].FindingID = strings.Repeat("0c", 16)
	return []Rechecked{{Row: rows[0], Holds: true, Cause: "unchanged"}, {Row: rows[1], Cause: "not_found"}}
}

// TestWriteRecheck writes the columns that others rely on, in each of the forms.
func TestWriteRecheck(t *testing.T) {
	t.Parallel()
	a, c := strings.Repeat("0a", 16), strings.Repeat("0c", 16)
	for form, want := range map[RecheckForm]string{
		{}: "account_id,finding_id,holds,cause\n" + `"u,""1""",` + a + ",true,unchanged\nu2," + c + ",false,not_found\n",
		{Joined: true}: "account_id,finding_id,holds,cause,rank,score,band,status,actions\n" + `"u,""1""",` + a +
			",true,unchanged,1,87.5,critical,new,reset_password;notify_user\nu2," + c + ",false,not_found,2,40.0,standard,,\n",
		{JSONLines: true}: `{"account_id":"u,\"1\"","finding_id":"` + a + `","holds":true,"cause":"unchanged"}` + "\n" +
			`{"account_id":"u2","finding_id":"` + c + `","holds":false,"cause":"not_found"}` + "\n",
		{JSONLines: true, Joined: true}: `{"account_id":"u,\"1\"","finding_id":"` + a + `","holds":true,"cause":"unchanged","rank":1,"score":87.5,` +
			`"band":"critical","status":"new","actions":["reset_password","notify_user"]}` + "\n" +
			`{"account_id":"u2","finding_id":"` + c + `","holds":false,"cause":"not_found","rank":2,"score":40,"band":"standard","status":"","actions":[]}` + "\n",
	} {
		dir := t.TempDir()
		path := filepath.Join(dir, "answer")
		if err := WriteRecheck(path, exampleAnswers(), form); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(path)
		if err != nil || string(text) != want {
			t.Errorf("%+v: %s\nwant: %s, %v", form, text, want, err)
		}
		var bare bytes.Buffer
		write := form.writeCSV
		if form.JSONLines {
			write = form.writeJSONLines
		}
		if err := write(&bare, exampleAnswers()); err != nil || bare.String() != want {
			t.Errorf("%+v: %s, %v", form, &bare, err)
		}
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%+v: mode %v, %v", form, info.Mode(), err)
		}
		if files, err := os.ReadDir(dir); err != nil || len(files) != 1 {
			t.Errorf("%+v: it leaves %v, %v", form, files, err)
		}
		// Whatever the form, it is known for an answer, and cleared.
		for _, next := range []RecheckForm{{}, {JSONLines: true}} {
			if err := WriteRecheck(path, exampleAnswers(), form); err != nil {
				t.Fatal(err)
			}
			if err := ClearRecheck(path, next); err != nil {
				t.Errorf("%+v: %v", form, err)
			}
			if _, err := os.Stat(path); err == nil {
				t.Errorf("%+v: it is still there", form)
			}
		}
	}
}

// TestWriteRecheck_that_fails leaves nothing.
func TestWriteRecheck_that_fails(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "answer")
	if err := os.MkdirAll(filepath.Join(path, "full"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, place := range []string{path, filepath.Join(dir, "nowhere", "answer")} {
		if err := WriteRecheck(place, exampleAnswers(), RecheckForm{}); err == nil || !strings.Contains(err.Error(), "failed to write") {
			t.Errorf("%s: %v", place, err)
		}
	}
	if files, err := os.ReadDir(dir); err != nil || len(files) != 1 {
		t.Errorf("it leaves %v, %v", files, err)
	}
}

// TestClearRecheck removes an answer and nothing else.
func TestClearRecheck(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	id := strings.Repeat("0a", 16)
	for name, tt := range map[string]struct {
		text          string
		json, cleared bool
	}{
		"an answer without rows":            {"account_id,finding_id,holds,cause\n", false, true},
		"a joined answer":                   {"account_id,finding_id,holds,cause,rank,score,band,status,actions\n", false, true},
		"an answer of JSON":                 {`{"account_id":"a\"b","finding_id":"` + id + `","holds":false,"cause":"x"}` + "\n", false, true},
		"no lines of JSON":                  {"", true, true},
		"an empty file":                     {"", false, false},
		"an export":                         {"account_id,email\nu1,a@example.com\n", false, false},
		"a list":                            {"rank,account_id\n", true, false},
		"an export that begins like it":     {`{"account_id":"u1","email":"a@example.com"}` + "\n", true, false},
		"lines of JSON after something":     {"x\n" + `{"account_id":"a","finding_id":"` + id + `","holds":false,"cause":"x"}` + "\n", true, false},
		"a header with one column too many": {"account_id,finding_id,holds,cause,more\n", false, false},
	} {
		path := filepath.Join(dir, strings.ReplaceAll(name, " ", "-"))
		if err := os.WriteFile(path, []byte(tt.text), 0o600); err != nil {
			t.Fatal(err)
		}
		err := ClearRecheck(path, RecheckForm{JSONLines: tt.json})
		_, there := os.Stat(path)
		if (err == nil) != tt.cleared || (there != nil) != tt.cleared {
			t.Errorf("%s: %v, and then %v", name, err, there)
		}
	}
	if err := ClearRecheck(filepath.Join(dir, "nothing"), RecheckForm{}); err != nil {
		t.Errorf("where nothing is: %v", err)
	}
	if err := ClearRecheck(dir, RecheckForm{JSONLines: true}); err == nil || !strings.Contains(err.Error(), "it is not a file") {
		t.Errorf("a folder: %v", err)
	}
	if err := ClearRecheck(filepath.Join(dir, "a-list", "x"), RecheckForm{}); err == nil || !strings.Contains(err.Error(), "failed to replace") {
		t.Errorf("below something that is not a folder: %v", err)
	}
}

func TestInside(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	run, other, link := filepath.Join(dir, "run"), filepath.Join(dir, "run2"), filepath.Join(dir, "link")
	for _, made := range []string{filepath.Join(run, "held"), other} {
		if err := os.MkdirAll(made, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(run, link); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]bool{
		filepath.Join(run, "x"): true, filepath.Join(run, "held", "x"): true, filepath.Join(link, "x"): true,
		filepath.Join(other, "x"): false, filepath.Join(dir, "x"): false, filepath.Join(run, "nowhere", "x"): false, "x": false,
	} {
		for _, name := range []string{run, link} {
			if inside, err := Inside(name, path); err != nil || inside != want {
				t.Errorf("%s is in %s: %v, %v", path, name, inside, err)
			}
		}
	}
	if _, err := Inside(filepath.Join(dir, "nothing"), "x"); err == nil {
		t.Error("a run that is not there has an inside")
	}
	if err := os.WriteFile(filepath.Join(other, "file"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if inside, err := Inside(run, filepath.Join(other, "file", "x", "y")); err == nil {
		t.Errorf("a folder below a file: %v", inside)
	}
}

// TestInside_of_relative_names: where a command runs says what they mean.
func TestInside_of_relative_names(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "run"), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	for _, run := range []string{"run", filepath.Join(dir, "run")} {
		for path, want := range map[string]bool{"run/x": true, filepath.Join(dir, "run", "x"): true, "x": false, filepath.Join(dir, "x"): false} {
			if inside, err := Inside(run, path); err != nil || inside != want {
				t.Errorf("%s is in %s: %v, %v", path, run, inside, err)
			}
		}
	}
}
