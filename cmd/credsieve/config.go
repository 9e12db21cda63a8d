package main

import (
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/credsieve/credsieve/cmd/credsieve/internal/answers"
	"github.com/credsieve/credsieve/cmd/credsieve/internal/config"
	"github.com/credsieve/credsieve/cmd/credsieve/internal/usage"
)

// applyConfig sets the flags that a YAML file names and that the command line does not.
func applyConfig(cmd *cobra.Command, path string) error {
	return config.Apply(path, configured(cmd), allConfigured(cmd.Root()))
}

func configured(cmd *cobra.Command) config.Command {
	return config.Command{Name: strings.TrimPrefix(cmd.CommandPath(), cmd.Root().Name()+" "), Flags: cmd.Flags()}
}

// allConfigured are the commands that a file can have a section for.
func allConfigured(parent *cobra.Command) (all []config.Command) {
	for _, cmd := range parent.Commands() {
		switch {
		case cmd.Hidden || cmd.DisableFlagParsing:
		case cmd.HasSubCommands():
			all = append(all, allConfigured(cmd)...)
		default:
			all = append(all, configured(cmd))
		}
	}
	return all
}

func newConfigCommand(e env) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "config",
		Short: "Say what a command would run with",
		Long:  "Say what a command would run with, and where each value comes from." + exitStatus,
		Args:  usage.NoSuchCommand,
		RunE: func(*cobra.Command, []string) error {
			return usagef("no command was named; want show")
		},
	}
	cmd.AddCommand(&cobra.Command{
		Use:   "show COMMAND [FLAG...]",
		Short: "Show every flag of a command, its value, and where that comes from",
		Long: `Show every flag of a command with its value and where that comes from: the command line, the file of --config,
the environment, or the default. A file can be for all commands: docs/operations.md says how. Put "config show" before a command line of yours: nothing of it is run.

  credsieve config show scan --config night.yaml --max-accounts 50` + exitStatus,
		DisableFlagParsing: true, // they are those of the command that is asked about
		RunE:               func(cmd *cobra.Command, args []string) error { return runConfigShow(e, cmd, args) },
	})
	return cmd
}

func runConfigShow(e env, cmd *cobra.Command, args []string) error {
	if len(args) > 0 && (args[0] == "--help" || args[0] == "-h") {
		return cmd.Help()
	}
	target, rest, err := cmd.Root().Find(args)
	switch {
	case err != nil:
		return usagef("%s", err)
	case target.HasSubCommands() || target.Hidden || target.DisableFlagParsing:
		return usagef("no command was named whose flags could be shown, such as scan or index build")
	}
	if err := target.ParseFlags(rest); err != nil {
		return usagef("%s", err)
	}
	path := target.Flag("config").Value.String()
	settings, err := config.Settings(target.Flags(), func() error { return applyConfig(target, path) },
		func(flag *pflag.Flag) string {
			if flag.Name == "key-file" && e.getenv(keyFileVariable) != "" {
				return keyFileVariable
			}
			return ""
		}, e.getenv)
	if err != nil {
		return &failure{code: exitUsage, err: err}
	}
	return answers.Settings(e.out, target.CommandPath(), settings)
}
