package stage

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// Run does the work unless the record says that nothing changed. The function
// reads what was declared and writes every output; when it returns an error,
// or the context ends, the outputs of the last run stay as they are.
func (s *Stage) Run(work func(ctx context.Context) error) error {
	if s.whyFile != "" {
		return s.why()
	}
	unlock, err := Lock(s.Context(), s.Path(HostDir+"/"+s.Name+".lock"), func() {
		s.notify("waiting for another run in this work folder")
	})
	if err != nil {
		return err
	}
	defer unlock()
	if err := s.clearTemporaries(); err != nil {
		return err
	}
	state, err := s.observe()
	if err != nil {
		return err
	}
	if state.missing != nil {
		return state.missing
	}
	if len(state.reasons()) == 0 {
		s.print("up to date")
		return nil
	}
	return s.rerun(state, work)
}

func (s *Stage) rerun(state *state, work func(ctx context.Context) error) error {
	started := time.Now()
	defer func() { _ = s.clearTemporaries() }() // The next run tries again.
	if err := work(s.Context()); err != nil {
		return err
	}
	if err := s.Context().Err(); err != nil {
		return err
	}
	if err := s.commit(state); err != nil {
		return err
	}
	if !s.logged {
		s.print("made " + s.summary())
	}
	return writeHost(s.Path(hostPath(s.Name)), s.Name, started)
}

// commit puts the outputs in their places and writes the record.
func (s *Stage) commit(state *state) error {
	if s.lock != "" {
		unlock, err := Lock(s.Context(), s.Path(s.lock), func() { s.notify("waiting for another program to write") })
		if err != nil {
			return err
		}
		defer unlock()
	}
	if err := state.unchangedInputs(s.inputs); err != nil {
		return err
	}
	made, err := s.syncOutputs()
	if err != nil {
		return err
	}
	s.signals.hold.Lock()
	defer s.signals.hold.Unlock()
	if err := s.placeOutputs(); err != nil {
		return err
	}
	record := state.now
	record.Outputs = sorted(made)
	record.Facts, record.Warnings = s.facts, s.warnings
	if err := s.removeOld(state.last, &record); err != nil {
		return err
	}
	return record.write(s.work)
}

// syncOutputs brings all outputs to the disk, still under temporary names.
func (s *Stage) syncOutputs() ([]File, error) {
	made := make([]File, len(s.outputs))
	var tasks []func() error
	for i, o := range s.outputs {
		tasks = append(tasks, func() (err error) {
			made[i], err = o.sync()
			return err
		})
	}
	return made, do(tasks)
}

func (s *Stage) placeOutputs() error {
	var dirs []string
	for _, o := range s.outputs {
		if err := os.Rename(o.Temp(), o.Path); err != nil {
			return err
		}
		dirs = append(dirs, filepath.Dir(o.Path))
	}
	slices.Sort(dirs)
	for _, dir := range slices.Compact(dirs) {
		if err := syncDir(dir); err != nil {
			return err
		}
	}
	return nil
}

// removeOld deletes what the last run made and this one does not, unless it
// was changed since or another stage makes it now.
func (s *Stage) removeOld(last, now *Record) error {
	if last == nil || s.keep {
		return nil
	}
	others, err := Records(s.work)
	if err != nil {
		return nil // Who owns what is not known, so nothing is deleted.
	}
	for _, old := range last.Outputs {
		theirs := func(r Record) bool { return r.Stage != s.Name && r.made(old.Path) }
		if now.made(old.Path) || slices.ContainsFunc(others, theirs) {
			continue
		}
		if f, err := hashFile(old.Path, s.Path(old.Path)); err != nil || f.SHA256 != old.SHA256 {
			continue
		}
		if err := os.Remove(s.Path(old.Path)); err != nil {
			return err
		}
	}
	return nil
}

func (r *Record) made(path string) bool {
	return slices.ContainsFunc(r.Outputs, func(f File) bool { return f.Path == path })
}

// clearTemporaries removes unfinished files of this stage, this run's or a
// killed one's, from every folder it writes to.
func (s *Stage) clearTemporaries() error {
	dirs := []string{s.Path(LineageDir), s.Path(HostDir)}
	for _, o := range s.outputs {
		dirs = append(dirs, filepath.Dir(o.Path))
	}
	if last, err := ReadRecord(s.work, s.Name); err == nil && last != nil {
		for _, f := range last.Outputs {
			dirs = append(dirs, filepath.Dir(s.Path(f.Path)))
		}
	}
	slices.Sort(dirs)
	for _, dir := range slices.Compact(dirs) {
		if err := RemoveTemporaries(dir, s.Name); err != nil {
			return err
		}
	}
	return nil
}

// summary names the first output and counts the others.
func (s *Stage) summary() string {
	switch len(s.outputs) {
	case 0:
		return "nothing"
	case 1:
		return s.outputs[0].path
	}
	return fmt.Sprintf("%s and %d more", s.outputs[0].path, len(s.outputs)-1)
}
