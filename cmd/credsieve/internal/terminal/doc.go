// Package terminal is what a person sees of a command, or the log of a night that nobody watches.
//
//	Page      where a command prints to: how wide it is, and whether lines may be drawn on it
//	Table     rows that fit into the page, whatever its width
//	Wrapped   a paragraph that does
//	Progress  bars, lines or objects on stderr
//	Phases    remembers what Progress was told
//	Journal   stderr, as text or an object a line
//
// Nothing here knows what a run is. What is printed was made fit to be shown by its caller (package shown).
package terminal
