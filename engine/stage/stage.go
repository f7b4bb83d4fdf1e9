// Package stage is the contract that every program of the pipeline keeps.
//
// A stage declares what it reads and what it makes, and hands over a function
// that does the work:
//
//	func main() { stage.Main("clean", run) }
//
//	func run(s *stage.Stage) error {
//		cfg := Default()
//		if err := s.Config("data.yaml", &cfg); err != nil {
//			return err
//		}
//		in := s.Input("data/raw/housing.csv")
//		out := s.Output("data/processed/clean.csv")
//		return s.Run(func(ctx context.Context) error { … })
//	}
//
// [Stage.Run] compares the content of all that was declared, and of the
// program itself, with the record of the last run. Where all is as it was it
// prints `clean: up to date` and is done. Else it does the work: outputs are
// written beside their place, synced and renamed when all are complete, and
// the record is written last. So whatever moment a run is killed at, only
// complete files stand in their places, and the next run knows that it must
// run.
package stage

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"sync"

	"example.com/engine/config"
)

// Stage is one run of a program of the pipeline.
type Stage struct {
	Name string // such as "clean"

	work      string
	configDir string
	whyFile   string
	timing    bool
	keep      bool

	settings []settings
	params   map[string]any
	facts    map[string]any
	inputs   []*input
	outputs  []*Output
	warnings []string
	redo     []string
	lock     string // of Exclusive

	stdout, stderr io.Writer
	logged         bool
	bar            *Progress // the last one
	signals        *signals
	mu             sync.Mutex // of facts, warnings and printing
}

// settings are the parts of one configuration file that the stage reads.
type settings struct {
	file  string
	whole any
	parts []any
}

type input struct {
	path     string // as in the record
	open     string // as the system opens it
	optional bool
	external bool
}

// Config reads a file of the configuration folder into v, which holds the
// defaults. The stage depends on all of v, or, where parts are given, on
// those alone: pointers to fields of v. Their values count as they are when
// Run is called, so a flag may still change them.
func (s *Stage) Config(file string, v any, parts ...any) error {
	if err := config.Load(filepath.Join(s.configDir, file), v); err != nil {
		return err
	}
	s.settings = append(s.settings, settings{file, v, parts})
	return nil
}

// Param makes a value from elsewhere than the configuration, such as a flag's,
// one that the stage depends on.
func (s *Stage) Param(name string, value any) {
	s.params[name] = value
}

// Fact keeps in the record what the run found out, such as a count. It must be
// the same for everyone who runs on the same inputs.
func (s *Stage) Fact(name string, value any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.facts[name] = value
}

// Input declares a file below the work folder and returns the path to open it
// by. Run fails where the file is missing and names the stage that makes it.
func (s *Stage) Input(path string) string {
	return s.input(path, false)
}

// OptionalInput is Input for a file that may be missing; that it is missing
// is then part of the record.
func (s *Stage) OptionalInput(path string) string {
	return s.input(path, true)
}

func (s *Stage) input(path string, optional bool) string {
	path = local(path)
	in := &input{path: path, open: s.Path(path), optional: optional}
	s.inputs = append(s.inputs, in)
	return in.open
}

// External declares a file outside the work folder, given as in the
// configuration: relative to the current folder, or absolute. The record
// holds its name without a folder that others don't have.
func (s *Stage) External(path string) string {
	in := &input{path: filepath.ToSlash(filepath.Clean(path)), open: path, external: true}
	if !filepath.IsLocal(path) {
		in.path = filepath.Base(path)
	}
	s.inputs = append(s.inputs, in)
	return in.open
}

// Output declares a file below the work folder that Run will make.
func (s *Stage) Output(path string) *Output {
	path = local(path)
	o := &Output{Path: s.Path(path), path: path, stage: s.Name}
	s.outputs = append(s.outputs, o)
	return o
}

// Exclusive makes Run hold the lock of that file below the work folder while it puts its
// outputs in place, as every program does that writes there.
func (s *Stage) Exclusive(lock string) { s.lock = lock }

// Redo makes Run do the work, for this reason, even if all is as it was.
func (s *Stage) Redo(reason string) { s.redo = append(s.redo, reason) }

// Path returns where a path below the work folder is, without declaring
// anything.
func (s *Stage) Path(path string) string {
	return filepath.Join(s.work, filepath.FromSlash(path))
}

// Context ends when the user or the system asks the program to stop.
func (s *Stage) Context() context.Context { return s.signals.ctx }

// local checks that a path stays below the work folder.
func local(path string) string {
	clean := filepath.ToSlash(filepath.Clean(path))
	if !filepath.IsLocal(path) || clean == "." {
		panic(fmt.Sprintf("stage: %q is not a file below the work folder", path))
	}
	return clean
}

// Warn prints a warning and keeps it in the record.
func (s *Stage) Warn(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	text := fmt.Sprintf(format, args...)
	s.warnings = append(s.warnings, text)
	s.println(s.stderr, "warning: "+text)
}

// Errorf prints what is wrong, for a stage that is about to fail of several
// things at once.
func (s *Stage) Errorf(format string, args ...any) {
	s.notify("error: " + fmt.Sprintf(format, args...))
}

// Logf prints the line that tells what the run came to. Without it Run says
// what was made.
func (s *Stage) Logf(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.logged = true
	s.println(s.stdout, fmt.Sprintf(format, args...))
}

// print says how the run stands, on standard output.
func (s *Stage) print(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.println(s.stdout, text)
}

// notify says what is not as wished, on standard error.
func (s *Stage) notify(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.println(s.stderr, text)
}

func (s *Stage) println(w io.Writer, text string) {
	s.clearBar()
	fmt.Fprintf(w, "%s: %s\n", s.Name, text)
}

// clearBar makes room for a line of text.
func (s *Stage) clearBar() {
	if s.bar != nil {
		s.bar.clear()
	}
}

// canonicalConfig returns what the stage read of each file, by its name.
func (s *Stage) canonicalConfig() (map[string]json.RawMessage, error) {
	all := map[string]map[string]json.RawMessage{}
	for _, c := range s.settings {
		keys, err := config.Keys(c.whole, c.parts...)
		if err != nil {
			return nil, fmt.Errorf("reading %s: %w", c.file, err)
		}
		if all[c.file] == nil {
			all[c.file] = keys
		}
		for key, value := range keys {
			all[c.file][key] = value
		}
	}
	files := map[string]json.RawMessage{}
	for file, keys := range all {
		data, err := config.Canonical(keys)
		if err != nil {
			return nil, err
		}
		files[file] = data
	}
	return files, nil
}
