package main

import "github.com/credsieve/credsieve/cmd/credsieve/internal/terminal"

// rowsShown is how much of a list a person reads; the files have all of it.
const rowsShown = terminal.RowsShown

// sentence is an error on one line of the log.
func sentence(text string) string { return terminal.Sentence(text) }

// clip keeps a table readable.
func clip(text string) string { return terminal.Clip(text) }
