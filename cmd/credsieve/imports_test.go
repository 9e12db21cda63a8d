package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/credsieve/credsieve/"

// room is a package of this module: what it may import of the others, and why no more.
type room struct {
	name string
	may  string // names, separated by spaces
	why  string
}

// Reasons that several share.
const (
	oneBudget  = "containers have one budget, and one place that keeps it"
	inAccounts = "account databases are read there, by statements that only read"
	aFamily    = "a family knows no other, and no container"
	inStored   = "what verifies passwords is in hashing/stored"
	inCmd      = "the command line is cmd's: give the package values, not flags"
)

// rooms are all packages of this module. An arrow that is not in this list is wrong until somebody writes it
// here, with the sentence that defends it. What no line allows an import of, such as the packages that only
// tests use, no other package imports.
var rooms = []room{
	{"cmd/credsieve", "cmd/credsieve/internal/answers cmd/credsieve/internal/calibrate cmd/credsieve/internal/config cmd/credsieve/internal/fetched cmd/credsieve/internal/flags cmd/credsieve/internal/manual cmd/credsieve/internal/secrets cmd/credsieve/internal/summary cmd/credsieve/internal/terminal cmd/credsieve/internal/told cmd/credsieve/internal/usage cmd/credsieve/internal/weights " +
		"datasets/accounts datasets/counted datasets/dump datasets/dump/unpackchild datasets/fault datasets/index datasets/ledger datasets/objects " +
		"datasets/presets datasets/rundir datasets/shown datasets/synth hashing hashing/stored pipeline pipeline/budgets pipeline/estimate pipeline/exclusion pipeline/guard pipeline/inspect " +
		"pipeline/progress pipeline/prune pipeline/task pipeline/review pipeline/review/nights pipeline/review/report",
		"commands turn flags into values and show what comes back; what a stage does is not theirs"},

	{"cmd/credsieve/internal/terminal", "datasets/counted datasets/shown pipeline/progress",
		"it knows how wide a page is, and not what a run is"},
	{"cmd/credsieve/internal/summary", "cmd/credsieve/internal/terminal datasets/counted datasets/dump datasets/rundir datasets/shown pipeline pipeline/review",
		"it puts a finished run into words, and must not be able to change one"},
	{"cmd/credsieve/internal/secrets", "",
		"it decides who may have read a file, and does not know what stands in it"},
	{"cmd/credsieve/internal/weights", "cmd/credsieve/internal/config pipeline/rank",
		"it reads one file of settings, and scores nothing"},
	{"cmd/credsieve/internal/fetched", "datasets/objects datasets/rundir",
		"it copies what is in a bucket, and puts back what was released of it; what a run says it does not know"},
	{"cmd/credsieve/internal/flags", "cmd/credsieve/internal/terminal",
		"it knows what a size or a time looks like, and not what it is of"},
	{"cmd/credsieve/internal/config", "",
		"it knows flags and files, and not what a flag means"},
	{"cmd/credsieve/internal/usage", "cmd/credsieve/internal/config cmd/credsieve/internal/terminal",
		"it says how a command is called, and not what it does"},
	{"cmd/credsieve/internal/manual", "datasets/counted datasets/rundir",
		"it looks at commands and at nothing that they do"},
	{"cmd/credsieve/internal/answers", "cmd/credsieve/internal/config cmd/credsieve/internal/summary cmd/credsieve/internal/terminal datasets/counted datasets/index datasets/rundir datasets/shown " +
		"pipeline/estimate pipeline/inspect pipeline/review pipeline/review/nights pipeline/task",
		"it shows what others found out, and must not be able to find anything itself"},
	{"cmd/credsieve/internal/calibrate", "datasets/accounts datasets/dump datasets/index datasets/objects datasets/rundir datasets/synth hashing hashing/stored " +
		"pipeline pipeline/estimate pipeline/guard pipeline/progress pipeline/task",
		"it measures whole runs of synthetic data, and knows no flag and nobody's accounts"},
	{"cmd/credsieve/internal/told", "cmd/credsieve/internal/terminal datasets/index datasets/objects datasets/rundir pipeline " +
		"pipeline/metrics",
		"it tells of a run that is decided, and nothing that it does changes what came of it"},

	// hashing: who is meant, and what verifies.
	{"hashing", "",
		"an auth service imports it to name users, and must link nothing that verifies a password or reads a file"},
	{"hashing/stored", "hashing hashing/stored/internal/lanes",
		"it holds one password against one stored hash, and knows no account, file or run"},
	{"hashing/stored/internal/lanes", "",
		"it computes keys of passwords, and must not know what a stored hash looks like or what a match is"},
	{"hashing/stored/internal/lanes/gen", "",
		"it writes assembly while somebody works on it, and is not a part of the program"},

	// pipeline: each stage takes a few values and returns others.
	{"pipeline", "datasets/accounts datasets/dump datasets/fault datasets/index datasets/ledger datasets/objects " +
		"datasets/rundir hashing hashing/stored pipeline/budgets pipeline/confirm pipeline/control pipeline/court " +
		"pipeline/exclusion pipeline/finding pipeline/guard pipeline/history pipeline/pair pipeline/progress " +
		"pipeline/prune pipeline/rank pipeline/screen pipeline/spool pipeline/task pipeline/verify",
		"it runs the stages on this machine; what works on finished runs is none of them"},
	{"pipeline/pair", "datasets/dump datasets/fault datasets/rundir datasets/shown hashing pipeline/spool",
		"pairs and counts are what all stages exchange: it must not know a stage, or they meet in a knot again"},
	{"pipeline/task", "datasets/dump datasets/ledger datasets/objects datasets/rundir hashing hashing/stored " +
		"pipeline/pair pipeline/parcel pipeline/prune",
		"it carries values from task to task, and must not be able to screen, verify or publish"},
	{"pipeline/budgets", "datasets/dump datasets/rundir", "it adds up what reading costs, and reads nothing"},
	{"pipeline/estimate", "", "it multiplies figures with numbers, and must not be able to run anything"},
	{"pipeline/parcel", "", "it seals sections, and does not know what they say"},
	{"pipeline/inspect", "datasets/dump datasets/dump/leak datasets/objects datasets/rundir hashing pipeline/pair pipeline/progress",
		"it looks into dumps without a key, an index or a run"},
	{"pipeline/exclusion", "", "it reads a file of ids, and does not know whose they are"},
	{"pipeline/verify", "datasets/accounts datasets/counted datasets/index hashing hashing/stored",
		"a build proves hash steps with it before there is a run"},
	{"pipeline/screen", "datasets/dump datasets/dump/leak datasets/index hashing hashing/stored " +
		"pipeline/pair pipeline/verify",
		"it finds candidates and decides about none: another runner screens parts of the dumps with it"},
	{"pipeline/control", "datasets/dump datasets/fault datasets/index datasets/rundir hashing hashing/stored " +
		"pipeline/screen pipeline/verify",
		"controls take the path of candidates, and must not be able to make a finding"},
	{"pipeline/finding", "datasets/accounts datasets/dump datasets/index datasets/ledger hashing " +
		"hashing/stored pipeline/pair",
		"a finding is made of a match or of the sealed record of one, and of nothing that a stage thinks"},
	{"pipeline/history", "datasets/dump datasets/fault datasets/index datasets/ledger hashing pipeline/finding " +
		"pipeline/pair",
		"it says what earlier runs decided, and takes no part in what this one does"},
	{"pipeline/prune", "datasets/accounts datasets/dump datasets/fault datasets/index datasets/ledger hashing " +
		"pipeline/history pipeline/pair pipeline/spool pipeline/verify",
		"it decides what is not worth a verification, and must not be able to confirm"},
	{"pipeline/confirm", "datasets/index hashing/stored pipeline/control pipeline/finding " +
		"pipeline/history pipeline/pair pipeline/verify",
		"it decides about one account at a time: it must not know dumps, files or how many there are"},
	{"pipeline/rank", "datasets/accounts datasets/dump datasets/rundir hashing pipeline/finding",
		"it takes findings, and must not see candidates: there is no other way onto the list"},
	{"pipeline/court", "datasets/ledger datasets/rundir pipeline/finding pipeline/guard pipeline/pair",
		"it counts what the guard decides by, and makes no finding"},
	{"pipeline/guard", "datasets/counted datasets/rundir",
		"whether a list is published is decided by counts alone, not by a stage that could plead for it"},
	{"pipeline/metrics", "datasets/rundir",
		"it says in numbers what a manifest says, and must not be able to name an account"},
	{"pipeline/review", "datasets/accounts datasets/counted datasets/dump datasets/index datasets/ledger " +
		"datasets/objects datasets/rundir hashing pipeline/finding pipeline/progress pipeline/rank",
		"it reads finished runs, and must not be able to screen or verify"},
	{"pipeline/review/nights", "datasets/counted datasets/index datasets/ledger datasets/rundir hashing pipeline/spool",
		"it looks after what lies there, and knows no account and no dump"},
	{"pipeline/review/report", "datasets/counted datasets/rundir datasets/shown pipeline/rank pipeline/review",
		"it says what runs say, and must not be able to look into an index, a ledger or a dump"},
	{"pipeline/spool", "datasets/sealedfile", "what an entry says is its writer's affair"},
	{"pipeline/progress", "", "stages count; how that is shown is the caller's affair"},
	{"pipeline/internal/workplace", "datasets/accounts datasets/dump datasets/index datasets/synth " +
		"hashing hashing/stored pipeline/verify",
		"it makes what tests of several stages need, and so is below all of them"},

	// datasets: files and databases.
	{"datasets/accounts", "datasets/accounts/internal/database datasets/accounts/internal/delimited " +
		"datasets/accounts/internal/document datasets/accounts/internal/stream " +
		"datasets/accounts/internal/values datasets/internal/parquetcolumns " +
		"datasets/internal/interruptible datasets/shown hashing",
		"it reads accounts of any source, and does not know what becomes of them"},
	{"datasets/accounts/internal/database", "datasets/accounts/internal/stream",
		"it hands out rows of databases, and does not know what their columns mean"},
	{"datasets/accounts/internal/delimited", "datasets/accounts/internal/stream",
		"it says what a row is, and does not know what its columns mean"},
	{"datasets/accounts/internal/document", "datasets/accounts/internal/stream",
		"it hands out objects and entries, and does not know what their members mean"},
	{"datasets/accounts/internal/stream", "datasets/internal/unchanged", "it is about bytes that become text"},
	{"datasets/accounts/internal/values", "datasets/accounts/internal/phone", "it reads single values, of whatever column"},
	{"datasets/accounts/internal/phone", "", "what a phone number is in a country is known there alone"},
	{"datasets/presets", "datasets/accounts",
		"it is data about products, and how it is read is accounts' affair"},
	{"datasets/index", "datasets/accounts datasets/counted datasets/fault datasets/index/internal/bloom " +
		"datasets/index/internal/extsort datasets/index/internal/table datasets/internal/durable " +
		"hashing hashing/stored",
		"it answers which account an identifier is, and knows no dump and no run"},
	{"datasets/index/internal/bloom", "datasets/index/internal/table hashing",
		"a filter knows tokens, not accounts"},
	{"datasets/index/internal/extsort", "datasets/index/internal/table datasets/sealedfile hashing",
		"it sorts tokens, and knows no account"},
	{"datasets/index/internal/table", "datasets/fault datasets/internal/durable",
		"it checks pages of mapped files, and does not know what the columns mean"},
	{"datasets/ledger", "datasets/internal/durable hashing",
		"it keeps names and sealed records, and does not know what a pair or a finding is"},
	{"datasets/rundir", "datasets/internal/durable datasets/shown",
		"it is the contract with the reset step: files, and no stage that fills them"},
	{"datasets/synth", "hashing/stored",
		"it makes what readers are tested with, and must not make it with them"},
	{"datasets/objects", "", "it puts bytes where many machines reach them, and does not know what they say"},
	{"datasets/objects/objectstest", "", "it fails as servers do, whatever is kept there"},
	{"datasets/sealedfile", "", "it keeps bytes out of sight, and does not know what they say"},
	{"datasets/counted", "", "it is about a noun and its number, whoever says them"},
	{"datasets/shown", "", "one answer for the terminal, for CSV and for logs"},
	{"datasets/fault", "", "everything that starts goroutines may run them under it"},
	{"datasets/dbtest", "", "it starts servers for tests of several packages"},
	{"datasets/internal/parquetcolumns", "", "it hands out values, whatever columns mean"},
	{"datasets/internal/durable", "", "it is about folders that have to reach the disk"},
	{"datasets/internal/interruptible", "", "it is about readers that end with a context"},
	{"datasets/internal/unchanged", "", "it compares two looks at a file, whatever is in it"},

	// datasets/dump: leak <- cut <- format <- families <- dump, and private <- unpack <- dump.
	{"datasets/dump", "datasets/counted datasets/dump/internal/files datasets/dump/internal/apart datasets/dump/internal/bracketed datasets/dump/internal/claims datasets/dump/internal/keyed datasets/dump/internal/cut " +
		"datasets/dump/internal/format " +
		"datasets/dump/internal/json datasets/dump/internal/labels datasets/dump/internal/ldif " +
		"datasets/dump/internal/list datasets/dump/internal/markup " +
		"datasets/dump/internal/private datasets/dump/internal/shape datasets/dump/internal/sniff datasets/dump/internal/sql " +
		"datasets/dump/internal/stealer datasets/dump/internal/sweep datasets/dump/internal/table " +
		"datasets/dump/internal/unpack datasets/dump/internal/wide datasets/dump/leak datasets/shown",
		"it reads dumps and keeps the books; who is in them is not asked here"},
	{"datasets/dump/leak", "hashing",
		"records and rejects are what everybody sees of a dump, without what read it"},
	{"datasets/dump/internal/files", "", "it opens files, and does not look into them"},
	{"datasets/dump/internal/words", "", "words are data"},
	{"datasets/dump/internal/cut", "datasets/dump/internal/escape datasets/dump/internal/words datasets/dump/leak hashing",
		"a text is cut in the same way in whatever format it stands"},
	{"datasets/dump/internal/format", "datasets/dump/internal/cut datasets/dump/leak hashing",
		"it says what a format is, and knows none"},
	{"datasets/dump/internal/delimited", "datasets/dump/internal/cut datasets/dump/internal/swar",
		"rows are scanned without asking what they mean"},
	{"datasets/dump/internal/json", "datasets/dump/internal/cut datasets/dump/internal/format " +
		"datasets/dump/internal/swar datasets/dump/leak hashing",
		aFamily},
	{"datasets/dump/internal/keyed", "datasets/dump/internal/cut datasets/dump/internal/delimited datasets/dump/internal/format " +
		"datasets/dump/internal/rowtext",
		"it joins rows into users, and leaves what they mean to the reader of objects"},
	{"datasets/dump/internal/labels", "datasets/dump/internal/cut datasets/dump/internal/format " +
		"datasets/dump/internal/words datasets/dump/leak hashing",
		aFamily},
	{"datasets/dump/internal/ldif", "datasets/dump/internal/cut datasets/dump/internal/format " +
		"datasets/dump/leak hashing",
		aFamily},
	{"datasets/dump/internal/list", "datasets/dump/internal/cut datasets/dump/internal/format " +
		"datasets/dump/leak",
		aFamily},
	{"datasets/dump/internal/sql", "datasets/dump/internal/cut datasets/dump/internal/delimited " +
		"datasets/dump/internal/format datasets/dump/internal/json datasets/dump/internal/shape datasets/dump/leak hashing",
		"a family knows no other but JSON, which columns hold, and no container"},
	{"datasets/dump/internal/stealer", "datasets/dump/internal/cut datasets/dump/internal/format " +
		"datasets/dump/leak hashing",
		aFamily},
	{"datasets/dump/internal/table", "datasets/dump/internal/cut datasets/dump/internal/delimited " +
		"datasets/dump/internal/format datasets/dump/internal/json datasets/dump/leak hashing",
		"a family knows no other but JSON, which columns hold, and no container"},
	{"datasets/dump/internal/bracketed", "datasets/dump/internal/cut datasets/dump/internal/rowtext",
		"it turns rows in brackets into a table, and asks only whether a text is a line of a list"},
	{"datasets/dump/internal/wide", "datasets/dump/internal/sniff", "it turns one encoding into another"},
	{"datasets/dump/internal/markup", "datasets/dump/internal/cut datasets/dump/internal/format datasets/dump/internal/rowtext",
		"it takes tags off a text, and does not know what that says"},
	{"datasets/dump/internal/unpack", "datasets/dump/internal/apart datasets/dump/internal/decoder datasets/dump/internal/private " +
		"datasets/dump/internal/rardir datasets/dump/internal/sevenzipdir datasets/dump/internal/sheet datasets/dump/internal/sniff " +
		"datasets/dump/internal/zipdir datasets/internal/interruptible datasets/internal/unchanged",
		"containers hand out bytes with a name, and must not know what a format makes of them"},
	{"datasets/dump/internal/decoder", "datasets/dump/internal/sevenzipdir",
		"it undoes one compression within a limit, and knows no container and no budget"},
	{"datasets/dump/internal/apart", "",
		"it knows processes and frames, and not what is taken apart in them"},
	{"datasets/dump/internal/seal", "", "it gives up what a process has, whatever that works on"},
	{"datasets/dump/unpackchild", "datasets/dump/internal/apart datasets/dump/internal/rowtext datasets/dump/internal/seal " +
		"datasets/dump/internal/unpack datasets/internal/parquetcolumns",
		"it runs in a process of its own, with what a stranger has packed and nothing else"},
	{"datasets/dump/internal/claims", "datasets/dump/internal/cut datasets/dump/internal/format " +
		"datasets/dump/internal/sweep datasets/dump/leak",
		"it compares what records name with what a sweep sees, and knows no family"},
	{"datasets/dump/internal/escape", "", "it undoes encodings of characters, and knows no format"},
	{"datasets/dump/internal/shape", "datasets/dump/internal/cut datasets/dump/internal/format",
		"it says where another family may begin, and asks none of them"},
	{"datasets/dump/internal/masks", "", "it turns text into sets of bits, and knows no address"},
	{"datasets/dump/internal/swar", "", "it looks at eight bytes at once, whatever they are"},
	{"datasets/dump/internal/sweep", "datasets/dump/internal/escape datasets/dump/internal/masks " +
		"datasets/dump/internal/sweep/wording",
		"it looks for addresses in text of no format, and knows no record"},
	{"datasets/dump/internal/sweep/wording", "", "words are data"},
	{"datasets/dump/internal/private", "",
		"which files are nobody's business is decided by names alone"},
	{"datasets/dump/internal/rowtext", "", "it writes rows as text, whatever they were"},
	{"datasets/dump/internal/rardir", "", "it knows where blocks of an archive lie, and unpacks nothing"},
	{"datasets/dump/internal/sheet", "datasets/dump/internal/rowtext", "it hands out the rows of a sheet, and does not know what their columns mean"},
	{"datasets/dump/internal/sevenzipdir", "", "it knows the directory of an archive, and unpacks nothing"},
	{"datasets/dump/internal/zipdir", "datasets/dump/internal/sniff",
		"it knows how an archive is laid out, and unpacks nothing"},
	{"datasets/dump/internal/sniff", "", "it looks at first bytes, and decides nothing"},
	{"datasets/dump/internal/dumptest", "datasets/dump datasets/dump/leak",
		"tests read with it as users of dump do"},
	{"datasets/dump/internal/format/formattest", "datasets/dump datasets/dump/internal/cut " +
		"datasets/dump/internal/dumptest datasets/dump/internal/format " +
		"datasets/dump/internal/unpack datasets/dump/leak",
		"the exam of a format reads with the whole of dump"},

	{"docs/examples/resetstep", "",
		"a reset step is a program of somebody else: it reads files and runs credsieve"},
}

