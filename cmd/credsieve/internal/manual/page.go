package manual

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// pages returns the page of a command and those of the commands below it.
func pages(cmd *cobra.Command) []File {
	files := []File{{"man/man1/" + pageName(cmd) + ".1", page(cmd)}}
	for _, child := range cmd.Commands() {
		if child.IsAvailableCommand() {
			files = append(files, pages(child)...)
		}
	}
	return files
}

func pageName(cmd *cobra.Command) string { return strings.ReplaceAll(cmd.CommandPath(), " ", "-") }

// page is the manual page of one command, in the language of man(7).
func page(cmd *cobra.Command) []byte {
	var b bytes.Buffer
	about, status, _ := strings.Cut(cmd.Long, "\n\nEXIT STATUS\n")
	fmt.Fprintf(&b, ".TH \"%s\" \"1\" \"\" \"%s\" \"User Commands\"\n", roff(strings.ToUpper(pageName(cmd))), roff(cmd.Root().Name()))
	fmt.Fprintf(&b, ".SH NAME\n%s \\- %s\n", roff(pageName(cmd)), roff(lowerFirst(cmd.Short)))
	_, operands, _ := strings.Cut(cmd.Use, " ")
	if cmd.HasAvailableSubCommands() {
		operands = "COMMAND"
	}
	fmt.Fprintf(&b, ".SH SYNOPSIS\n.B %s\n%s\n", roff(cmd.CommandPath()), line(operands))
	b.WriteString(".SH DESCRIPTION\n")
	paragraphs(&b, about)
	if cmd.HasAvailableSubCommands() {
		b.WriteString(".SH COMMANDS\n")
		for _, child := range cmd.Commands() {
			if child.IsAvailableCommand() {
				fmt.Fprintf(&b, ".TP\n.BR %s (1)\n%s\n", roff(pageName(child)), line(child.Short))
			}
		}
	}
	options(&b, "OPTIONS", cmd.NonInheritedFlags())
	options(&b, "OPTIONS OF ALL COMMANDS", cmd.InheritedFlags())
	b.WriteString(".SH EXIT STATUS\n")
	for code := range strings.Lines(status) {
		if number, meaning, ok := strings.Cut(strings.TrimSpace(code), " "); ok {
			fmt.Fprintf(&b, ".TP\n.B %s\n%s\n", number, line(strings.TrimSpace(meaning)))
		}
	}
	seeAlso(&b, cmd)
	return b.Bytes()
}

// paragraphs writes a help text: lines that begin with a space keep their form, others are filled.
func paragraphs(b *bytes.Buffer, text string) {
	for i, paragraph := range strings.Split(strings.TrimSpace(text), "\n\n") {
		if i > 0 {
			b.WriteString(".PP\n")
		}
		kept := false
		for words := range strings.SplitSeq(paragraph, "\n") {
			if keep := strings.HasPrefix(words, " "); keep != kept {
				b.WriteString(map[bool]string{true: ".RS 4\n.nf\n", false: ".fi\n.RE\n"}[keep])
				kept = keep
			}
			b.WriteString(line(strings.TrimPrefix(words, "  ")) + "\n")
		}
		if kept {
			b.WriteString(".fi\n.RE\n")
		}
	}
}

// options writes the flags of one section.
func options(b *bytes.Buffer, title string, flags *pflag.FlagSet) {
	if !flags.HasAvailableFlags() {
		return
	}
	fmt.Fprintf(b, ".SH %s\n", title)
	flags.VisitAll(func(flag *pflag.Flag) {
		if flag.Hidden {
			return
		}
		name, usage := pflag.UnquoteUsage(flag)
		label := "--" + flag.Name
		if flag.Shorthand != "" {
			label = "-" + flag.Shorthand + ", " + label
		}
		fmt.Fprintf(b, ".TP\n\\fB%s\\fR", roff(label))
		if name != "" {
			fmt.Fprintf(b, " \\fI%s\\fR", roff(name))
		}
		fmt.Fprintf(b, "\n%s\n", line(usage+defaultOf(flag, usage)))
	})
}

// defaultOf says a default that is not nothing, and in words what differs from machine to machine.
func defaultOf(flag *pflag.Flag, usage string) string {
	value := flag.DefValue
	switch {
	case strings.Contains(usage, "(default"):
		return ""
	case flag.Name == "memory":
		value = "half of what there is"
	case flag.Name == "workers":
		value = "one for each processor"
	}
	switch value {
	case "", "0", "0s", "0B", "[]", "false":
		return ""
	}
	return " (default " + value + ")"
}

// seeAlso names the pages above, below and beside.
func seeAlso(b *bytes.Buffer, cmd *cobra.Command) {
	var names []string
	around := cmd.Commands()
	if cmd.HasParent() {
		names = append(names, pageName(cmd.Parent()))
		if !cmd.HasAvailableSubCommands() {
			around = cmd.Parent().Commands()
		}
	}
	for _, other := range around {
		if other != cmd && other.IsAvailableCommand() {
			names = append(names, pageName(other))
		}
	}
	b.WriteString(".SH SEE ALSO\n")
	for i, name := range names {
		end := ","
		if i == len(names)-1 {
			end = ""
		}
		fmt.Fprintf(b, ".BR %s (1)%s\n", roff(name), end)
	}
}

var escapes = strings.NewReplacer(`\`, `\e`, `-`, `\-`, `'`, `\(aq`, `^`, `\(ha`, `~`, `\(ti`, "`", `\(ga`, `"`, `\(dq`, `…`, `...`)

// roff escapes a text within a line.
func roff(text string) string { return escapes.Replace(text) }

// line escapes a text that is a line: one that begins with a dot is no request.
func line(text string) string {
	if strings.HasPrefix(text, ".") {
		return `\&` + roff(text)
	}
	return roff(text)
}

func lowerFirst(text string) string {
	if text == "" {
		return ""
	}
	return strings.ToLower(text[:1]) + text[1:]
}
