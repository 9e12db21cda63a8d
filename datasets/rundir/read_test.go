package rundir

import (
	"context"
	"reflect"
	"testing"
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
