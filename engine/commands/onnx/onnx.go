// Package onnx writes the champion, with all its steps, as one ONNX graph.
//
//	tools onnx [-config DIR] [-work DIR] [-model PATH]
//
// It reads models/champion/model.zip and writes models/champion/model.onnx,
// which any ONNX runtime can load: its inputs are the columns of the schema by
// name. With -model, it reads the model at that path below the work folder and
// writes the graph next to it.
package onnx

import (
	"context"
	"flag"
	"fmt"
	"io"
	"path"
	"path/filepath"
	"strings"

	"example.com/engine/model"
	"example.com/engine/onnx"
	"example.com/engine/results"
	"example.com/engine/stage"
)

// Run is the command; it returns the status of the program.
func Run(args []string, stdout, stderr io.Writer) int {
	file := results.Champion
	flags := stage.Flags(func(fs *flag.FlagSet) {
		fs.StringVar(&file, "model", file, "`path` of the model, below the work folder")
	})
	return stage.Exec("onnx", args, stdout, stderr,
		func(s *stage.Stage) error { return run(s, file) }, flags, stage.KeepOutputs())
}

func run(s *stage.Stage, file string) error {
	if !filepath.IsLocal(file) {
		return fmt.Errorf("-model %s: give a path below the work folder, as %s", file, results.Champion)
	}
	in := s.Input(file)
	out := s.Output(strings.TrimSuffix(file, path.Ext(file)) + ".onnx")
	s.Exclusive(results.ModelsLock)
	return s.Run(func(context.Context) error {
		m, err := model.Open(in)
		if err != nil {
			return err
		}
		graph, err := onnx.Export(m, onnx.Options{})
		if err != nil {
			return err
		}
		s.Logf("%s, %d features, %d bytes", m.Estimator.Kind, len(m.Features), len(graph))
		return out.WriteFile(graph)
	})
}
