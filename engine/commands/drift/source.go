package drift

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"example.com/engine/cleaning"
	"example.com/engine/config"
	"example.com/engine/model"
	"example.com/engine/predictionlog"
	"example.com/engine/schema"
	"example.com/engine/settings"
	"example.com/engine/table"
)

// source gives the rows of one or more files, or of a log, in chunks.
type source struct {
	fields []table.Field
	log    *predictionlog.Tables
	paths  []string // not yet opened
	nulls  []string
	reader *table.Reader
	bad    map[string]int // values that did not parse, by column
	other  []string       // columns of the file that the model does not know
	quiet  []string       // columns of which schema.yaml has no check of the type
}

// openSource opens a file or a folder. A folder of .jsonl files is a log.
func openSource(path, configs string, m *model.Model) (*source, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	paths := []string{path}
	if info.IsDir() {
		if paths, err = tablesIn(path); err != nil {
			return nil, err
		}
	}
	if len(paths) == 0 || strings.HasSuffix(path, ".jsonl") {
		return openLog(path, m)
	}
	s := &source{paths: paths, bad: map[string]int{}}
	if s.nulls, err = cleanNulls(configs); err != nil {
		return nil, err
	}
	o, err := s.options(paths[0])
	if err != nil {
		return nil, err
	}
	header, err := table.Header(paths[0], o)
	if err != nil {
		return nil, err
	}
	if s.fields = known(&m.Schema, header); len(s.fields) == 0 {
		return nil, fmt.Errorf("%s: none of the columns %s is one of the model's", paths[0], strings.Join(header, ", "))
	}
	for _, name := range header {
		if c := m.Schema.Column(name); c == nil {
			s.other = append(s.other, name)
		} else if c.SeverityOf("type") == schema.Off {
			s.quiet = append(s.quiet, name)
		}
	}
	return s, nil
}

func openLog(path string, m *model.Model) (*source, error) {
	fields := m.LogFields()
	t, err := predictionlog.OpenTables(path, fields, model.PredictionName, "")
	if err != nil {
		return nil, err
	}
	return &source{fields: fields, log: t}, nil
}

// tablesIn returns the tables of a folder in the order of their names.
func tablesIn(folder string) ([]string, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	var paths []string
	for _, e := range entries {
		ext := filepath.Ext(strings.TrimSuffix(strings.ToLower(e.Name()), ".gz"))
		if e.Type().IsRegular() && slices.Contains([]string{".csv", ".tsv", ".parquet"}, ext) {
			paths = append(paths, filepath.Join(folder, e.Name()))
		}
	}
	return paths, nil
}

// cleanNulls are the texts that mean null by the section clean of data.yaml.
func cleanNulls(configs string) ([]string, error) {
	data := settings.Data[settings.Other, cleaning.Settings]{Clean: cleaning.Default()}
	err := config.Load(filepath.Join(configs, "data.yaml"), &data)
	return data.Clean.Nulls, err
}

// options say how a file is read: by its own dialect, with the texts that mean
// null in the configuration.
func (s *source) options(path string) (table.Options, error) {
	d, err := table.Sniff(path)
	return d.Apply(table.Options{Fields: s.fields, Nulls: s.nulls, Trim: true, KeepBad: true, OwnLevels: true}), err
}

// Next returns the next rows, io.EOF after the last of the last file.
func (s *source) Next() (*table.Table, error) {
	if s.log != nil {
		return s.log.Next()
	}
	for {
		if s.reader == nil {
			if err := s.open(); err != nil {
				return nil, err
			}
		}
		t, err := s.reader.Next()
		if errors.Is(err, io.EOF) {
			if err := s.Close(); err != nil {
				return nil, err
			}
			continue
		}
		if err != nil {
			return nil, err
		}
		for _, b := range t.Bad() {
			s.bad[b.Column] += len(b.Rows)
		}
		return t, nil
	}
}

func (s *source) open() error {
	if len(s.paths) == 0 {
		return io.EOF
	}
	o, err := s.options(s.paths[0])
	if err != nil {
		return err
	}
	if s.reader, err = table.Open(s.paths[0], o); err != nil {
		return err
	}
	s.paths = s.paths[1:]
	return nil
}

// Close closes the present file.
func (s *source) Close() error {
	if s.log != nil {
		return s.log.Close()
	}
	if s.reader == nil {
		return nil
	}
	r := s.reader
	s.reader = nil
	if err := r.Close(); err != nil && !errors.Is(err, fs.ErrClosed) {
		return err
	}
	return nil
}

// unkept are the columns that a log does not hold.
func (s *source) unkept() []string {
	if s.log == nil {
		return nil
	}
	return s.log.Unkept()
}

// notes say what of the rows could not be used.
func (s *source) notes() []string {
	var all []string
	if s.log != nil && s.log.Skipped() > 0 {
		all = append(all, fmt.Sprintf("%d lines of the log are no records", s.log.Skipped()))
	}
	for _, f := range s.fields {
		if n := s.bad[f.Name]; n > 0 && !slices.Contains(s.quiet, f.Name) {
			all = append(all, fmt.Sprintf("column %q: %d values do not parse and count as null", f.Name, n))
		}
	}
	if len(s.other) > 0 {
		all = append(all, "not compared, since the model's schema does not have them: "+strings.Join(s.other, ", "))
	}
	return all
}
