// Package report tells people what one finished run found, in one file that can be mailed, printed or quoted:
//
//   - HTML for whoever decides and whoever acts: the verdict, six numbers, charts, the list, what is not cleared, evidence
//   - Text and Markdown for mail: the same first page in at most 40 lines of 72 columns
//   - Statement for the answer to a headline: one page that names no account
//
// Read verifies the run and gathers what the file says; Render makes the bytes; Write puts them in place. The same runs give
// the same bytes: nothing asks the clock, the machine or a map for an order.
//
// # What a reader can rely on
//
// A page of HTML is whole in itself: no script, no picture, font or style from elsewhere, and a policy in it which forbids
// them. It has at most 1 MiB: 500 rows of the list, the rest by count. Names that strangers chose (dumps, paths, causes
// of errors) are shown by the rules of package shown and escaped by html/template. Identifiers are there only when
// they are asked for and the run has them. It never holds a password, because a run has none.
//
// Not guaranteed: that what a run says is still so. Runs that are named are verified; of those in a history only
// the manifests are read, for one bar of a chart each.
package report
