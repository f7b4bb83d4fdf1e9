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
	"io"
	"net/http"
	"os"
	"runtime/debug"

	"github.com/gin-gonic/gin"

	"example.com/engine/command"
	"example.com/engine/serving"
	"example.com/engine/serving/mlflow"
	"example.com/engine/serving/pages"
	v2 "example.com/engine/serving/v2"

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

// options are the command line.
type options struct {
	config, work, address string
	healthcheck           bool
}

// run returns the status that the program ends with.
func run(args []string, stderr io.Writer) int {
	var o options
	line := command.New("serve", stderr, func(fs *flag.FlagSet) {
		fs.StringVar(&o.config, "config", "configs", "`folder` with the settings")
		fs.StringVar(&o.work, "work", ".", "`folder` below which the champion is")
		fs.StringVar(&o.address, "address", "", "`host:port` to listen on instead of the configured one")
		fs.BoolVar(&o.healthcheck, "healthcheck", false, "ask the running server whether it is ready")
	})
	return line.Run(args, func(ctx context.Context) error { return serve(ctx, o, stderr) })
}

// serve answers requests until the context ends.
func serve(ctx context.Context, o options, log io.Writer) error {
	settings, err := serving.Load(o.config, o.work, o.address)
	if err != nil {
		return err
	}
	if o.healthcheck {
		return serving.Healthcheck(settings)
	}
	server, err := serving.Open(o.work, settings, log)
	if err != nil {
		return err
	}
	handler, err := routes(server)
	if err != nil {
		return err
	}
	return server.ListenAndServe(ctx, handler)
}

// routes are all that the server answers. Routes of your own are gin's, beside
// these; server.Admit before a handler asks for an API key where one is needed.
func routes(server *serving.Server) (http.Handler, error) {
	gin.SetMode(gin.ReleaseMode)
	r := gin.New()
	server.Prepare(r)          // names, logs and counts each request
	server.MountPredictions(r) // POST /predict, /explain, /whatif
	server.MountOperations(r)  // GET /healthz, /readyz, /metrics
	mlflow.Mount(r, server)    // POST /invocations; GET /ping, /health, /version
	return r, errors.Join(
		v2.Mount(r, server),    // the Open Inference Protocol, below /v2
		pages.Mount(r, server), // GET /, /docs, /openapi.json
	)
}
