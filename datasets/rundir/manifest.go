package rundir

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"github.com/credsieve/credsieve/datasets/shown"
)

// SchemaVersion of the manifest that this package writes. It reads those from oldestSchema on, which lack what
// came later.
const (
	SchemaVersion = 2
	oldestSchema  = 1
)

// ManifestName is the file that makes a directory a run.
const ManifestName = "manifest.json"

// Status of a run.
type Status string

// A run is complete, partial (published, but some input could not be read or some account is undecided)
// or held (refused by the guard). A dry run has its own status and is never written.
const (
	StatusComplete Status = "complete"
	StatusPartial  Status = "partial"
	StatusHeld     Status = "held"
	StatusDryRun   Status = "dry_run"
)

// Manifest says what a run read, decided and wrote.
type Manifest struct {
	SchemaVersion int        `json:"schema_version"`
	RunID         string     `json:"run_id"`
	Status        Status     `json:"status"`
	Tool          Tool       `json:"tool"`
	StartedAt     time.Time  `json:"started_at"`
	FinishedAt    time.Time  `json:"finished_at"`
	Index         IndexInfo  `json:"index"`
	Inputs        []Input    `json:"inputs"`
	Dumps         []Dump     `json:"dumps"`
	Counts        Counts     `json:"counts"`
	Sweep         Sweep      `json:"sweep"`
	Listed        Listed     `json:"listed"`
	OverCap       []OverCap  `json:"over_cap"`
	State         *StateInfo `json:"state,omitempty"` // of the ledger, where the run had one
	// Rejects says how rejects.csv accounts for them; of a dry run nothing.
	Rejects *RejectCounts `json:"rejects,omitempty"`
	Spent   []Spent       `json:"budgets_spent,omitempty"`
	// Accounts of undecided.csv by cause; one that is open for two causes counts for each.
	Undecided  map[string]int64 `json:"undecided,omitempty"`
	Excluded   *Excluded        `json:"excluded,omitempty"`           // what --exclude did
	Fabricated int64            `json:"fabricated_untried,omitempty"` // candidates that only dumps hold which are said to be made up
	Controls   Controls         `json:"controls"`
	Verifier   *Verifier        `json:"verifier,omitempty"` // where the reference took the place of kernels
	Guard      Guard            `json:"guard"`
	Ranking    Ranking          `json:"ranking"`
	Estimate   *Estimate        `json:"estimate,omitempty"` // of a dry run
	Release    *Approval        `json:"release,omitempty"`  // of a run that was held and let go
	Outputs    []Output         `json:"outputs"`
	Seal       string           `json:"seal"`            // of the file with no digits here nor in the next field; empty: none
	SHA256     string           `json:"manifest_sha256"` // of the file with no digits here

	sealKey []byte
}

// Spent is a budget of the whole run that was used up: what it kept out is not in the list.
type Spent struct {
	Budget  string `json:"budget"` // the flag that sets it, without dashes
	Limit   int64  `json:"limit"`
	Message string `json:"message"`
}

// Excluded says which accounts an operator kept off the list.
type Excluded struct {
	Accounts  int64             `json:"accounts"`  // in the file
	Unknown   int64             `json:"unknown"`   // of those: not in the index
	Confirmed int64             `json:"confirmed"` // of those: a leaked password opens them
	Reasons   map[string]int64  `json:"reasons"`   // accounts in the file by reason
	Found     []ExcludedFinding `json:"found,omitempty"`
	Unknowns  []string          `json:"unknown_ids,omitempty"` // the first of the unknown, by id
}

// ExcludedFinding is an account that would be listed, but for its reason.
type ExcludedFinding struct {
	AccountID string `json:"account_id"`
	Reason    string `json:"reason"`
}

// Tool is the program that made the run.
type Tool struct {
	Version string `json:"version"`
	Go      string `json:"go"`
}

// IndexInfo names the index that was screened against.
type IndexInfo struct {
	ID            string `json:"id"`
	Path          string `json:"path,omitempty"` // absolute; where it was when the run read it
	Generation    int64  `json:"generation"`
	KeyID         string `json:"key_id"`
	Accounts      int64  `json:"accounts"`
	Identifiers   int64  `json:"identifiers"`
	Canonicalizer int    `json:"canonicalizer"`
	// Zero in runs of earlier versions, which do not say the next two either.
	CreatedAt    time.Time `json:"created_at,omitzero"`
	Unverifiable int64     `json:"unverifiable"` // accounts whose stored hash cannot be verified
	NoPassword   int64     `json:"no_password"`  // accounts that have none
}

