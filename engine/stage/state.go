package stage

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	"example.com/engine/config"
	"example.com/engine/parallel"
)

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
	s.inputs = uniqueInputs(s.inputs)
	inputs := make([]File, len(s.inputs))
	st := &state{
		now:     Record{Format: recordFormat, Stage: s.Name},
		outputs: make([]File, len(s.outputs)),
		stats:   make([]os.FileInfo, len(s.inputs)),
		redo:    s.redo,
	}
	tasks := []func() error{st.hashProgram}
	for i, in := range s.inputs {
		tasks = append(tasks, func() (err error) {
			st.stats[i], _ = os.Stat(in.open)
			inputs[i], err = observeFile(in.path, in.open)
			return err
		})
	}
	for i, o := range s.outputs {
		tasks = append(tasks, func() (err error) {
			st.outputs[i], err = observeFile(o.path, o.Path)
			return err
		})
	}
	if err := do(tasks); err != nil {
		return nil, err
	}
	st.missing = s.firstMissing(inputs)
	st.now.Inputs = sorted(inputs)
	// A record that can't be read is as good as none: the stage runs and
	// writes a new one.
	st.last, _ = ReadRecord(s.work, s.Name)
	var err error
	if st.now.Config, err = s.canonicalConfig(); err != nil {
		return nil, err
	}
	st.now.Params, err = canonicalParams(s.params)
	return st, err
}

func (st *state) hashProgram() (err error) {
	st.now.Program, err = Program()
	return err
}

// observeFile is hashFile for a file that may be missing.
func observeFile(path, open string) (File, error) {
	f, err := hashFile(path, open)
	if errors.Is(err, fs.ErrNotExist) {
		return File{Path: path}, nil
	}
	return f, err
}

// firstMissing returns an error for an input that is needed and not there.
func (s *Stage) firstMissing(found []File) error {
	for i, in := range s.inputs {
		if found[i].SHA256 != "" || in.optional {
			continue
		}
		maker := Maker(in.path)
		switch {
		case in.external:
			return fmt.Errorf("%s does not exist", in.open)
		case maker == "":
			return fmt.Errorf("%s is missing", in.path)
		}
		return fmt.Errorf("%s is missing: run `make %s` first", in.path, maker)
	}
	return nil
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

// hashReader reads r to its end.
func hashReader(path string, r io.Reader) (File, error) {
	h := sha256.New()
	n, err := io.CopyBuffer(onlyWriter{h}, onlyReader{r}, make([]byte, 1<<18))
	if err != nil {
		return File{}, fmt.Errorf("reading %s: %w", path, err)
	}
	return File{Path: path, SHA256: hex.EncodeToString(h.Sum(nil)), Bytes: n}, nil
}

// onlyReader and onlyWriter hide WriterTo and ReaderFrom, which would copy in
// pieces of 32 KB.
type (
	onlyReader struct{ io.Reader }
	onlyWriter struct{ io.Writer }
)

// hashFile returns the facts of the file at open, under the name path.
func hashFile(path, open string) (File, error) {
	f, err := os.Open(open)
	if err != nil {
		return File{}, err
	}
	defer f.Close()
	return hashReader(path, f)
}

// do does the tasks on all cores and returns the error of the first in the list
// that has one.
func do(tasks []func() error) error {
	return parallel.Try(len(tasks), func(i int) error { return tasks[i]() })
}

// Digest returns the SHA-256 of the file.
func Digest(path string) (string, error) {
	f, err := hashFile(path, path)
	return f.SHA256, err
}
