package main

import (
	"context"
	"os"
	"os/exec"

	"github.com/spf13/cobra"

	"github.com/credsieve/credsieve/datasets/dump/parquetchild"
)

// childName is the hidden command that reads a Parquet file for a run.
const childName = "internal-read-parquet"

// childFile is the descriptor of the file to read: the first after the standard streams.
const childFile = 3

func newChildCommand(e env) *cobra.Command {
	return &cobra.Command{
		Use:    childName,
		Short:  "Read the Parquet file that another credsieve process has opened",
		Hidden: true,
		Args:   cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			in := os.NewFile(childFile, "input")
			if in == nil {
				return usagef("%s is run by credsieve itself", childName)
			}
			defer in.Close()
			return parquetchild.Run(in, e.out)
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
	cmd.Env = []string{} // who reads a stranger's file learns no password of a database, and not where the key lies
	return cmd
}
