package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// presetSample is what the file of a preset says of its sample.
type presetSample struct {
	NoHashes string   `yaml:"no_hashes"`
	Config   string   `yaml:"config"`
	Password string   `yaml:"sample_password"`
	Listed   []string `yaml:"sample_listed"`
	Answers  []string `yaml:"sample_answers"`
}

// TestPresets_find_the_leaked_password builds an index from the sample of each preset and scans a dump that gives its
// password to every name in the sample: the accounts that have it are listed, and nobody else.
func TestPresets_find_the_leaked_password(t *testing.T) {
	t.Parallel()
	folder := filepath.Join("..", "..", "datasets", "presets", "data")
	files, err := filepath.Glob(filepath.Join(folder, "*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no presets: %v", err)
	}
	names := "jdoe sso gone locked other root spam probe robot rocket.cat Jdoe EXAMPLE\\jdoe EXAMPLE\\PC01$ Bob " +
		"jdoe@example.com sso@example.com gone@example.com locked@example.com other@example.com spam@example.com " +
		"probe@example.com bob@example.com jane@example.org"
	for i, file := range files {
		if isLeftOut(i) {
			continue
		}
		name := strings.TrimSuffix(filepath.Base(file), ".yaml")
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		sample := presetSample{Password: "Made-Up-Harbour-9"}
		if err := yaml.Unmarshal(text, &sample); err != nil {
			t.Fatal(err)
		}
		if sample.NoHashes != "" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			accounts, err := filepath.Glob(filepath.Join(folder, name+".sample.*"))
			if err != nil || len(accounts) != 1 {
				t.Fatalf("%d samples, %v", len(accounts), err)
			}
			args := []string{"index", "build", "--preset", name, "--accounts", accounts[0], "--out", b.path("index"), "--memory", "512MiB"}
			if sample.Config != "" {
				config, err := os.ReadFile(filepath.Join(folder, name+".config"))
				if err != nil {
					t.Fatal(err)
				}
				args = append(args, "--preset-config", b.write("config", string(config)))
			}
			if len(sample.Answers) > 0 {
				answers := "account_id,password\n"
				for _, id := range sample.Answers {
					answers += id + "," + sample.Password + "\n"
				}
				args = append(args, "--known-answers", b.write("answers.csv", answers))
			}
			b.run(exitComplete, args...)
			rows := "username,password\n"
			for _, identifier := range strings.Fields(names) {
				rows += identifier + "," + sample.Password + "\n"
			}
			code := b.tryRun("scan", "--index", b.path("index"), "--out", b.path("run"), "--max-share", "100%",
				b.write("dump.csv", rows))
			if code != exitComplete && code != exitPartial { // accounts that no password opens are undecided
				t.Fatalf("exit code %d\n%s", code, b.err.String())
			}
			listed := map[string]bool{}
			for _, id := range b.listed("run") {
				listed[id] = true
			}
			for _, id := range sample.Listed {
				if !listed[id] {
					t.Errorf("account %q is not listed", id)
				}
			}
			if len(listed) != len(sample.Listed) {
				t.Errorf("listed are %v, want %q", listed, sample.Listed)
			}
		})
	}
}