// StateInfo says where the ledger was that the run used: a release wants the same.
type StateInfo struct {
	Path string `json:"path"` // absolute
}

// Input is one file that was read, or why it was not.
type Input struct {
	Path              string `json:"path"`
	Name              string `json:"name"`
	Kind              string `json:"kind"`
	Trust             string `json:"trust"`
	LeakedOn          string `json:"leaked_on"`
	Bytes             int64  `json:"bytes"`
	SHA256            string `json:"sha256"`
	Status            string `json:"status"`
	Format            string `json:"format"`
	Records           int64  `json:"records"`
	Rejected          int64  `json:"rejected"`
	AccountsMet       int64  `json:"accounts_met"`
	AccountsConfirmed int64  `json:"accounts_confirmed"`
	FirstSeen         string `json:"first_seen,omitempty"` // day of the first run of the ledger that read these bytes
	Error             string `json:"error,omitempty"`
	LeftOut           bool   `json:"left_out,omitempty"`       // on purpose: it holds no passwords
	FilesLeftOut      int    `json:"files_left_out,omitempty"` // of its archives, for the same reason
	Claim             *Claim `json:"claim,omitempty"`          // of a sidecar that is not believed
}

// Claim is what a sidecar says that somebody else than the operator may have written. Nothing was decided
// by it.
type Claim struct {
	Sidecar  string `json:"sidecar"`
	Why      string `json:"why"` // it is not believed
	Name     string `json:"name,omitempty"`
	Kind     string `json:"kind,omitempty"`
	Trust    string `json:"trust,omitempty"`
	LeakedOn string `json:"leaked_on,omitempty"`
	Format   string `json:"format,omitempty"`
}

// Dump is all inputs of one name together: the shards of a compilation are one source. Accounts are
// counted once, so that they can be fewer than the inputs add up to.
type Dump struct {
	Name              string `json:"name"`
	Inputs            int64  `json:"inputs"`
	Records           int64  `json:"records"`
	Rejected          int64  `json:"rejected"`
	AccountsMet       int64  `json:"accounts_met"`
	AccountsConfirmed int64  `json:"accounts_confirmed"`
	// Confirmed ones that were on an earlier list already.
	AccountsOutstanding int64 `json:"accounts_outstanding"`
	// Pairs of an account of ours and a text that may be its password, each once, and how many of these earlier runs have
	// judged; without a state 0.
	Pairs       int64 `json:"pairs,omitempty"`
	PairsJudged int64 `json:"pairs_judged,omitempty"`
}

// Listed says how many accounts of the list are on it for the first time. The limits of the guard are about
// these; the others passed them when they were new.
type Listed struct {
	New         int64 `json:"new"`
	Outstanding int64 `json:"outstanding"`
	// Of the outstanding, at the beginning of the run: since when the one that has waited longest has been on a list, zero
	// for none or not known, and how many have been for more than seven days.
	OldestSince   time.Time `json:"oldest_first_listed_at,omitzero"`
	OpenOverAWeek int64     `json:"open_over_7_days"`
}

// aWeek is for how long a reset step may take without anybody being told.
const aWeek = 7 * 24 * time.Hour

// CountListed counts the rows of a list as of a time.
func CountListed(rows []Row, at time.Time) (l Listed) {
	for i := range rows {
		since := rows[i].FirstListedAt
		if rows[i].Status != statusOutstanding {
			l.New++
			continue
		}
		l.Outstanding++
		if since.IsZero() {
			continue
		}
		if l.OldestSince.IsZero() || since.Before(l.OldestSince) {
			l.OldestSince = since
		}
		if at.Sub(since) > aWeek {
			l.OpenOverAWeek++
		}
	}
	return l
}

const statusOutstanding = "outstanding"

