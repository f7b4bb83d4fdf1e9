package configure

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"

	"example.com/engine/config"
	"example.com/engine/derive"
	"example.com/engine/model"
	"example.com/engine/partition"
	"example.com/engine/results"
	"example.com/engine/selection"
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
	m.of.Derive, m.of.Ties = cfg.Derive, cfg.Split.Ties()
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

// lacksClass reports whether rows of some class are set aside, for the test or by
// a fold, while the training rows have none of it: the class comes later, or all
// its rows are of one group. Of two classes, the test rows must have both.
func lacksClass(p plan, made prepared) (bool, error) {
	if p.order.time == "" && p.order.group == "" || p.task == model.Regression || p.found.Rows > manyRows {
		return false, nil
	}
	known, later, err := made.classes(p.target)
	if err != nil {
		return false, err
	}
	if lacks(known, later) || p.task == model.Binary && len(counts(later)) == 1 {
		return true, nil
	}
	train, err := made.rows(results.Train)
	if err != nil {
		return false, err
	}
	recipe, err := made.recipe(p, choice{candidate: plain(p.task)})
	if err != nil {
		return false, err
	}
	folds, err := recipe.Folds(train)
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(folds, func(f selection.Fold) bool {
		return lacks(selection.Take(known, f.Train), selection.Take(known, f.Test))
	}), nil
}

// lacks reports whether the training rows are of one class, or have none of some
// class of the test rows.
func lacks(train, test []string) bool {
	classes := counts(train)
	return len(classes) == 1 || slices.ContainsFunc(test, func(l string) bool { return classes[l] == 0 })
}

// checkTrained refuses a class of which too few training rows are left for two
// folds: rows that are alike stay together, and may have taken them along.
func checkTrained(p plan, made prepared) error {
	if p.task == model.Regression || p.found.Rows > manyRows {
		return nil
	}
	train, test, err := made.classes(p.target)
	if err != nil {
		return err
	}
	left, all := counts(train), counts(slices.Concat(train, test))
	for _, class := range slices.Sorted(maps.Keys(all)) {
		if left[class] < 2 {
			return fmt.Errorf("the class %q of the target %q has %d rows, of which %d are left to train on beside the test rows, and folds need two: "+
				"bring more rows of it, leave it out of the file, or put rare classes together", class, p.target, all[class], left[class])
		}
	}
	return nil
}

// counts returns how often each label comes.
func counts(labels []string) map[string]int {
	n := map[string]int{}
	for _, l := range labels {
		n[l]++
	}
	return n
}
