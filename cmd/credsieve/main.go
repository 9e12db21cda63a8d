// Command credsieve finds which of an organisation's own accounts still use a leaked password and writes a
// ranked list of them for a separate reset step.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	harden()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM,
		syscall.SIGHUP)
	// A second signal finds the default in place, and ends the process at once.
	context.AfterFunc(ctx, stop)
	code := run(ctx, os.Args[1:], env{
		in: os.Stdin, out: os.Stdout, err: os.Stderr, getenv: os.Getenv,
	})
	stop()
	os.Exit(code)
}
