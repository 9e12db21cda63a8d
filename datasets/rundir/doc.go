// Package rundir writes, reads and verifies the directory that one scan publishes.
//
// A run directory holds
//
//	manifest.json          written last; a directory without one is not a run
//	at_risk.parquet, .csv  the ranked list, same rows in the same order
//	held/at_risk.*         the list instead, when the guard refused it
//	accounts.csv           every account that a dump names, and what came of it
//	undecided.csv          accounts that the run could not decide, and why
//	rejects.csv            stretches of dumps that could not be parsed: never their content
//	report.html            the same for people; a run may lack it
//	metrics.prom           the same in numbers; a run may lack it
//
// # Publication
//
//  1. Create makes a hidden staging folder beside the run's place, on the same file system.
//  2. Every file is written there with mode 0600 and synced.
//  3. The manifest, which names every other file with its SHA-256, is written last.
//  4. Publish renames the staging folder to its place and syncs the folder above.
//
// So a reader sees the whole run or none of it. What is not guaranteed: after a kill or a power cut the
// staging folder (".NAME.partial-*") can stay behind. It never holds a password, an identifier that was not asked
// for, or a manifest that a reader would find.
package rundir
