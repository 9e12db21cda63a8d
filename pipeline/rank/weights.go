package rank

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/rundir"
)

// weightsVersion changes whenever the table below does; the manifest records it.
const weightsVersion = 3

// The codes of the reasons. They stand in lists: a code never changes its meaning.
const (
	reasonConfirmed      = "password_confirmed"
	reasonStealerLog     = "stealer_log"
	reasonPhishing       = "phishing"
	reasonSiteBreach     = "site_breach"
	reasonComboList      = "combo_list"
	reasonLastMonth      = "leaked_last_month"
	reasonLastYear       = "leaked_last_year"
	reasonLastThreeYears = "leaked_last_three_years"
	reasonSeveralSources = "several_sources"
	reasonOwnLoginPage   = "own_login_page"
	reasonNoSecondFactor = "no_second_factor"
	reasonAdmin          = "privilege_admin"
	reasonStaff          = "privilege_staff"
	reasonActive         = "recently_active"
	reasonDormant        = "dormant"
	reasonTruncated      = "truncated_match"
	reasonAlias          = "alias_attribution"
	reasonNearby         = "nearby_attribution"
	reasonCoincidence    = "coincidence"
)

// reason is one line of the table of weights: points of 100, and what to say of it to a user.
type reason struct {
	code   string
	weight float64
	text   string
}

// reasonTable is the table of weights; docs/ranking.md is the same for people.
var reasonTable = []reason{
	{reasonConfirmed, 40, "the leaked password opens this account: its own stored hash verified it"},
	{reasonStealerLog, 25, "malware took it from a device of the user's, which may still be infected"},
	{reasonPhishing, 20, "the user typed it into an attacker's page"},
	{reasonSiteBreach, 10, "it was in the database of a site that was broken into"},
	{reasonComboList, 10, "it is on a list that is made for trying passwords at other sites"},
	{reasonLastMonth, 15, "it leaked within the last 30 days"},
	{reasonLastYear, 10, "it leaked within the last year"},
	{reasonLastThreeYears, 5, "it leaked within the last three years"},
	{reasonSeveralSources, 5, "several dumps that do not repeat each other hold it"},
	{reasonOwnLoginPage, 10, "the record says that it was typed into our own login page"},
	{reasonNoSecondFactor, 10, "no second factor stands behind the password"},
	{reasonAdmin, 15, "the account is an administrator's"},
	{reasonStaff, 8, "the account is a staff member's"},
	{reasonActive, 5, "the account was in use within the last 90 days"},
	{reasonDormant, -5, "the account has not been in use for a year"},
	{reasonTruncated, 0, "only the beginning of the password counts here, and that of the leaked one fits"},
	{reasonAlias, -10, "the dump names a variant of the address, not the address itself"},
	{reasonNearby, -15, "the password stands beside the address in a text whose layout no reader understood"},
	{reasonCoincidence, -10, "many others in these dumps have the same password, so it says little"},
}

const (
	day          = 24 * time.Hour
	activeWithin = 90 * day
	dormantFrom  = 365 * day
	// sharedByMany accounts with one password are a crowd: a password that everybody chooses matches without
	// the account's own user having leaked it.
	sharedByMany = 10
)

var kindReasons = map[dump.Kind]string{
	dump.KindStealerLog: reasonStealerLog,
	dump.KindPhishing:   reasonPhishing,
	dump.KindSiteBreach: reasonSiteBreach,
	dump.KindComboList:  reasonComboList,
}

var ageReasons = []struct {
	within time.Duration
	code   string
}{
	{30 * day, reasonLastMonth}, {365 * day, reasonLastYear}, {3 * 365 * day, reasonLastThreeYears},
}

// ReasonText says in words what a reason of a list means, empty for a code that this version does not know.
func ReasonText(code string) string {
	if i := indexOfReason(code); i >= 0 {
		return reasonTable[i].text
	}
	return ""
}

func indexOfReason(code string) int {
	return slices.IndexFunc(reasonTable, func(r reason) bool { return r.code == code })
}

// Weights are the points of each reason. The zero value is the table of this version.
type Weights struct {
	points map[string]float64 // that differ from the table
	sha256 string             // of the file that they came from, hex
}

// NewWeights changes the table: points by code, each between -100 and 100 and of the same sign as in the
// table, because the sentences and docs are about that. sha256 is that of the file with the changes, hex.
func NewWeights(points map[string]float64, sha256 string) (Weights, error) {
	for _, code := range slices.Sorted(maps.Keys(points)) {
		i := indexOfReason(code)
		if i < 0 {
			return Weights{}, fmt.Errorf("unknown reason %q", code)
		}
		weight := points[code]
		switch table := reasonTable[i].weight; {
		case math.IsNaN(weight) || math.Abs(weight) > 100:
			return Weights{}, fmt.Errorf("%s: %v is not a weight between -100 and 100", code, weight)
		case weight*table < 0:
			return Weights{}, fmt.Errorf("%s: %v turns the reason into its opposite, the table has %v",
				code, weight, table)
		}
	}
	return Weights{points: maps.Clone(points), sha256: sha256}, nil
}

func (w Weights) of(code string) float64 {
	if weight, ok := w.points[code]; ok {
		return weight
	}
	return reasonTable[indexOfReason(code)].weight
}

// Describe is what the manifest says of the weights.
func (w Weights) Describe() rundir.Ranking {
	return rundir.Ranking{
		WeightsVersion: weightsVersion, WeightsSHA256: w.sha256, Overridden: slices.Sorted(maps.Keys(w.points)),
	}
}

// bandOf names a score for people, by how soon to act. None reads as if it could wait for good: whoever is on the list has
// a password that strangers know.
func bandOf(score float64) string {
	switch {
	case score >= 85:
		return "critical"
	case score >= 70:
		return "high"
	case score >= 50:
		return "elevated"
	default:
		return "standard"
	}
}
