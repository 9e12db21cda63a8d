package table_test

import (
	"testing"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/dump/internal/dumptest"
)

// TestCells reads passwords out of JSON in a column.
func TestCells(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"both_in_json":   "id,settings\n1,\"{\"\"login\"\":\"\"carol\"\",\"\"password\"\":\"\"p,w\"\"}\"\n",
		"name_in_column": "login,profile\ncarol,\"{\"\"lang\"\":\"\"de\"\",\"\"password\"\":\"\"p,w\"\"}\"\n",
		"list_of_one":    "id\tdata\tx\n1\t[{\"login\":\"carol\",\"pw\":\"p,w\"}]\t2\n",
		"backslashes":    "id,data\n1,\"{\\\"login\\\":\\\"carol\\\",\\\"password\\\":\\\"p,w\\\"}\"\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := dumptest.Read(t, []byte(text), dump.Options{})
			got.WantReport(t, dump.StatusRead, "csv", "")
			dumptest.WantCuts(t, got.FirstCuts(), []string{"carol=p,w"})
		})
	}
}