// OverCap is an account with more leaked passwords than one run tries for it, one of those with the most.
type OverCap struct {
	AccountID  string   `json:"account_id"`
	Candidates int64    `json:"candidates"` // beyond the limit
	Dumps      []string `json:"dumps"`      // that hold them, by name
}

// Controls prove that a run can see.
type Controls struct {
	Screen struct {
		Probed int64 `json:"probed"`
		Met    int64 `json:"met"`
	} `json:"screen"`
	Positive struct {
		Planted   int64 `json:"planted"`
		Confirmed int64 `json:"confirmed"`
	} `json:"positive"`
	Negative struct {
		Probed  int64 `json:"probed"`
		Refuted int64 `json:"refuted"`
	} `json:"negative"`
	Canaries struct {
		Accounts int64 `json:"accounts"`
		Met      int64 `json:"met"`
	} `json:"canaries"`
	// Accounts whose own stored hash, salt and all, is in a dump.
	EqualHashes struct {
		Met int64 `json:"met"`
	} `json:"equal_hashes"`
}

// Guard is the verdict of the limits that a list must pass.
type Guard struct {
	Verdict string `json:"verdict"` // pass, held, held_in_part
	// Limits that it was judged by, under the names that refusals have; runs of earlier versions do not say.
	Limits   map[string]float64 `json:"limits,omitempty"`
	Refusals []Refusal          `json:"refusals"`
	// RefusedDumps hold, of a list that is held in part, what rests on them alone.
	RefusedDumps []string `json:"refused_dumps,omitempty"`
}

// Verdicts of the guard.
const (
	VerdictPass       = "pass"
	VerdictHeld       = "held"         // the whole list
	VerdictHeldInPart = "held_in_part" // what rests on refused dumps alone
)

// HeldInPart reports whether a part of the list is published and another one held.
func (m *Manifest) HeldInPart() bool {
	return m.Status == StatusHeld && m.Guard.Verdict == VerdictHeldInPart
}

// Refusal is one limit that a list did not pass.
type Refusal struct {
	Limit   string  `json:"limit"`
	Allowed float64 `json:"allowed"`
	Actual  float64 `json:"actual"`
	Message string  `json:"message"`
	Over    string  `json:"over,omitempty"` // of a rate: dump, small_dumps, nights, earlier_nights, run
	Dump    string  `json:"dump,omitempty"` // by name, where one alone is refused
}

// Ranking names the table of weights behind the scores.
type Ranking struct {
	WeightsVersion int      `json:"weights_version"`
	WeightsSHA256  string   `json:"weights_sha256,omitempty"` // of the file that changed some
	Overridden     []string `json:"overridden,omitempty"`     // codes of the reasons that it changed
}

// Estimate is what a dry run expects of the confirm phase.
type Estimate struct {
	Verifications int64   `json:"verifications"` // at most
	Seconds       float64 `json:"seconds"`       // at most, with as many of Workers as memory allows
	Workers       int     `json:"workers"`

	Schemes []SchemeEstimate `json:"schemes"` // the dearest first
	Inputs  []InputEstimate  `json:"inputs"`  // as in Manifest.Inputs
}

// SchemeEstimate is what the candidates for one scheme and cost of stored hashes take.
type SchemeEstimate struct {
	Scheme        string  `json:"scheme"`
	Params        string  `json:"params"`
	Verifications int64   `json:"verifications"`
	SecondsEach   float64 `json:"seconds_each"` // measured
}

// InputEstimate is what confirming one input alone would take. A candidate that several inputs hold counts
// for each of them.
type InputEstimate struct {
	Path          string  `json:"path"`
	AccountsMet   int64   `json:"accounts_met"`
	Verifications int64   `json:"verifications"`
	Seconds       float64 `json:"seconds"`
}

// Output is one file of the run.
type Output struct {
	Path   string `json:"path"` // below the run directory
	SHA256 string `json:"sha256"`
	Rows   int64  `json:"rows"`
}

// ReadManifest reads the manifest of a run and refuses an unknown schema.
func ReadManifest(dir string) (*Manifest, error) {
	m, _, err := readManifest(dir)
	return m, err
}

