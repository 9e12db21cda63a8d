// Package nights looks after a nightly job: the runs that lie in a folder, and what a night needs before it begins.
//
//   - List says what came of the runs of a folder
//   - Prune removes runs that are old
//   - Check says of key, index, state, disk and clock whether a night can rely on them
//
// List and Check read, and change nothing; List believes what a manifest says, because it is for people and a run is
// verified by whoever acts on it. Prune removes a folder only after the whole of it was verified to be a run and nothing
// else, so that a file that somebody put there keeps it. It never removes
//
//   - the newest run, nor the newest that published a list
//   - the run that the link "latest" leads to
//   - a held run that can still be released
//
// A run goes in two steps: it loses its name, then its files, so that no reader sees half of one. After a kill between
// them a hidden folder ".NAME.pruned" is left, to be removed by hand: nothing is removed for its name alone.
package nights
