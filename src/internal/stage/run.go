package stage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"example.com/housing/src/internal/config"
)

// Run does the work unless the record says that nothing changed. The function
// reads what was declared and writes every output; when it returns an error,
// or the context ends, the outputs of the last run stay as they are.
func (s *Stage) Run(work func(ctx context.Context) error) error {
	if s.whyFile != "" {
		return s.why()
	}
	unlock, err := lock(s.signals.ctx, s.Path(HostDir+"/"+s.Name+".lock"), s.notify)
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
	if err := work(s.signals.ctx); err != nil {
		return err
	}
	if err := s.signals.ctx.Err(); err != nil {
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
	if err := state.unchangedInputs(s.inputs); err != nil {
		return err
	}
	made := make([]File, len(s.outputs))
	err := parallel(len(s.outputs), func(i int) (err error) {
		made[i], err = s.outputs[i].sync()
		return err
	})
	if err != nil {
		return err
	}
	s.signals.hold.Lock()
	defer s.signals.hold.Unlock()
	var dirs []string
	for _, o := range s.outputs {
		if err := os.Rename(o.Temp(), o.Path); err != nil {
			return err
		}
		if dir := filepath.Dir(o.Path); !slices.Contains(dirs, dir) {
			dirs = append(dirs, dir)
		}
	}
	if err := parallel(len(dirs), func(i int) error { return syncDir(dirs[i]) }); err != nil {
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
		mine := func(r Record) bool { return r.Stage != s.Name && r.made(old.Path) }
		if now.made(old.Path) || slices.ContainsFunc(others, mine) {
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
		if err := removeTemporaries(dir, s.Name); err != nil {
			return err
		}
	}
	return nil
}

// state is what the stage finds when it is about to run.
type state struct {
	last    *Record // of the last complete run; nil where there was none
	now     Record  // without outputs
	outputs []File  // as they are on the disk, in the order of declaration; no SHA-256 where missing
	stats   []os.FileInfo
	missing error // an input that must be there and is not
	redo    []string
}

// observe hashes the program, the inputs and the outputs.
func (s *Stage) observe() (*state, error) {
	st := &state{now: Record{Format: recordFormat, Stage: s.Name}, redo: s.redo}
	// A record that can't be read is as good as none: the stage runs and
	// writes a new one.
	st.last, _ = ReadRecord(s.work, s.Name)
	var err error
	if st.now.Config, err = s.canonicalConfig(); err != nil {
		return nil, err
	}
	if st.now.Params, err = canonicalParams(s.params); err != nil {
		return nil, err
	}
	s.inputs = uniqueInputs(s.inputs)
	inputs := make([]File, len(s.inputs))
	missing := make([]error, len(s.inputs))
	st.stats = make([]os.FileInfo, len(s.inputs))
	st.outputs = make([]File, len(s.outputs))
	ni, no := len(s.inputs), len(s.outputs)
	err = parallel(1+ni+no, func(i int) (err error) {
		switch {
		case i == 0:
			st.now.Program, err = Program()
		case i <= ni:
			in := s.inputs[i-1]
			st.stats[i-1], _ = os.Stat(in.open)
			inputs[i-1], err = hashFile(in.path, in.open)
			if errors.Is(err, fs.ErrNotExist) {
				inputs[i-1], missing[i-1], err = File{Path: in.path}, s.missing(in), nil
			}
		default:
			o := s.outputs[i-1-ni]
			st.outputs[i-1-ni], err = hashFile(o.path, o.Path)
			if errors.Is(err, fs.ErrNotExist) {
				st.outputs[i-1-ni], err = File{Path: o.path}, nil
			}
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	st.now.Inputs = sorted(inputs)
	for _, err := range missing {
		if err != nil && st.missing == nil {
			st.missing = err
		}
	}
	return st, nil
}

func (s *Stage) missing(in *input) error {
	maker := Maker(in.path)
	switch {
	case in.optional:
		return nil
	case in.external:
		return fmt.Errorf("%s does not exist", in.open)
	case maker == "":
		return fmt.Errorf("%s is missing", in.path)
	}
	return fmt.Errorf("%s is missing: run `make %s` first", in.path, maker)
}

// unchangedInputs fails where somebody wrote to an input during the run, since
// the record would then claim what was not read.
func (st *state) unchangedInputs(inputs []*input) error {
	for i, in := range inputs {
		before := st.stats[i]
		after, _ := os.Stat(in.open)
		same := before == nil && after == nil ||
			before != nil && after != nil && os.SameFile(before, after) &&
				before.Size() == after.Size() && before.ModTime().Equal(after.ModTime())
		if !same {
			return fmt.Errorf("%s changed during the run; run again", in.path)
		}
	}
	return nil
}

// uniqueInputs drops repeated declarations; a file needed by one is needed.
func uniqueInputs(inputs []*input) []*input {
	var unique []*input
	for _, in := range inputs {
		i := slices.IndexFunc(unique, func(u *input) bool { return u.path == in.path && u.open == in.open })
		if i < 0 {
			unique = append(unique, in)
		} else if !in.optional {
			unique[i].optional = false
		}
	}
	return unique
}

func canonicalParams(params map[string]any) (map[string]json.RawMessage, error) {
	if len(params) == 0 {
		return nil, nil
	}
	m := map[string]json.RawMessage{}
	for name, value := range params {
		data, err := config.Canonical(value)
		if err != nil {
			return nil, err
		}
		m[name] = data
	}
	return m, nil
}

func sorted(files []File) []File {
	files = slices.Clone(files)
	slices.SortFunc(files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	return files
}

// summary names the outputs: the file, or their number and folder.
func (s *Stage) summary() string {
	switch len(s.outputs) {
	case 0:
		return "nothing"
	case 1:
		return s.outputs[0].path
	}
	return fmt.Sprintf("%s and %d more", s.outputs[0].path, len(s.outputs)-1)
}