// doors are the packages of others, each with those of ours that may import it, and why no more.
var doors = []room{
	{"github.com/spf13/cobra", "cmd/credsieve cmd/credsieve/internal/manual cmd/credsieve/internal/usage", inCmd},
	{"github.com/spf13/pflag", "cmd/credsieve cmd/credsieve/internal/config cmd/credsieve/internal/manual cmd/credsieve/internal/usage", inCmd},
	{"github.com/jedib0t/go-pretty", "cmd/credsieve/internal/terminal", "what a person sees has one place"},
	{"golang.org/x/term", "cmd/credsieve/internal/terminal", "what a person sees has one place"},

	{"github.com/bits-and-blooms/bloom", "datasets/index/internal/bloom",
		"its ReadFrom takes damaged bytes for a filter that has no members"},
	{"github.com/google/flatbuffers", "datasets/index/internal/table",
		"Arrow files are read in place there only"},
	{"github.com/apache/arrow/go/v17", "datasets/accounts datasets/dump/unpackchild " +
		"datasets/index datasets/index/internal/table datasets/internal/parquetcolumns " +
		"datasets/rundir datasets/synth",
		"Arrow is for files that are Arrow or Parquet: it is large, and it trusts what it reads"},
	{"github.com/go-sql-driver/mysql", "datasets/accounts/internal/database", inAccounts},
	{"github.com/jackc/pgx/v5", "datasets/accounts datasets/accounts/internal/database", inAccounts},
	{"modernc.org/sqlite", "datasets/accounts/internal/database", inAccounts},
	{"gocloud.dev", "datasets/objects datasets/objects/objectstest", "where objects lie is known in one place"},
	{"go.etcd.io/bbolt", "datasets/ledger", "the ledger is one file with one owner"},
	{"github.com/dchest/siphash", "datasets/index datasets/ledger pipeline/pair",
		"tokens are made by hashing; this is for names of pairs and of rows"},

	{"github.com/bodgit/sevenzip", "datasets/dump/internal/decoder datasets/dump/internal/unpack", oneBudget},
	{"github.com/nwaples/rardecode/v2", "datasets/dump/internal/unpack", oneBudget},
	{"github.com/stangelandcl/ppmd", "datasets/dump/internal/decoder", oneBudget},
	{"github.com/ulikunitz/xz", "datasets/dump/internal/decoder", oneBudget},
	{"github.com/xuri/excelize/v2", "datasets/dump/internal/sheet datasets/dump/internal/unpack", oneBudget},
	{"github.com/klauspost/compress", "datasets/accounts/internal/stream datasets/dump/internal/decoder datasets/dump/internal/dumptest " +
		"datasets/dump/internal/unpack datasets/synth",
		"what is compressed is unpacked where its size is watched"},

	{"github.com/go-crypt/x", "datasets/synth hashing/stored hashing/stored/internal/lanes", inStored},
	{"github.com/mmcloughlin/avo", "hashing/stored/internal/lanes/gen", "the program runs what it wrote, and not it"},
	{"golang.org/x/crypto", "hashing/stored hashing/stored/internal/lanes", inStored},
	{"golang.org/x/net", "hashing", "identifiers have one canonical form, and one place that makes it"},
	{"golang.org/x/text", "datasets/accounts/internal/stream datasets/dump hashing hashing/stored pipeline/prune",
		"identifiers have one canonical form; besides, encodings of dumps, passwords and policies are meant"},
	{"go.yaml.in/yaml/v3", "cmd/credsieve/internal/config cmd/credsieve/internal/weights datasets/dump datasets/presets pipeline/prune pipeline/verify",
		"people write YAML: settings, sidecars, weights, policies and steps; programs do not"},
	{"golang.org/x/sync", "datasets/fault datasets/synth pipeline/confirm",
		"goroutines run under datasets/fault, where a panic of one is an error of all"},
	{"golang.org/x/sys", "cmd/credsieve datasets/dump/internal/apart datasets/dump/internal/list datasets/dump/internal/masks datasets/dump/internal/seal datasets/index/internal/table datasets/ledger datasets/rundir " +
		"hashing hashing/stored/internal/lanes",
		"what depends on the system stands in few files"},
	{"pgregory.net/rapid", "datasets/dump/internal/dumptest", "properties are for tests"},
}

