package drift

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"

	"example.com/engine/drift"
	"example.com/engine/model"
	"example.com/engine/results"
	"example.com/engine/schema"
	"example.com/engine/table"
)

// maxSample is how many rows the model predicts, if the table is no log, and
// how many the classifier may draw from.
const maxSample = model.MaxRows

// comparison reads a table once, in chunks.
type comparison struct {
	flags
	model    *model.Model
	settings drift.Settings
	notes    []string
}

func (c *comparison) run(ctx context.Context) (*drift.Report, error) {
	src, err := openSource(c.current, c.config, c.model)
	if err != nil {
		return nil, err
	}
	defer src.Close()
	profile, sample, err := c.read(ctx, src)
	if err != nil {
		return nil, err
	}
	c.notes = append(c.notes, src.notes()...)
	if sample, err = c.withoutUnkept(src.unkept(), profile, sample); err != nil {
		return nil, err
	}
	if profile.Prediction == nil {
		if err := c.predict(profile, sample); err != nil {
			return nil, err
		}
	}
	train, err := c.trainingRows()
	if err != nil {
		return nil, err
	}
	o := c.model.DriftOptions(filepath.Base(c.current), c.settings)
	r, err := c.model.Drift(ctx, profile, model.Rows{Reference: train, Current: sample}, o)
	if err != nil {
		return nil, err
	}
	r.Notes = append(r.Notes, c.notes...)
	return r, nil
}

// read sums up all rows and keeps some. The predictions of a log are a column
// of it, and none of the profile's.
func (c *comparison) read(ctx context.Context, src *source) (*drift.Profile, *table.Table, error) {
	profiler, sample := drift.NewProfiler(src.fields), drift.NewSample(maxSample)
	rows := 0
	for {
		t, err := src.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, nil, err
		}
		profiler.Add(t)
		sample.Add(t)
		rows += t.Len()
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
	}
	if rows == 0 {
		return nil, nil, fmt.Errorf("%s: there are no rows", c.current)
	}
	p := profiler.Profile()
	if src.log != nil {
		p.SetPrediction(model.PredictionName)
	}
	return p, sample.Table(), nil
}

// withoutUnkept drops the columns that a log does not keep: there is nothing
// to compare, and that is no alarm.
func (c *comparison) withoutUnkept(names []string, p *drift.Profile, sample *table.Table) (*table.Table, error) {
	if len(names) == 0 {
		return sample, nil
	}
	for _, name := range names {
		c.notes = append(c.notes, fmt.Sprintf("column %q is not kept in the log", name))
	}
	c.settings = c.settings.Without(names)
	p.Drop(names)
	unkept := func(name string) bool { return slices.Contains(names, name) }
	return sample.Select(slices.DeleteFunc(sample.Names(), unkept)...)
}

// predict predicts the sample, if it has all inputs.
func (c *comparison) predict(p *drift.Profile, sample *table.Table) error {
	for _, f := range c.model.Schema.Features() {
		if sample.Column(f.Name) == nil {
			c.notes = append(c.notes, fmt.Sprintf("no predictions are compared: there is no column %q to predict from", f.Name))
			return nil
		}
	}
	answers, err := c.model.Predict(sample)
	if err != nil {
		return fmt.Errorf("predictions for %s: %w", c.current, err)
	}
	p.Prediction = drift.ColumnOf(c.model.PredictionColumn(answers))
	return nil
}

// trainingRows returns a sample of the rows that the model was trained on, nil
// if they are not there.
func (c *comparison) trainingRows() (*table.Table, error) {
	if !c.settings.Classifier {
		return nil, nil
	}
	rows, err := c.model.TrainingRows(filepath.Join(c.work, results.Train))
	if err == nil && rows == nil {
		c.notes = append(c.notes, "no classifier was tried: the training rows are not in "+results.Train)
	}
	return rows, err
}

// known are the fields of the schema's columns that a file has.
func known(s *schema.Schema, header []string) []table.Field {
	return slices.DeleteFunc(s.Fields(), func(f table.Field) bool { return !slices.Contains(header, f.Name) })
}
