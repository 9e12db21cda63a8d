package rank

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/credsieve/credsieve/datasets/accounts"
	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/hashing"
)

// clues are what the score of a finding depends on, and all of it.
type clues struct {
	kinds       []dump.Kind // of the dumps that hold the pair
	last        time.Time   // leak; zero: unknown
	sources     int         // that do not repeat each other
	ownPage     bool        // a record says that the pair was typed into our own login page
	sharedBy    int         // accounts met with the same password, this one included
	attribution hashing.Attribution
	truncated   bool // the stored hash is of the beginning of a password only
	mfa         accounts.MFA
	privilege   accounts.Privilege
	lastActive  time.Time // zero: unknown
	now         time.Time
}

// reasons are the named parts of a score, heaviest first. What is not known is not a reason.
func (w Weights) reasons(c clues) []rundir.Reason {
	codes := []string{reasonConfirmed}
	when := func(holds bool, code string) {
		if holds {
			codes = append(codes, code)
		}
	}
	codes = append(codes, w.kindReason(c.kinds)...)
	codes = append(codes, ageReason(c.last, c.now)...)
	when(c.sources > 1, reasonSeveralSources)
	when(c.ownPage, reasonOwnLoginPage)
	when(c.mfa == accounts.MFADisabled, reasonNoSecondFactor)
	when(c.privilege == accounts.PrivilegeAdmin, reasonAdmin)
	when(c.privilege == accounts.PrivilegeStaff, reasonStaff)
	idle := c.now.Sub(c.lastActive)
	when(!c.lastActive.IsZero() && idle <= activeWithin, reasonActive)
	when(!c.lastActive.IsZero() && idle >= dormantFrom, reasonDormant)
	when(c.truncated, reasonTruncated)
	when(c.attribution == hashing.AttributionAlias, reasonAlias)
	when(c.attribution == hashing.AttributionNearby, reasonNearby)
	when(c.sharedBy >= sharedByMany, reasonCoincidence)

	list := make([]rundir.Reason, len(codes))
	for i, code := range codes {
		list[i] = rundir.Reason{Code: code, Weight: w.of(code)}
	}
	slices.SortFunc(list, func(a, b rundir.Reason) int {
		return cmp.Or(-cmp.Compare(a.Weight, b.Weight), cmp.Compare(a.Code, b.Code))
	})
	return list
}

// kindReason is the heaviest kind of leak, of equal ones the first in the table.
func (w Weights) kindReason(kinds []dump.Kind) []string {
	best := -1
	for _, kind := range kinds {
		i := indexOfReason(kindReasons[kind])
		if i < 0 {
			continue
		}
		if best < 0 || w.of(reasonTable[i].code) > w.of(reasonTable[best].code) ||
			i < best && w.of(reasonTable[i].code) == w.of(reasonTable[best].code) {
			best = i
		}
	}
	if best < 0 {
		return nil
	}
	return []string{reasonTable[best].code}
}

func ageReason(last, now time.Time) []string {
	if last.IsZero() {
		return nil
	}
	for _, age := range ageReasons {
		if now.Sub(last) <= age.within {
			return []string{age.code}
		}
	}
	return nil
}

// score adds the reasons up, to one decimal.
func score(reasons []rundir.Reason) float64 {
	sum := 0.0
	for _, r := range reasons {
		sum += r.Weight
	}
	return min(max(math.Round(sum*10)/10, 0), 100)
}

// actions follow from the reasons; they stand in the order in which a person would take them.
func actions(reasons []rundir.Reason) []string {
	because := func(codes ...string) bool {
		return slices.ContainsFunc(reasons, func(r rundir.Reason) bool { return slices.Contains(codes, r.Code) })
	}
	list := []string{"reset_password", "revoke_sessions"}
	// Who had the password in hand could have let in an app that outlives it.
	if because(reasonStealerLog, reasonPhishing, reasonOwnLoginPage) {
		list = append(list, "review_connected_apps")
	}
	list = append(list, "notify_user")
	if because(reasonStealerLog) {
		list = append(list, "investigate_device")
	}
	return list
}

// ActionsNotActive are those for an account that a leaked password opens and that nobody can use now: the password would
// open it on the day that it is enabled again.
func ActionsNotActive() []string { return []string{actionBeforeEnable} }

const actionBeforeEnable = "reset_before_enable"

// ActionText says in words what an action of a list asks for, empty for one that this version does not know.
func ActionText(action string) string {
	switch action {
	case "reset_password":
		return "have the user choose a new password; the leaked one must not work again"
	case "revoke_sessions":
		return "end all sessions: somebody else may be signed in"
	case "review_connected_apps":
		return "go through the connected apps with the user, and remove what they do not know"
	case "notify_user":
		return "tell the user that a password of theirs leaked at another service"
	case "investigate_device":
		return "have the user's devices checked before the new password is typed on one"
	case actionBeforeEnable:
		return "before the account, or its sign-in by password, is enabled again, have a new password set: the leaked one opens it"
	default:
		return ""
	}
}
