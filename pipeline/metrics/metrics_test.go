package metrics_test

import (
	"bytes"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"go.yaml.in/yaml/v3"

	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/pipeline/metrics"
)

var ended = time.Date(2026, 6, 1, 2, 0, 0, 0, time.UTC)

// held is a night that everything is known of.
func held() metrics.Night {
	m := &rundir.Manifest{
		RunID: "20260601T010000Z-00112233", Status: rundir.StatusHeld,
		Index:     rundir.IndexInfo{Accounts: 1000},
		Inputs:    []rundir.Input{{Status: "read"}, {Status: "partial"}, {Status: "skipped", LeftOut: true}},
		Dumps:     []rundir.Dump{{Name: "secret-name", AccountsMet: 200, AccountsConfirmed: 60, AccountsOutstanding: 10}},
		Listed:    rundir.Listed{New: 20, Outstanding: 1},
		Undecided: map[string]int64{"unknown_scheme": 3},
		Guard: rundir.Guard{Limits: map[string]float64{"max_accounts": 5}, Refusals: []rundir.Refusal{
			{Limit: "max_accounts", Allowed: 5, Actual: 20},
		}},
	}
	return metrics.Night{
		Manifest: m, List: []rundir.Row{{AccountID: "secret-id", Status: "new", Band: "critical"}},
		Started: ended.Add(-time.Hour), Ended: ended, ExitCode: 4, StateSize: 4096,
		Phases:    []metrics.Phase{{Name: "screen", Took: time.Second}, {Name: "screen", Took: time.Second}},
		Index:     &metrics.Index{CreatedAt: ended.Add(-2 * time.Hour), Accounts: 1000, Unverifiable: 7},
		Published: ended.Add(-24 * time.Hour),
	}
}

func TestRender_says_what_the_night_was(t *testing.T) {
	t.Parallel()
	text, err := metrics.Render(held())
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`credsieve_exit_code 4`, `credsieve_run_status{status="held"} 1`, `credsieve_run_status{status="complete"} 0`,
		`credsieve_phase_duration_seconds{phase="screen"} 2`, `credsieve_inputs{status="partial"} 1`,
		`credsieve_inputs{status="skipped"} 0`, `credsieve_guard_actual{limit="max_share"} 0.02`,
		`credsieve_guard_actual{limit="max_confirm_rate"} 0.25`, `credsieve_guard_refused{limit="max_accounts"} 1`,
		`credsieve_accounts_undecided{cause="unknown_scheme"} 3`, `credsieve_index_unverifiable_accounts 7`,
		`credsieve_accounts_listed{band="critical",status="new"} 1`, `credsieve_index_age_seconds 7200`,
	} {
		if !strings.Contains(string(text), "\n"+want+"\n") {
			t.Errorf("%s is missing in\n%s", want, text)
		}
	}
	if strings.Contains(string(text), "secret") {
		t.Error("an account or a dump is named")
	}
}

// TestRender_as_Prometheus reads what is rendered with the parser of Prometheus and writes it again with its writer.
func TestRender_as_Prometheus(t *testing.T) {
	t.Parallel()
	odd := held()
	odd.Manifest.RunID, odd.Tool.Version = "a\\b\"c\nd", "v1 {x=\"y\"}, \u00e4\xff"
	odd.Manifest.Undecided["another cause"] = 1 << 60
	odd.Started = ended.Add(-1234567 * time.Microsecond)
	for _, n := range []metrics.Night{held(), odd, {Ended: ended, ExitCode: 130, StateSize: -1}} {
		text, err := metrics.Render(n)
		if err != nil {
			t.Fatal(err)
		}
		parser := expfmt.NewTextParser(model.UTF8Validation)
		families, err := parser.TextToMetricFamilies(bytes.NewReader(text))
		if err != nil {
			t.Fatalf("%v in\n%s", err, text)
		}
		var again bytes.Buffer
		encoder := expfmt.NewEncoder(&again, expfmt.NewFormat(expfmt.TypeTextPlain))
		for _, name := range slices.Sorted(maps.Keys(families)) {
			if err := encoder.Encode(families[name]); err != nil {
				t.Fatal(err)
			}
		}
		if again.String() != string(text) {
			t.Errorf("got\n%s\nPrometheus writes\n%s", text, again.String())
		}
	}
}

func TestPublished_is_carried_over_a_failure(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "c.prom")
	if at := metrics.Published(path); !at.IsZero() {
		t.Errorf("without a file: %s", at)
	}
	n := held()
	for range 2 { // the second carries on what the first said
		text, err := metrics.Render(n)
		if err == nil {
			err = metrics.Write(path, text)
		}
		if err != nil {
			t.Fatal(err)
		}
		n = metrics.Night{Ended: ended, ExitCode: 1, StateSize: -1, Published: metrics.Published(path)}
	}
	if at := metrics.Published(path); !at.Equal(ended.Add(-24 * time.Hour)) {
		t.Errorf("published %s", at)
	}
	for _, damaged := range []string{"", "nonsense\x00", "credsieve_last_success_timestamp_seconds NaN\n"} {
		if err := os.WriteFile(path, []byte(damaged), 0o600); err != nil {
			t.Fatal(err)
		}
		if at := metrics.Published(path); !at.IsZero() {
			t.Errorf("%q: %s", damaged, at)
		}
	}
}

var alertsFile = filepath.Join("..", "..", "docs", "examples", "prometheus", "alerts.yml")

// TestAlerts_ask_for_metrics_that_there_are: a rule about a name that nothing writes never fires.
func TestAlerts_ask_for_metrics_that_there_are(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile(alertsFile)
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Groups []struct {
			Rules []struct{ Alert, Expr string }
		}
	}
	if err := yaml.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	text, err := metrics.Render(held())
	if err != nil {
		t.Fatal(err)
	}
	rules := 0
	for _, group := range file.Groups {
		for _, rule := range group.Rules {
			rules++
			names := regexp.MustCompile(`credsieve_[a-z_]+`).FindAllString(rule.Expr, -1)
			if len(names) == 0 {
				t.Errorf("%s asks for nothing of ours", rule.Alert)
			}
			for _, name := range names {
				if !regexp.MustCompile(`(?m)^` + name + `[{ ]`).Match(text) {
					t.Errorf("%s asks for %s, which is not written", rule.Alert, name)
				}
			}
		}
	}
	if rules < 6 {
		t.Errorf("only %d rules", rules)
	}
}

// TestAlerts_pass_promtool asks Prometheus' own checker, where it is installed (Debian: prometheus).
func TestAlerts_pass_promtool(t *testing.T) {
	t.Parallel()
	promtool, err := exec.LookPath("promtool")
	if err != nil {
		t.Skip("promtool is not installed")
	}
	if out, err := exec.CommandContext(t.Context(), promtool, "check", "rules", alertsFile).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	text, err := metrics.Render(held())
	if err != nil {
		t.Fatal(err)
	}
	check := exec.CommandContext(t.Context(), promtool, "check", "metrics")
	check.Stdin = strings.NewReader(string(text))
	if out, err := check.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
