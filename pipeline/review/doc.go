// Package review works on finished runs, for the people who act on them:
//
//   - Explain says why an account is on the list of a run, or why not
//   - Compare says what changed on the list from one run to another
//   - Release publishes the list that the guard held, when a person approves of this very list
//   - Recheck asks right before a reset whether each finding still holds
//
// Each verifies the run first: an answer out of files that were touched is not an answer. None needs a dump or a
// password, and none makes a finding; only Release and Recheck write, the one the run and what the ledger knows of it,
// the other a file of its own.
//
// Not guaranteed: that what a run says is still so. It knows the accounts as of its index, which is why Release
// refuses a list whose index has moved on.
package review