// listed is what the Go command says of a package.
type listed struct {
	ImportPath, Dir  string
	GoFiles, Imports []string
}

// goList asks the Go command about packages, for the platform that the test runs on.
func goList(t *testing.T, args ...string) []listed {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", append([]string{"list", "-json=ImportPath,Dir,GoFiles,Imports"}, args...)...)
	cmd.Dir = filepath.Join("..", "..")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var all []listed
	decoder := json.NewDecoder(bytes.NewReader(out))
	for {
		var p listed
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

// TestImports holds every import of every package against rooms and doors. Tests may import more.
func TestImports(t *testing.T) {
	t.Parallel()
	table := make(map[string]room)
	for _, r := range rooms {
		if _, twice := table[r.name]; twice {
			t.Errorf("%s stands in the table twice", r.name)
		}
		table[r.name] = r
	}
	for _, p := range goList(t, "./...") {
		name := strings.TrimPrefix(p.ImportPath, module)
		room, ok := table[name]
		if !ok {
			t.Errorf("%s is not in the table: say there what it may import, and why no more", name)
			continue
		}
		delete(table, name)
		checkRoom(t, room, p.Imports)
	}
	for name := range table {
		t.Errorf("%s is in the table and nowhere else", name)
	}
}

func checkRoom(t *testing.T, room room, imports []string) {
	t.Helper()
	may := strings.Fields(room.may)
	for _, path := range imports {
		other, ours := strings.CutPrefix(path, module)
		switch host, _, _ := strings.Cut(path, "/"); {
		case ours && !slices.Contains(may, other):
			t.Errorf("%s must not import %s: %s", room.name, other, room.why)
		case !ours && strings.Contains(host, "."):
			checkDoor(t, room.name, path)
		}
	}
	for _, other := range may {
		if !slices.Contains(imports, module+other) {
			t.Errorf("%s does not import %s any more: take it off its line", room.name, other)
		}
	}
}

// checkDoor looks for the door that a package of others has.
func checkDoor(t *testing.T, name, path string) {
	t.Helper()
	for _, door := range doors {
		if path != door.name && !strings.HasPrefix(path, door.name+"/") {
			continue
		}
		if !slices.Contains(strings.Fields(door.may), name) {
			t.Errorf("%s must not import %s: %s", name, path, door.why)
		}
		return
	}
	t.Errorf("%s imports %s, which has no door: say in the table who may, and why no more", name, path)
}

// TestHashingVerifiesNothing: whoever names users links no password scheme.
func TestHashingVerifiesNothing(t *testing.T) {
	t.Parallel()
	deps := goList(t, "-deps", "./hashing")
	if len(deps) < 20 {
		t.Fatalf("only %d dependencies", len(deps))
	}
	for _, p := range deps {
		for _, prefix := range []string{"github.com/go-crypt/", "golang.org/x/crypto/", module + "hashing/"} {
			if strings.HasPrefix(p.ImportPath, prefix) {
				t.Errorf("hashing comes with %s: an auth service that names users would link it", p.ImportPath)
			}
		}
	}
}

// TestSizes: no room becomes a house again. hashing/stored holds one file for each scheme, and may be larger.
func TestSizes(t *testing.T) {
	t.Parallel()
	const mostLines, mostShare, mostMedian = 3500, 0.15, 600
	lines, all := make(map[string]int), 0
	for _, p := range goList(t, "./...") {
		for _, file := range p.GoFiles {
			text, err := os.ReadFile(filepath.Join(p.Dir, file))
			if err != nil {
				t.Fatal(err)
			}
			lines[strings.TrimPrefix(p.ImportPath, module)] += bytes.Count(text, []byte("\n"))
		}
	}
	for _, n := range lines {
		all += n
	}
	for name, n := range lines {
		if share := float64(n) / float64(all); name != "hashing/stored" && (n > mostLines || share > mostShare) {
			t.Errorf("%s has %d lines, %.0f %% of all: part it before it grows", name, n, 100*share)
		}
	}
	sizes := slices.Sorted(maps.Values(lines))
	if median := sizes[len(sizes)/2]; median > mostMedian {
		t.Errorf("half of the packages have more than %d lines, the limit is %d", median, mostMedian)
	}
}
