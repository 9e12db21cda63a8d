package rundir

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestRead_gives_back_what_was_written(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*Manifest){"published": func(*Manifest) {}, "held": hold} {
		t.Run(name, func(t *testing.T) {
			dir := publishExample(t, change)
			m, err := Verify(context.Background(), dir)
			if err != nil {
				t.Fatal(err)
			}
			rows, err := ReadList(dir, m)
			if err != nil || !reflect.DeepEqual(rows, exampleRows()) {
				t.Errorf("rows %+v: %v", rows, err)
			}
			undecided, err := ReadUndecided(dir)
			if err != nil || !reflect.DeepEqual(undecided, []Undecided{{"u3", "unknown_scheme", 2}}) {
				t.Errorf("undecided %+v: %v", undecided, err)
			}
			var met []Met
			err = ReadMet(dir, func(a Met) error { met = append(met, a); return nil })
			if err != nil || !reflect.DeepEqual(met, exampleMet()) {
				t.Errorf("met %+v: %v", met, err)
			}
		})
	}
}

// tableOf is a folder with one table.
func tableOf(t *testing.T, name, text string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, name), []byte(text))
	return dir
}

// TestReadMet_of_earlier_versions: columns that came later are empty, and a table that is not this one is an error.
func TestReadMet_of_earlier_versions(t *testing.T) {
	t.Parallel()
	since := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for text, want := range map[string]Met{
		"account_id,state,candidates,refuted,source_count,sources\nu1,refuted,2,1,2,a;b\n": {
			AccountID: "u1", State: StateRefuted, Candidates: 2, Refuted: 1, Sources: []string{"a", "b"}},
		"account_id,state,candidates,refuted,source_count,sources,changed_tag\nu1,listed,1,0,0,,tag\n": {
			AccountID: "u1", State: StateListed, Candidates: 1, ChangedTag: "tag"},
		"account_id,state,candidates,refuted,source_count,sources,changed_tag,actions,first_listed_at\n'=u1,listed,1,0,0,,tag,x;y,2026-03-01T12:00:00Z\n": {
			AccountID: "=u1", State: StateListed, Candidates: 1, ChangedTag: "tag", Actions: []string{"x", "y"}, FirstListedAt: since},
	} {
		var got []Met
		err := ReadMet(tableOf(t, metName, text), func(m Met) error { got = append(got, m); return nil })
		if err != nil || !reflect.DeepEqual(got, []Met{want}) {
			t.Errorf("%s: %+v, %v", text, got, err)
		}
	}
	header := strings.Join(metHeader, ",") + "\n"
	for name, text := range map[string]string{
		"empty": "", "five columns": "account_id,state,candidates,refuted,source_count\nu1,refuted,1,1,0\n",
		"another order": "state,account_id,candidates,refuted,source_count,sources\nrefuted,u1,1,1,0,\n",
		"one more":      header[:len(header)-1] + ",more\nu1,refuted,1,1,0,,,,,\n",
		"candidates":    header + "u1,refuted,x,1,0,,,,\n", "refuted": header + "u1,refuted,1,x,0,,,,\n", "since": header + "u1,refuted,1,1,0,,,,today\n",
		"short row": header + "u1,refuted,1,1,0\n", "quotes": header + "\"u1,refuted,1,1,0,,,,\n",
	} {
		if err := ReadMet(tableOf(t, metName, text), func(Met) error { return nil }); err == nil || !strings.Contains(err.Error(), metName) {
			t.Errorf("%s: %v", name, err)
		}
	}
	stop := errors.New("enough")
	if err := ReadMet(tableOf(t, metName, header+"u1,refuted,1,1,0,,,,\n"), func(Met) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("what the visitor says is lost: %v", err)
	}
}

// TestReadUndecided_refuses other tables; its columns are not more than they were.
func TestReadUndecided_refuses(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"another table": "account_id,cause\nu1,x\n", "a number": "account_id,cause,candidates\nu1,x,many\n", "nothing": "",
	} {
		if rows, err := ReadUndecided(tableOf(t, undecidedName, text)); err == nil {
			t.Errorf("%s: %v", name, rows)
		}
	}
	rows, err := ReadUndecided(tableOf(t, undecidedName, "account_id,cause,candidates\n'=u1,x,3\n"))
	if err != nil || !reflect.DeepEqual(rows, []Undecided{{"=u1", "x", 3}}) {
		t.Errorf("%+v, %v", rows, err)
	}
}

// TestReadList_refuses a list of which a cell cannot be what it is said to be.
func TestReadList_refuses(t *testing.T) {
	t.Parallel()
	var good bytes.Buffer
	if err := writeListCSV(&good, exampleRows()[:1], false); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string][2]string{
		"rank": {"\n1,", "\nfirst,"}, "score": {"87.5", "much"}, "first day": {"2026-03-01,2026-03-01", "yesterday,2026-03-01"},
		"last day": {"2026-03-01,2026-03-01", "2026-03-01,today"}, "reasons": {"password_confirmed:40", "password_confirmed"},
		"a column": {"finding_id", "finding"}, "one column less": {",hash_tag", ""}, "a row": {"critical,new", "new"},
	} {
		text := strings.Replace(good.String(), change[0], change[1], 1)
		if rows, err := ReadList(tableOf(t, "at_risk.csv", text), new(Manifest)); err == nil {
			t.Errorf("%s: %+v", name, rows)
		}
	}
	var short strings.Builder // without the last column
	for line := range strings.Lines(good.String()) {
		short.WriteString(line[:strings.LastIndexByte(line, ',')] + "\n")
	}
	if rows, err := ReadList(tableOf(t, "at_risk.csv", short.String()), new(Manifest)); err == nil || !strings.Contains(err.Error(), "no column hash_tag") {
		t.Errorf("%v, %v", rows, err)
	}
	if rows, err := ReadList(tableOf(t, "at_risk.csv", ""), new(Manifest)); err == nil || !strings.Contains(err.Error(), "has no header") {
		t.Errorf("%v, %v", rows, err)
	}
	held := &Manifest{Status: StatusHeld}
	dir := tableOf(t, "held/at_risk.csv", good.String())
	if rows, err := ReadHeld(dir, held); err != nil || len(rows) != 1 {
		t.Errorf("%v, %v", rows, err)
	}
	if rows, err := ReadPublished(dir, held); err != nil || rows != nil {
		t.Errorf("of a held run is published: %v, %v", rows, err)
	}
}

// TestReadFirstListed notes it in rows that are listed, and in no others.
func TestReadFirstListed(t *testing.T) {
	t.Parallel()
	dir := tableOf(t, metName, strings.Join(metHeader, ",")+"\nu1,listed,1,0,0,,,,2026-03-01T12:00:00Z\nu2,refuted,1,1,0,,,,2026-03-01T12:00:00Z\n"+
		"u3,listed,1,0,0,,,,\n")
	rows := []Row{{AccountID: "u3"}, {AccountID: "u2"}, {AccountID: "u1"}}
	if err := ReadFirstListed(dir, rows); err != nil || rows[2].FirstListedAt.IsZero() || !rows[1].FirstListedAt.IsZero() || !rows[0].FirstListedAt.IsZero() {
		t.Errorf("%+v, %v", rows, err)
	}
	if err := ReadFirstListed(t.TempDir(), rows); err == nil {
		t.Error("a run without the table says since when")
	}
}
