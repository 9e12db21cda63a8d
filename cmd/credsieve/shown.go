package main

import "github.com/credsieve/credsieve/cmd/credsieve/internal/terminal"

// sentence is an error on one line of the log.
func sentence(text string) string { return terminal.Sentence(text) }
