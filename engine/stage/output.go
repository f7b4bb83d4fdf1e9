package stage

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Output is a file that a stage makes.
type Output struct {
	Path string // the place it will have

	path  string // as in the record
	stage string
	file  *os.File
}

// Temp returns the name to write to until the run is complete. It stands in
// the folder of Path and ends as Path does.
func (o *Output) Temp() string {
	dir, base := filepath.Split(o.Path)
	return dir + temporaryPrefix(o.stage) + base
}

// Create opens the temporary file, empty. Whoever calls it may close it; Run
// does so otherwise.
func (o *Output) Create() (*os.File, error) {
	if err := os.MkdirAll(filepath.Dir(o.Path), 0o755); err != nil {
		return nil, err
	}
	f, err := os.Create(o.Temp())
	o.file = f
	return f, err
}

// WriteFile makes data the whole of the file.
func (o *Output) WriteFile(data []byte) error {
	f, err := o.Create()
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Close())
}

// Fill makes what write writes the whole of the file.
func (o *Output) Fill(write func(io.Writer) error) error {
	f, err := o.Create()
	if err != nil {
		return err
	}
	return errors.Join(write(f), f.Close())
}

// sync brings the temporary file to the disk and returns its facts.
func (o *Output) sync() (File, error) {
	if o.file != nil {
		if err := o.file.Close(); err != nil && !errors.Is(err, os.ErrClosed) {
			return File{}, err
		}
	}
	f, err := os.OpenFile(o.Temp(), os.O_RDWR, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return File{}, fmt.Errorf("%s was promised and not written", o.path)
	}
	if err != nil {
		return File{}, err
	}
	defer f.Close()
	if err := f.Sync(); err != nil {
		return File{}, err
	}
	return hashReader(o.path, f)
}

// temporaryPrefix starts the names of the unfinished files of a stage.
func temporaryPrefix(stage string) string { return ".tmp-" + stage + "-" }

// RemoveTemporaries clears what a killed run of the stage left in a folder, which may be missing.
func RemoveTemporaries(dir, stage string) error {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), temporaryPrefix(stage)) {
			if err := Remove(filepath.Join(dir, e.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

// Remove deletes files, of which any may be missing.
func Remove(paths ...string) error {
	for _, path := range paths {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// syncDir makes the names in a folder durable.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

// WriteAtomic gives path the content, whole or not at all, for a file that a
// stage keeps but does not declare as an output.
func WriteAtomic(path, stage string, data []byte) error {
	o := &Output{Path: path, path: filepath.Base(path), stage: stage}
	if err := o.WriteFile(data); err != nil {
		return err
	}
	if _, err := o.sync(); err != nil {
		return err
	}
	if err := os.Rename(o.Temp(), path); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}
