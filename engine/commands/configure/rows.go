package configure

import (
	"context"
	"errors"
	"path/filepath"
	"slices"

	"example.com/engine/config"
	"example.com/engine/derive"
	"example.com/engine/model"
	"example.com/engine/partition"
	"example.com/engine/results"
	"example.com/engine/settings"
	"example.com/engine/table"
)

// prepared are the rows that were made with some settings below a folder.
type prepared struct {
	dir string
	of  model.Recipe // its schema and derivations; what is learned is open
}

// load reads the schema and the derivations back, as train does, and the split.
func load(dir string) (prepared, partition.Plan, error) {
	m := prepared{dir: dir}
	cfg := settings.Features[derive.List, partition.Split]{Split: partition.DefaultSplit(), Seed: settings.DefaultSeed}
	if err := config.Load(filepath.Join(dir, "configs/features.yaml"), &cfg); err != nil {
		return m, partition.Plan{}, err
	}
	m.of.Derive = cfg.Derive
	err := config.Load(filepath.Join(dir, "configs/schema.yaml"), &m.of.Schema)
	return m, partition.Plan{Derive: cfg.Derive, Split: cfg.Split, Seed: cfg.Seed, Target: m.of.Schema.Target}, err
}

func (m prepared) divide(ctx context.Context, by partition.Plan) error {
	fields, err := by.Check(m.of.Schema.Fields())
	if err != nil {
		return err
	}
	t, err := table.ReadFile(m.path(cleanFile), table.Options{Fields: m.of.Schema.Fields()})
	if err != nil {
		return err
	}
	d, err := by.Divide(t)
	if err != nil {
		return err
	}
	w := partition.Writer{Table: t, Derive: by.Derive, Fields: fields}
	write := func(name string, rows []int) error {
		f, err := create(m.path(name))
		if err != nil {
			return err
		}
		return errors.Join(w.WriteRows(ctx, rows, f, name), f.Close())
	}
	return errors.Join(write(results.Train, d.Rows(false)), write(results.Test, d.Rows(true)))
}

// recipe returns what is learned with a choice.
func (m prepared) recipe(p plan, c choice) (model.Recipe, error) {
	r := m.of
	r.Config = model.DefaultConfig()
	return r, config.Parse("configs/model.yaml", modelYAML(p, c), &r.Config)
}

func (m prepared) path(name string) string { return filepath.Join(m.dir, name) }

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
