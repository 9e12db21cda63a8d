package metrics

import (
	"maps"
	"slices"

	"github.com/credsieve/credsieve/datasets/rundir"
)

func (l *lines) addRun(n *Night) {
	id := ""
	if n.Manifest != nil {
		id = n.Manifest.RunID
	}
	l.count("run_info", "The last run: always 1.", 1, "run_id", id, "version", n.Tool.Version, "go", n.Tool.Go)
	l.moment("last_run_timestamp_seconds", "When the last run ended, well or not.", n.Ended)
	l.moment("last_success_timestamp_seconds", "When a list was published last, complete or partial.", n.Published)
	l.count("exit_code", "Exit code of the last run.", int64(n.ExitCode))
	for _, status := range statuses {
		is := int64(0)
		if status == n.status() {
			is = 1
		}
		l.count("run_status", "1 for the status of the last run, 0 for all others.", is, "status", status)
	}
	if n.Ended.After(n.Started) {
		l.add("run_duration_seconds", "How long the last run took.", n.Ended.Sub(n.Started).Seconds())
	}
	took := make(map[string]float64)
	for _, p := range n.Phases {
		took[p.Name] += p.Took.Seconds()
	}
	for _, name := range slices.Sorted(maps.Keys(took)) {
		l.add("phase_duration_seconds", "How long a phase of the last run took.", took[name], "phase", name)
	}
	if n.StateSize >= 0 {
		l.count("state_bytes", "Size of the state.", n.StateSize)
	}
}

func (l *lines) addIndex(n *Night) {
	l.moment("index_created_timestamp_seconds", "When the index was built.", n.Index.CreatedAt)
	l.add("index_age_seconds", "Age of the index when the run ended.", n.Ended.Sub(n.Index.CreatedAt).Seconds())
	l.count("index_generation", "Generation of the index.", n.Index.Generation)
	l.count("index_accounts", "Accounts of the index.", n.Index.Accounts)
	l.count("index_unverifiable_accounts", "Accounts whose stored hash cannot be verified.", n.Index.Unverifiable)
}

func (l *lines) addCounts(m *rundir.Manifest, list []rundir.Row) {
	c := m.Counts
	for _, d := range []struct {
		name string
		n    int64
	}{
		{"rejected", c.RecordsRejected}, {"screened_out", c.ScreenedOut}, {"filter_false_hit", c.FilterFalseHits},
		{"untestable", c.Untestable}, {"duplicate", c.Duplicates}, {"remembered", c.Remembered},
		{"pruned_policy", c.PrunedPolicy}, {"over_cap", c.OverCap}, {"confirmed", c.Confirmed}, {"moot", c.Moot},
		{"refuted", c.Refuted}, {"indeterminate", c.Indeterminate}, {"unchecked", c.Unchecked},
	} {
		l.count("records", "Records by what came of them; they add up to all that were read.", d.n, "disposition", d.name)
	}
	l.count("verifications", "Verifications that the run made for candidates.", c.Verifications)
	l.addAccounts(m, list)
	inputs := map[string]int64{"read": 0, "partial": 0, "skipped": 0}
	for _, in := range m.Inputs {
		if !in.LeftOut {
			inputs[in.Status]++
		}
	}
	for _, status := range slices.Sorted(maps.Keys(inputs)) {
		l.count("inputs", "Inputs by how far they were read.", inputs[status], "status", status)
	}
}

// bands in the order of their urgency, each with a line also where it is 0.
var bands = []string{"critical", "high", "elevated", "standard"}

