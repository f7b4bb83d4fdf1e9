package tracking

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"example.com/engine/results"
	"example.com/engine/stage"
)

// Dir is the folder of the runs, below the work folder.
const Dir = "reports/runs"

// runFormat is raised when older files can't be read any more.
const runFormat = 1

// keptRuns is how many runs, the latest, keep their files, so that they can
// be sent after later runs took the files' places. A file that is still in its
// place costs nothing: it is linked.
const keptRuns = 20

// Store is the runs of a work folder.
type Store struct{ work string }

// NewStore returns the runs below a work folder.
func NewStore(work string) Store { return Store{work} }

func (s Store) path(id string) string { return filepath.Join(s.work, Dir, id+".json") }

// Load returns the run, or nil where there is none.
func (s Store) Load(id string) (*Run, error) {
	data, err := os.ReadFile(s.path(id))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	r := &Run{}
	if err := json.Unmarshal(data, r); err != nil {
		return nil, fmt.Errorf("reading %s: %w", s.path(id), err)
	}
	if r.Format != runFormat || r.ID != id {
		return nil, fmt.Errorf("reading %s: format %d of run %q, not %d of %q", s.path(id), r.Format, r.ID, runFormat, id)
	}
	return r, nil
}

// Save writes the run, whole or not at all.
func (s Store) Save(r *Run) error {
	r.Format = runFormat
	data, err := results.Marshal(r)
	if err != nil {
		return err
	}
	return stage.WriteAtomic(s.path(r.ID), "track", data)
}

// Runs returns all runs, the earliest first, and an error that names the files
// that can't be read.
func (s Store) Runs() ([]*Run, error) {
	paths, err := fs.Glob(os.DirFS(s.work), Dir+"/*.json")
	if err != nil {
		return nil, err
	}
	var runs []*Run
	var faults []error
	for _, path := range paths {
		r, err := s.Load(strings.TrimSuffix(filepath.Base(path), ".json"))
		if err != nil {
			faults = append(faults, err)
			continue
		}
		runs = append(runs, r)
	}
	slices.SortStableFunc(runs, func(a, b *Run) int { return a.Started.Compare(b.Started) })
	return runs, errors.Join(faults...)
}

// File is where the content of an artifact is kept.
func (s Store) File(sha256 string) string { return filepath.Join(s.work, Dir, "files", sha256) }

// Keep makes sure that the content of the artifact stays there when another
// file takes its place. Stages replace their files and never write into them,
// so a link does.
func (s Store) Keep(a Artifact) error {
	kept := s.File(a.SHA256)
	if _, err := os.Stat(kept); err == nil {
		return nil
	}
	from := filepath.Join(s.work, filepath.FromSlash(a.From))
	if digest, err := stage.Digest(from); err != nil || digest != a.SHA256 {
		return errors.Join(err, fmt.Errorf("%s is not what its stage made", a.From))
	}
	if err := os.MkdirAll(filepath.Dir(kept), 0o755); err != nil {
		return err
	}
	err := os.Link(from, kept)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return nil
	}
	data, err := os.ReadFile(from) // On a file system without links.
	if err != nil {
		return err
	}
	return stage.WriteAtomic(kept, "track", data)
}

// Prune removes kept files that only old runs have.
func (s Store) Prune(runs []*Run) error {
	wanted := map[string]bool{}
	for _, r := range runs[max(0, len(runs)-keptRuns):] {
		for _, p := range r.Parts {
			for _, a := range p.Artifacts {
				wanted[a.SHA256] = true
			}
		}
	}
	entries, err := os.ReadDir(filepath.Join(s.work, Dir, "files"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, e := range entries {
		if !wanted[e.Name()] {
			if err := os.Remove(s.File(e.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
	}
	return nil
}