// readManifest also returns the bytes.
func readManifest(dir string) (*Manifest, []byte, error) {
	data, err := readBounded(filepath.Join(dir, ManifestName))
	if err != nil {
		return nil, nil, fmt.Errorf("failed to read manifest of run %q: %w", dir, err)
	}
	m := new(Manifest)
	decoder := json.NewDecoder(bytes.NewReader(data))
	err = decoder.Decode(m)
	if err == nil && len(bytes.TrimSpace(data[decoder.InputOffset():])) > 0 {
		err = errors.New("something follows it")
	}
	if err != nil {
		return nil, nil, fmt.Errorf("failed to read manifest of run %q: %w", dir, err)
	}
	if m.SchemaVersion < oldestSchema || m.SchemaVersion > SchemaVersion {
		return nil, nil, fmt.Errorf("failed to read manifest of run %q: schema version %d, this program reads %d to %d",
			dir, m.SchemaVersion, oldestSchema, SchemaVersion)
	}
	return m, data, nil
}

// Incomplete reports whether a run leaves something open: an input that was not read to its end, a
// candidate that was not tried because its dump is said to be made up, a budget that was used up, or an account that
// stays undecided. rows are those of undecided.csv.
func (m *Manifest) Incomplete(rows int64) bool {
	unread := slices.ContainsFunc(m.Inputs, func(in Input) bool {
		return in.Status != "read" && !in.LeftOut
	})
	return unread || rows > 0 || len(m.Spent) > 0 || m.Fabricated > 0 || m.Counts.Indeterminate+m.Counts.Unchecked > 0
}

// ID names a run by its time and by what went in and came out, so that an approval of one list can not be
// used for another.
func (m *Manifest) ID() string {
	sum := sha256.New()
	fmt.Fprintf(sum, "%s %s\n", m.Index.ID, m.StartedAt.Format(time.RFC3339Nano))
	for _, in := range m.Inputs {
		fmt.Fprintf(sum, "%s\n", in.SHA256)
	}
	outputs := m.Outputs
	if m.Release != nil && m.Release.Held != nil {
		outputs = m.Release.Held
	}
	for _, out := range outputs {
		if restates(out.Path) {
			continue
		}
		// A release moves the list: the run, and what was approved, stays the same.
		fmt.Fprintf(sum, "%s %s\n", publishedPath(out.Path), out.SHA256)
	}
	return m.StartedAt.Format("20060102T150405Z") + "-" + hex.EncodeToString(sum.Sum(nil)[:4])
}

// Encode renders the manifest as it stands in the run directory, with its digest, and sealed where SealWith named a key.
// The digest is not a seal, whoever can write the file can make it again: it tells of a disk or a hand that slipped.
func (m *Manifest) Encode() ([]byte, error) {
	bare := *m
	bare.Seal, bare.SHA256 = "", ""
	data, err := json.MarshalIndent(bare, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("failed to encode manifest: %w", err)
	}
	data = append(shown.JSON(data), '\n')
	if m.sealKey != nil {
		before, after := cutLast(data, sealField(""))
		data = slices.Concat(before, sealField(sealOf(m.sealKey, data)), after)
	}
	sum := sha256.Sum256(data)
	before, after := cutLast(data, digestField(""))
	return slices.Concat(before, digestField(hex.EncodeToString(sum[:])), after), nil
}

// checkDigest reports whether data are the bytes that Encode gave.
func (m *Manifest) checkDigest(data []byte) bool {
	before, after := cutLast(data, digestField(m.SHA256))
	sum := sha256.Sum256(slices.Concat(before, digestField(""), after))
	return m.SHA256 == hex.EncodeToString(sum[:])
}

// digestField is the last field of a manifest as its bytes.
func digestField(digits string) []byte { return []byte(`"manifest_sha256": "` + digits + `"`) }

// cutLast returns what is before and after the last instance of field.
func cutLast(data, field []byte) (before, after []byte) {
	i := bytes.LastIndex(data, field)
	if i < 0 {
		return data, nil
	}
	return data[:i], data[i+len(field):]
}

// Exclude notes what an operator kept off the list; nil: nothing. Those accounts are among accounts_not_active, so that
// the equations hold for whoever does not know of exclusions.
func (m *Manifest) Exclude(x *Excluded) {
	if x == nil {
		return
	}
	m.Excluded = x
	m.Counts.AccountsExcluded = x.Confirmed
}
