package flags

import (
	"fmt"
	"strconv"
	"strings"
)

// Approval names one list: the run and how many accounts are on it.
type Approval struct {
	RunID string
	Count int64
}

// Type names it in help.
func (a *Approval) Type() string { return "approval" }

// String is RUN_ID:COUNT, "" before it was said.
func (a *Approval) String() string {
	if a.RunID == "" {
		return ""
	}
	return fmt.Sprintf("%s:%d", a.RunID, a.Count)
}

// Set takes RUN_ID:COUNT.
func (a *Approval) Set(text string) error {
	colon := strings.LastIndexByte(text, ':')
	if colon < 1 {
		return fmt.Errorf("%q is no RUN_ID:COUNT", text)
	}
	count, err := strconv.ParseInt(text[colon+1:], 10, 64)
	// Written as the program writes it: what looks odd was not copied from what a person looked at.
	if err != nil || count < 0 || strconv.FormatInt(count, 10) != text[colon+1:] {
		return fmt.Errorf("%q is not RUN_ID:COUNT: the count is not a number of accounts", text)
	}
	a.RunID, a.Count = text[:colon], count
	return nil
}
