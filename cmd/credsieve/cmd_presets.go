package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/credsieve/credsieve/cmd/credsieve/internal/terminal"
	"github.com/credsieve/credsieve/datasets/presets"
)

func newPresetsCommand(e env) *cobra.Command {
	return &cobra.Command{
		Use:   "presets [NAME]",
		Short: "List the user stores whose exports are known, and how to export them",
		Long: `List the products whose exports of users "index build --preset NAME" reads. With NAME, say how to export
that one safely, what is read of it, and what must be known besides.

An export holds every stored hash of a store: write it to a disk that only its owner may read, mode 0600, and delete it
when the index is built.` + exitStatus,
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 1 {
				p, err := presets.Named(args[0])
				if err != nil {
					return usagef("%s", err)
				}
				printPreset(e.out, p)
				return nil
			}
			all, err := presets.All()
			if err != nil {
				return err
			}
			t := terminal.NewTable("presets", "name", "export of")
			for _, p := range all {
				t.AppendRow([]any{p.Name, p.Title})
			}
			err = t.Print(e.out)
			return err
		},
	}
}

func printPreset(w io.Writer, p *presets.Preset) {
	fmt.Fprintf(w, "%s: %s\n\nExport\n", p.Name, p.Title)
	for line := range strings.Lines(p.Export) {
		fmt.Fprintf(w, "  %s", line)
	}
	if p.NoHashes != "" {
		fmt.Fprintln(w)
		terminal.Wrapped(w, "", p.NoHashes+".")
	}
	if p.Config != "" {
		fmt.Fprintln(w)
		terminal.Wrapped(w, "", "Needs --preset-config FILE, mode 0600: "+p.Config+".")
	}
	if p.Steps != nil {
		fmt.Fprintln(w)
		terminal.Wrapped(w, "", "Needs --known-answers: what the product does to passwords is proven by a test account.")
	}
	if p.Notes != "" {
		fmt.Fprintln(w)
		terminal.Wrapped(w, "", strings.Join(strings.Fields(p.Notes), " "))
	}
}
