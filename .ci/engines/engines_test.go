// Package engines runs scans as tasks of Apache Spark, over dumps, an index and results in a real S3 server, and compares each
// byte that is published with the local run: "make test-engines".
//
// It is a package of tests that "./..." does not find, as it needs what .ci/engines/install fetches and bin/credsieve-cloud.
// It is built with the module of cmd/credsieve-cloud, whose drivers it puts dumps into the bucket with.
//
// Servers listen on 127.0.0.1 only. Whatever it starts has a mark in its environment, and is ended at last by its id.
package engines

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/objects"
)

// records is how many records Spark's run has: CREDSIEVE_ENGINES_RECORDS, or a million.
func records(t *testing.T) string {
	t.Helper()
	n := cmp.Or(os.Getenv("CREDSIEVE_ENGINES_RECORDS"), "1000000")
	if _, err := strconv.Atoi(n); err != nil {
		t.Fatalf("CREDSIEVE_ENGINES_RECORDS: %v", err)
	}
	return n
}

func TestEngines(t *testing.T) {
	p := newPlace(t)
	few := p.plant(t, "few", 2000, "40000")
	few.local(t)
	// Most of what they do is to wait, for Java, or for a server that fails.
	t.Run("at once", func(t *testing.T) {
		for name, test := range map[string]func(*testing.T){
			"spark": func(t *testing.T) {
				many := p.plant(t, "many", 20_000, records(t))
				many.local(t)
				many.spark(t)
			},
			"a task twice at once":                        few.twiceAtOnce,
			"a task that dies half-way through an upload": few.halfUpload,
			"a server that fails":                         few.failingServer,
			"a server that is gone":                       few.goneServer,
		} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				test(t)
			})
		}
	})
	p.searchMarks(t)
}

// place has the S3 server, and a folder for all else.
type place struct {
	dir  string
	mark string // of all processes
	s3   string // its URL
}

// bucket is where all lies.
const bucket = "ours"

// newPlace starts the server.
func newPlace(t *testing.T) *place {
	t.Helper()
	p := &place{dir: t.TempDir()}
	p.mark = "CREDSIEVE_ENGINES_MARK=" + p.dir
	t.Cleanup(func() { endMarked(t, p.mark) })
	root := filepath.Join(p.dir, "s3", bucket)
	if err := errors.Join(os.MkdirAll(root, 0o700), os.Mkdir(p.path("tmp"), 0o700), os.Mkdir(p.path("logs"), 0o700)); err != nil {
		t.Fatal(err)
	}
	address := freeAddress(t)
	p.s3 = "http://" + address
	p.start(t, "s3", nil, tool(t, "versitygw"), "--port", address, "--quiet", "--keep-alive", "posix", filepath.Dir(root))
	waitFor(t, "the S3 server", func() bool { return answers(address) })
	for _, variable := range p.environment(p.s3) {
		name, value, _ := strings.Cut(variable, "=")
		t.Setenv(name, value) // for the drivers of this process
	}
	return p
}

func (p *place) path(name string) string { return filepath.Join(p.dir, name) }

// environment is that of all programs; endpoint is the server, or what stands before it.
func (p *place) environment(endpoint string) []string {
	const id, secret = "synthetic", "only-for-this-test"
	return []string{
		p.mark, "AWS_ENDPOINT_URL=" + endpoint, "AWS_REGION=us-east-1", "AWS_ACCESS_KEY_ID=" + id, "AWS_SECRET_ACCESS_KEY=" + secret,
		"AWS_EC2_METADATA_DISABLED=true", "AWS_CONFIG_FILE=/dev/null", "AWS_SHARED_CREDENTIALS_FILE=/dev/null",
		"ROOT_ACCESS_KEY_ID=" + id, "ROOT_SECRET_ACCESS_KEY=" + secret, // those of the server
		"CREDSIEVE_KEY_FILE=" + p.path("key"), "TMPDIR=" + p.path("tmp"),
	}
}

// top is a path of the repository.
func top(t *testing.T, name string) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join("..", "..", name))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("%v: \"make test-engines\" makes it", err)
	}
	return path
}

func tool(t *testing.T, name string) string {
	t.Helper()
	return top(t, filepath.Join("bin", "engines", name))
}

// command is one of credsieve, through an endpoint.
func (p *place) command(t *testing.T, endpoint string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), top(t, "bin/credsieve-cloud"), args...)
	cmd.Env = append(os.Environ(), p.environment(endpoint)...)
	return cmd
}

// run runs a command that must end with the given code, and returns what it says.
func (p *place) run(t *testing.T, want int, args ...string) string {
	t.Helper()
	code, said := p.try(t, p.s3, args...)
	if code != want {
		t.Fatalf("credsieve %s: exit code %d, want %d\n%s", strings.Join(args, " "), code, want, said)
	}
	return said
}

// try runs a command through an endpoint.
func (p *place) try(t *testing.T, endpoint string, args ...string) (code int, said string) {
	t.Helper()
	cmd := p.command(t, endpoint, args...)
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), string(out)
}

// objects returns the bucket below a name.
func (p *place) objects(t *testing.T, below string) *objects.Store {
	t.Helper()
	s, err := objects.Open(context.WithoutCancel(t.Context()), "s3://"+bucket+"/"+below)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() }) // nothing is written with it
	return s
}

// upload puts a folder into the bucket.
func (p *place) upload(t *testing.T, dir, below string) {
	t.Helper()
	s := p.objects(t, below)
	err := fs.WalkDir(os.DirFS(dir), ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(filepath.Join(dir, path))
		if err != nil {
			return err
		}
		return s.Put(t.Context(), path, func() io.Reader { return bytes.NewReader(text) })
	})
	if err != nil {
		t.Fatal(err)
	}
}

// folder returns all objects below a name.
func (p *place) folder(t *testing.T, below string) map[string][]byte {
	t.Helper()
	s := p.objects(t, below)
	list, err := s.List(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	all := make(map[string][]byte)
	for _, o := range list {
		if all[o.Name], err = s.Read(t.Context(), o.Name, 0, -1); err != nil {
			t.Fatal(err)
		}
	}
	return all
}
