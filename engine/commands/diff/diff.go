// Package diff tells in what two models differ: settings, data, metrics on the
// same test rows with the interval of the difference, and predictions.
//
//	tools diff [-config DIR] [-work DIR] [-a MODEL] [-b MODEL]
//
// A model is champion, candidate, a run of reports/runs by the beginning of its
// ID or its name, the beginning of a digest in models/history, or the path of a
// model file. Unless told otherwise, a is the champion and b the candidate, and
// where they are the same, a is the champion before. It writes nothing but what
// it prints.
package diff

import (
	"context"
	"flag"
	"io"

	"example.com/engine/model"
	"example.com/engine/stage"
)

type options struct{ a, b string }

// Run is the command; it returns the status of the program.
func Run(args []string, stdout, stderr io.Writer) int {
	var o options
	flags := stage.Flags(func(fs *flag.FlagSet) {
		fs.StringVar(&o.a, "a", "", "`model` to compare with; the champion if empty")
		fs.StringVar(&o.b, "b", "", "`model` to compare; the candidate if empty")
	})
	return stage.Exec("diff", args, stdout, stderr, func(s *stage.Stage) error { return run(s, o, stdout) }, flags)
}

func run(s *stage.Stage, o options, out io.Writer) error {
	cfg := model.DefaultConfig()
	if err := s.Config("model.yaml", &cfg, &cfg.Seed, &cfg.Metric, &cfg.Evaluation); err != nil {
		return err
	}
	a, b, err := sides(s, o)
	if err != nil {
		return err
	}
	if a.digest == b.digest {
		s.Logf("%s and %s are the same model, %.12s, and no other was champion before it", a.name, b.name, a.digest)
		return nil
	}
	p := newPrinter(out)
	if err := p.settings(a, b); err != nil {
		return err
	}
	p.data(a, b)
	if err := p.metrics(context.Background(), load(s, cfg, a, b), a, b); err != nil {
		return err
	}
	return p.flush()
}
