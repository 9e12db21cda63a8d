package sql_test

import (
	"testing"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/dump/internal/dumptest"
)

// TestSQL_cells reads passwords out of JSON in a column, where no column of the table holds them.
func TestSQL_cells(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"both_in_json":   "CREATE TABLE `s` (`id` int, `v` json);\nINSERT INTO `s` VALUES (1,'{\\\"login\\\":\\\"carol\\\",\\\"password\\\":\\\"p,w\\\"}');\n",
		"name_in_column": "INSERT INTO u (id, login, extra) VALUES (1,'carol','{\"password\":\"p,w\"}');\n",
		"no_columns":     "INSERT INTO s VALUES (1,'{\"login\":\"carol\",\"password\":\"p,w\"}');\n",
		"copy":           "COPY public.s (id, v) FROM stdin;\n1\t{\"login\":\"carol\",\"password\":\"p,w\"}\n\\.\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := dumptest.Read(t, []byte(text), dump.Options{})
			got.WantReport(t, dump.StatusRead, "sql", "")
			dumptest.WantCuts(t, got.FirstCuts(), []string{"carol=p,w"})
		})
	}
}
