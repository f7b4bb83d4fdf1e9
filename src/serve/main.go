// Command serve answers predictions of the champion model over HTTP.
//
//	serve [-config DIR] [-work DIR] [-address HOST:PORT] [-healthcheck]
//
// It reads models/champion/model.zip and serve.yaml and needs nothing else: no
// other file, no other service, nothing to write to. SIGTERM and SIGINT end it
// after it has answered what it accepted.
//
// With -healthcheck it asks the server that runs with the same settings on this
// machine whether it is ready, and ends with status 0 if it is, else 1: that is
// the container's health check.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/debug"
	"syscall"

	"example.com/engine/config"
	"example.com/engine/results"

	_ "example.com/housing/src/own"
)

func main() {
	// What is alive is little beside what requests leave behind. To collect at twice
	// as much, Go's default, takes a seventh of the time of a request; GOGC and
	// GOMEMLIMIT go before.
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(400)
	}
	os.Exit(run(os.Args[1:], os.Stderr))
}

// run returns the status that the program ends with: 1 after an error, 2 for
// wrong flags.
func run(args []string, stderr io.Writer) int {
	fs := flag.NewFlagSet("serve", flag.ContinueOnError)
	fs.SetOutput(stderr)
	configDir := fs.String("config", "configs", "`folder` with the settings")
	work := fs.String("work", ".", "`folder` below which the champion is")
	address := fs.String("address", "", "`host:port` to listen on instead of the configured one")
	check := fs.Bool("healthcheck", false, "ask the running server whether it is ready")
	switch err := fs.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2
	case fs.NArg() > 0:
		fmt.Fprintf(stderr, "serve: unexpected argument %q\n", fs.Arg(0))
		return 2
	}
	if err := start(*configDir, *work, *address, *check, stderr); err != nil {
		report(stderr, err)
		return 1
	}
	return 0
}

func start(configDir, work, address string, check bool, stderr io.Writer) error {
	settings := Default()
	if err := config.Load(filepath.Join(configDir, "serve.yaml"), &settings); err != nil {
		return err
	}
	if address != "" {
		settings.Address = address
		if err := settings.Validate(); err != nil {
			return fmt.Errorf("-address: %w", err)
		}
	}
	if check {
		return healthcheck(settings)
	}
	settings.Predictions.Folder = below(work, settings.Predictions.Folder)
	s, err := newServer(settings, filepath.Join(work, filepath.FromSlash(results.Champion)), stderr)
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return s.listenAndServe(ctx)
}

// report prints an error, with the lines of the file where it is about the
// configuration.
func report(stderr io.Writer, err error) {
	fmt.Fprintf(stderr, "serve: %v\n", err)
	var e *config.Error
	if errors.As(err, &e) && e.Excerpt != "" {
		fmt.Fprintln(stderr, e.Excerpt)
	}
}
