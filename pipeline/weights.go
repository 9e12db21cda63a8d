package pipeline

import (
	"time"

	"github.com/credsieve/credsieve/datasets/dump"
)

// weightsVersion changes whenever a number below does; the manifest records it.
const weightsVersion = 1

// baseWeight is what every finding has: the password is known to strangers and still opens the account.
const baseWeight = 40

// Weights of the reasons, in points of 100. docs/ranking.md explains each.
var (
	kindWeights = map[dump.Kind]reasonWeight{
		dump.KindStealerLog: {"stealer_log", 25}, // a device of the user's is infected
		dump.KindPhishing:   {"phishing", 20},    // the user typed it into an attacker's page
		dump.KindSiteBreach: {"site_breach", 10},
		dump.KindComboList:  {"combo_list", 10}, // made for credential stuffing
	}
	ageWeights = []struct {
		within time.Duration
		reasonWeight
	}{
		{30 * day, reasonWeight{"leaked_last_month", 15}},
		{365 * day, reasonWeight{"leaked_last_year", 10}},
		{3 * 365 * day, reasonWeight{"leaked_last_three_years", 5}},
	}
	severalSources = reasonWeight{"several_sources", 5}
	noSecondFactor = reasonWeight{"no_second_factor", 10}
	adminAccount   = reasonWeight{"privilege_admin", 15}
	staffAccount   = reasonWeight{"privilege_staff", 8}
	recentlyActive = reasonWeight{"recently_active", 5}
	truncatedMatch = reasonWeight{"truncated_match", 0}     // bcrypt compared its first 72 bytes only
	aliasMatch     = reasonWeight{"alias_attribution", -10} // the dump names a variant of the address
)

type reasonWeight struct {
	code   string
	weight float64
}

const (
	day          = 24 * time.Hour
	activeWithin = 90 * day
)

// bandOf names a score for people.
func bandOf(score float64) string {
	switch {
	case score >= 85:
		return "critical"
	case score >= 70:
		return "high"
	case score >= 50:
		return "medium"
	default:
		return "low"
	}
}
