package main

import (
	"context"
	"os"
	"os/exec"

	"github.com/spf13/cobra"

	"github.com/credsieve/credsieve/datasets/dump/unpackchild"
)

// childName is the hidden command that takes archives apart for a run.
const childName = "internal-unpack"

func newChildCommand(e env) *cobra.Command {
	return &cobra.Command{
		Use:    childName,
		Short:  "Take archives apart for another credsieve process",
		Hidden: true,
		Args:   cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return unpackchild.Run(e.in, e.out)
		},
	}
}

// readerChild returns the command line of the child process, which is this program once more.
func readerChild(ctx context.Context) *exec.Cmd {
	program, err := os.Executable()
	if err != nil {
		program = os.Args[0]
	}
	cmd := exec.CommandContext(ctx, program, childName)
	cmd.Args[0] = os.Args[0]
	cmd.Dir = "/"        // where the run was started is not its affair, and may be gone
	cmd.Env = []string{} // who reads a stranger's file learns no password of a database, and not where the key lies
	return cmd
}
