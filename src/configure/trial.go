package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"example.com/engine/config"
	"example.com/engine/derive"
	"example.com/engine/model"
	"example.com/engine/project"
	"example.com/engine/results"
	"example.com/engine/table"
)

// trial is a temporary folder in which the settings are tried out, with the
// programs that stand beside this one.
type trial struct {
	dir    string
	recipe model.Recipe // of the schema and the derivations
}

// prepare runs the stages up to the training rows.
func (t *trial) prepare(ctx context.Context, s *studied) error {
	for name, text := range s.files {
		if err := project.Put(t.dir, name, text); err != nil {
			return err
		}
	}
	path, err := filepath.Abs(s.path)
	if err != nil {
		return err
	}
	for _, stage := range []string{"fetch", "clean", "features"} {
		args := []string{"-config", "configs", "-work", "work"}
		if stage == "fetch" {
			args = append(args, "-source", path)
		}
		if err := t.run(ctx, stage, args...); err != nil {
			return err
		}
	}
	return t.load()
}

// features runs the stage of that name anew, with features.yaml as it now is.
func (t *trial) features(ctx context.Context, s *studied) error {
	const name = "configs/features.yaml"
	if err := project.Put(t.dir, name, s.files[name]); err != nil {
		return err
	}
	if err := t.run(ctx, "features", "-config", "configs", "-work", "work"); err != nil {
		return err
	}
	return t.load()
}

// run runs a program of the template; what it fails with is what it says.
func (t *trial) run(ctx context.Context, name string, args ...string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, filepath.Join(filepath.Dir(self), name), args...)
	cmd.Dir = t.dir
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	err = cmd.Run()
	if err == nil {
		return nil
	}
	if text := strings.TrimSpace(stderr.String()); text != "" {
		err = errors.New(text)
	}
	return fmt.Errorf("trying the settings that were guessed: %w", err)
}

// load reads the schema and the derivations back, as train does.
func (t *trial) load() error {
	var features struct {
		Derive derive.List `yaml:"derive"`
		Split  any         `yaml:"split"`
		Seed   any         `yaml:"seed"`
	}
	if err := config.Load(filepath.Join(t.dir, "configs/features.yaml"), &features); err != nil {
		return err
	}
	t.recipe.Derive = features.Derive
	return config.Load(filepath.Join(t.dir, "configs/schema.yaml"), &t.recipe.Schema)
}

// rows returns those of results.Train or results.Test.
func (t *trial) rows(name string) (*table.Table, error) {
	fields, err := t.recipe.Fields()
	if err != nil {
		return nil, err
	}
	return table.ReadFile(filepath.Join(t.dir, "work", name), table.Options{Fields: fields})
}

// classes returns the target's classes in those rows, of which it reads nothing else.
func (t *trial) classes(name, target string) ([]string, error) {
	field := table.Field{Name: target, Kind: t.recipe.Schema.Column(target).Type.Kind()}
	rows, err := table.ReadFile(filepath.Join(t.dir, "work", name), table.Options{Fields: []table.Field{field}})
	if err != nil {
		return nil, err
	}
	return model.Labels(rows.Column(target))
}

// field is a value of the example row.
type field struct {
	name, json string
}

// example returns the first test row as a request has it: without the target,
// and without what is null.
func (t *trial) example(s *studied) ([]field, error) {
	var texts []table.Field
	for _, c := range t.recipe.Schema.Features() {
		texts = append(texts, table.Field{Name: c.Name, Kind: table.Text})
	}
	r, err := table.Open(filepath.Join(t.dir, "work", results.Test), table.Options{Fields: texts})
	if err != nil {
		return nil, err
	}
	defer r.Close()
	first, err := r.Next()
	if err != nil {
		return nil, err
	}
	var row []field
	for i, c := range t.recipe.Schema.Features() {
		text := first.Columns()[i].Texts[0]
		switch {
		case text == "" || slices.Contains(s.of(isGroup), c.Name):
		case c.Type.Kind() == table.Float:
			row = append(row, field{c.Name, text})
		default:
			row = append(row, field{c.Name, jsonText(text)})
		}
	}
	return row, nil
}
