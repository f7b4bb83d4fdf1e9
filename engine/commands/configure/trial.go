package configure

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
	"example.com/engine/results"
	"example.com/engine/table"
)

// trial is a temporary folder in which the settings are tried out, with the
// programs that stand beside this one.
type trial struct {
	dir  string
	from origin
}

// prepare runs the stages up to the training rows.
func (t trial) prepare(ctx context.Context, p plan) (prepared, error) {
	if err := put(t.dir, settings(t.from, p)); err != nil {
		return prepared{}, err
	}
	path, err := filepath.Abs(t.from.path)
	if err != nil {
		return prepared{}, err
	}
	if err := t.stage(ctx, "fetch", "-source", path); err != nil {
		return prepared{}, err
	}
	if err := t.stage(ctx, "clean"); err != nil {
		return prepared{}, err
	}
	return t.features(ctx, p)
}

// features runs the stage of that name with another features.yaml.
func (t trial) features(ctx context.Context, p plan) (prepared, error) {
	if err := put(t.dir, map[string][]byte{"configs/features.yaml": featuresYAML(p)}); err != nil {
		return prepared{}, err
	}
	if err := t.stage(ctx, "features"); err != nil {
		return prepared{}, err
	}
	return load(t.dir)
}

// stage runs a program of the project; what it fails with is what it says.
func (t trial) stage(ctx context.Context, name string, args ...string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, filepath.Join(filepath.Dir(self), name), append(args, "-config", "configs", "-work", "work")...)
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

// prepared are the rows that the stages made below a folder.
type prepared struct {
	dir string
	of  model.Recipe // its schema and derivations; what is learned is open
}

// load reads the schema and the derivations back, as train does.
func load(dir string) (prepared, error) {
	m := prepared{dir: dir}
	var features struct {
		Derive derive.List `yaml:"derive"`
		Split  any         `yaml:"split"`
		Seed   any         `yaml:"seed"`
	}
	if err := config.Load(filepath.Join(dir, "configs/features.yaml"), &features); err != nil {
		return m, err
	}
	m.of.Derive = features.Derive
	return m, config.Load(filepath.Join(dir, "configs/schema.yaml"), &m.of.Schema)
}

// recipe returns what is learned with a choice.
func (m prepared) recipe(p plan, c choice) (model.Recipe, error) {
	r := m.of
	r.Config = model.DefaultConfig()
	return r, config.Parse("configs/model.yaml", modelYAML(p, c), &r.Config)
}

func (m prepared) path(name string) string { return filepath.Join(m.dir, "work", name) }

// rows returns those of results.Train or results.Test.
func (m prepared) rows(name string) (*table.Table, error) {
	fields, err := m.of.Fields()
	if err != nil {
		return nil, err
	}
	return table.ReadFile(m.path(name), table.Options{Fields: fields})
}

// classes returns the target's classes in the training and in the test rows, of
// which it reads nothing else.
func (m prepared) classes(target string) (train, test []string, err error) {
	field := table.Field{Name: target, Kind: m.of.Schema.Column(target).Type.Kind()}
	read := func(name string) ([]string, error) {
		rows, err := table.ReadFile(m.path(name), table.Options{Fields: []table.Field{field}})
		if err != nil {
			return nil, err
		}
		return model.Labels(rows.Column(target))
	}
	if train, err = read(results.Train); err != nil {
		return nil, nil, err
	}
	test, err = read(results.Test)
	return train, test, err
}

// field is a value of the example row.
type field struct {
	name, json string
}

// example returns the first test row as a request has it: without the target,
// without what is null, and without some columns.
func (m prepared) example(without []string) ([]field, error) {
	features := m.of.Schema.Features()
	var texts []table.Field
	for _, c := range features {
		texts = append(texts, table.Field{Name: c.Name, Kind: table.Text})
	}
	r, err := table.Open(m.path(results.Test), table.Options{Fields: texts})
	if err != nil {
		return nil, err
	}
	defer r.Close()
	first, err := r.Next()
	if err != nil {
		return nil, err
	}
	var row []field
	for i, c := range features {
		text := first.Columns()[i].Texts[0]
		switch {
		case text == "" || slices.Contains(without, c.Name):
		case c.Type.Kind() == table.Float:
			row = append(row, field{c.Name, text})
		default:
			row = append(row, field{c.Name, config.Quote(text)})
		}
	}
	return row, nil
}
