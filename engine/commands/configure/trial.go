package configure

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"example.com/engine/cleaning"
	"example.com/engine/config"
	"example.com/engine/settings"
	"example.com/engine/source"
	"example.com/engine/table"
)

// trial is a temporary folder in which the settings are tried out. The table is
// cleaned and divided as the stages of that name do, with what src/own registers.
type trial struct {
	dir  string
	from origin
}

// cleanFile is the clean table in the folder of a trial; the training and test
// rows are where the stages have them.
const cleanFile = "data/processed/clean.csv"

// prepare makes training and test rows by a plan.
func (t trial) prepare(ctx context.Context, p plan) (prepared, error) {
	if err := put(t.dir, dataFiles(t.from, p)); err != nil {
		return prepared{}, err
	}
	if err := t.clean(ctx); err != nil {
		return prepared{}, fmt.Errorf("trying the settings that were guessed: clean: %w", err)
	}
	return t.divide(ctx, p)
}

// clean makes the clean table.
func (t trial) clean(ctx context.Context) (err error) {
	made, _, err := load(t.dir)
	if err != nil {
		return err
	}
	cfg := settings.Data[source.Settings, cleaning.Settings]{Fetch: source.Default(), Clean: cleaning.Default()}
	if err := config.Load(filepath.Join(t.dir, "configs/data.yaml"), &cfg); err != nil {
		return err
	}
	c, err := cleaning.New(cfg.Clean, &made.of.Schema)
	if err != nil {
		return err
	}
	c.Scratch = t.dir
	f, err := create(made.path(cleanFile))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	w, err := table.NewWriter(f, "csv", made.of.Schema.Fields())
	if err != nil {
		return err
	}
	found, err := c.Clean(ctx, t.from.raw, w)
	if err != nil {
		return err
	}
	for _, violation := range found.Errors() {
		err = errors.Join(err, errors.New(violation.String()))
	}
	return err
}

// divide makes training and test rows of the clean table, by features.yaml of a
// plan.
func (t trial) divide(ctx context.Context, p plan) (prepared, error) {
	if err := put(t.dir, map[string][]byte{"configs/features.yaml": featuresYAML(p)}); err != nil {
		return prepared{}, err
	}
	made, by, err := load(t.dir)
	if err != nil {
		return made, err
	}
	if err := made.divide(ctx, by); err != nil {
		return made, fmt.Errorf("trying the settings that were guessed: features: %w", err)
	}
	return made, nil
}

// create opens a file to be written, and makes its folder.
func create(path string) (*os.File, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, err
	}
	return os.Create(path)
}
