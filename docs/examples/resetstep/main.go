// Command resetstep is an example of the program that acts on a list of credsieve: docs/handoff.md says why
// each step is there. What a real one does to an account is one line of output here.
package main

import (
	"encoding/csv"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

func main() {
	credsieve, run := flag.String("credsieve", "credsieve", "`program`"), flag.String("run", "", "run `directory`")
	accounts, key := flag.String("accounts", "", "account export, fresh"), flag.String("key-file", "", "`file`")
	done := flag.String("done", "", "`file` of finding ids, kept for good")
	limit := flag.Int("limit", 100, "act on at most `N` accounts: a roll-out in stages")
	flag.Parse()
	call := func(args ...string) {
		cmd := exec.Command(*credsieve, args...)
		cmd.Stderr = os.Stderr
		check(cmd.Run())
	}

	// 1. The run is whole and published, or nothing is done.
	call("verify", *run, "--key-file", *key)
	var manifest struct{ Status string }
	check(json.Unmarshal(must(os.ReadFile(filepath.Join(*run, "manifest.json"))), &manifest))
	if manifest.Status != "complete" && manifest.Status != "partial" {
		log.Fatalf("refusing run %s: it is %s", *run, manifest.Status)
	}
	// 2. Only findings that hold at this moment: a user may have changed the password since the scan.
	call("recheck", *run, "--accounts", *accounts, "--key-file", *key, "--out", *done+".holds.csv")
	holds := make(map[string]bool)
	for _, row := range readTable(*done + ".holds.csv") {
		holds[row["finding_id"]] = row["holds"] == "true"
	}
	// 3. Each finding once in its life: the id is durable before anybody is told, and on a line of its own
	// even after a crash in the middle of the one before.
	kept := must(os.OpenFile(*done, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600))
	acted := strings.Fields(string(must(io.ReadAll(kept))))
	for _, row := range readTable(filepath.Join(*run, "at_risk.csv")) {
		if id := row["finding_id"]; holds[id] && !slices.Contains(acted, id) && *limit > 0 {
			must(fmt.Fprintf(kept, "\n%s\n", id))
			check(kept.Sync())
			*limit--
			fmt.Println(row["account_id"], row["actions"])
		}
	}
}

// readTable reads a CSV file by the names of its columns: later versions may add some.
func readTable(path string) (rows []map[string]string) {
	records := must(csv.NewReader(must(os.Open(path))).ReadAll())
	for _, record := range records[1:] {
		row := make(map[string]string)
		for i, cell := range record {
			row[records[0][i]] = asWritten(cell)
		}
		rows = append(rows, row)
	}
	return rows
}

// asWritten undoes what keeps a spreadsheet from running a cell, as docs/formats.md says.
func asWritten(cell string) string {
	rest := strings.TrimLeft(cell, "'")
	if rest != cell && rest != "" && strings.ContainsAny(rest[:1], "=+-@") {
		return cell[1:]
	}
	return cell
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func must[T any](value T, err error) T {
	check(err)
	return value
}