func (l *lines) addAccounts(m *rundir.Manifest, list []rundir.Row) {
	listed := make(map[[2]string]int64)
	for i := range list {
		listed[[2]string{list[i].Status, list[i].Band}]++
	}
	for _, status := range []string{"new", "outstanding"} {
		for _, band := range bands {
			l.count("accounts_listed", "Accounts on the list, published or held.", listed[[2]string{status, band}],
				"status", status, "band", band)
		}
	}
	oldest := 0.0
	if since := m.Listed.OldestSince; !since.IsZero() {
		oldest = m.StartedAt.Sub(since).Seconds()
	}
	l.add("oldest_open_seconds", "For how long the account has been on lists that was found first and is not reset.", oldest)
	l.count("accounts_open_over_a_week", "Accounts that have been on lists for more than seven days.", m.Listed.OpenOverAWeek)
	l.count("accounts_met", "Accounts that a dump names.", max(m.Rows("accounts.csv"), 0))
	l.count("accounts_confirmed", "Accounts that a leaked password opens.", m.Counts.AccountsConfirmed)
	l.count("accounts_confirmed_inactive", "Accounts that a leaked password opens and that are not to be listed.",
		m.Counts.AccountsNotActive)
	causes := map[string]int64{"unchecked": 0, "over_cap": 0, "not_understood": 0}
	maps.Copy(causes, m.Undecided)
	for _, cause := range slices.Sorted(maps.Keys(causes)) {
		l.count("accounts_undecided", "Accounts that are undecided; one that is for two causes counts for each.",
			causes[cause], "cause", cause)
	}
	const notCleared = "Accounts that a dump names and that are not cleared."
	l.count("accounts_not_cleared", notCleared, m.Sweep.AccountsHashOnly, "state", "hash_only")
	l.count("accounts_not_cleared", notCleared, m.Sweep.Mentioned, "state", "mentioned")
}

// smallBase is below how many accounts met the rate of a single dump means nothing to the guard.
const smallBase = 100

func (l *lines) addGuard(m *rundir.Manifest) {
	actual := map[string]float64{
		"max_accounts": float64(m.Listed.New), "max_share": 0, "max_confirm_rate": 0,
		"canaries": float64(m.Controls.Canaries.Met), "equal_hashes": float64(m.Controls.EqualHashes.Met),
	}
	if m.Index.Accounts > 0 {
		actual["max_share"] = float64(m.Listed.New) / float64(m.Index.Accounts)
	}
	for _, d := range m.Dumps {
		if d.AccountsMet >= smallBase {
			rate := float64(d.AccountsConfirmed-d.AccountsOutstanding) / float64(d.AccountsMet)
			actual["max_confirm_rate"] = max(actual["max_confirm_rate"], rate)
		}
	}
	refused := make(map[string]int64)
	for _, r := range m.Guard.Refusals {
		refused[r.Limit]++
		if r.Actual > actual[r.Limit] {
			actual[r.Limit] = r.Actual
		}
	}
	allowed := map[string]float64{"canaries": 0, "equal_hashes": 0}
	maps.Copy(allowed, m.Guard.Limits)
	for _, limit := range slices.Sorted(maps.Keys(actual)) {
		l.add("guard_actual", "What a limit of the guard was held against, the worst of it.", actual[limit], "limit", limit)
		l.count("guard_refused", "How often a limit refused the list.", refused[limit], "limit", limit)
		if value, ok := allowed[limit]; ok {
			l.add("guard_allowed", "What a limit of the guard lets pass.", value, "limit", limit)
		}
	}
	controls := m.Controls
	l.count("canaries", "Canary accounts of the index.", controls.Canaries.Accounts)
	l.count("canaries_met", "Canary accounts that a dump names.", controls.Canaries.Met)
	l.count("equal_hashes_met", "Accounts whose own stored hash is in a dump.", controls.EqualHashes.Met)
	for _, c := range []struct {
		name        string
		planted, ok int64
	}{
		{"screen", controls.Screen.Probed, controls.Screen.Met},
		{"positive", controls.Positive.Planted, controls.Positive.Confirmed},
		{"negative", controls.Negative.Probed, controls.Negative.Refuted},
	} {
		l.count("controls_planted", "Controls of the run.", c.planted, "control", c.name)
		l.count("controls_passed", "Controls that came out as they must.", c.ok, "control", c.name)
	}
}
