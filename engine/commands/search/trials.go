package search

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"runtime"
	"slices"

	"example.com/engine/config"
	"example.com/engine/derive"
	"example.com/engine/folds"
	"example.com/engine/metrics"
	"example.com/engine/model"
	"example.com/engine/partition"
	"example.com/engine/random"
	"example.com/engine/results"
	"example.com/engine/search"
	"example.com/engine/selection"
	"example.com/engine/settings"
	"example.com/engine/stage"
	"example.com/engine/table"
)

const trainFile = results.Train

// trials is what all trials share: the rows, the folds, how they are scored.
type trials struct {
	file    *file
	recipe  model.Recipe // as it stands
	metric  metrics.Metric
	program string // identity of this one
	digest  string // SHA-256 of the file of the rows
	rows    *table.Table
	folds   []selection.Fold
	bar     *stage.Progress
}

// configure loads what the search reads of the configuration.
func (t *trials) configure(s *stage.Stage) error {
	if err := s.Config("schema.yaml", &t.recipe.Schema); err != nil {
		return err
	}
	features := settings.Features[derive.List, partition.Split]{Split: partition.DefaultSplit()}
	if err := s.Config("features.yaml", &features, &features.Derive, &features.Split); err != nil {
		return err
	}
	c := &t.file.Config
	err := s.Config("model.yaml", t.file, append(c.Training(), &c.Search)...)
	if err != nil {
		return err
	}
	t.recipe.Derive, t.recipe.Ties, t.recipe.Config = features.Derive, features.Split.Ties(), *c
	if t.metric, err = model.DecidingMetric(c.Task, c.Metric); err != nil {
		return err
	}
	t.program, err = stage.Program()
	return err
}

// load reads the training rows and makes the folds that all trials have.
func (t *trials) load(path string) error {
	fields, err := t.recipe.Fields()
	if err != nil {
		return err
	}
	t.rows, err = table.ReadFile(path, table.Options{Fields: fields})
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s is missing: run `make %s` first", path, stage.Maker(trainFile))
	}
	if err != nil {
		return err
	}
	if t.digest, err = stage.Digest(path); err != nil {
		return err
	}
	if t.recipe, _, err = t.recipe.Settle(t.rows); err != nil {
		return err
	}
	t.folds, err = t.recipe.Folds(t.rows)
	return err
}

func (t *trials) mostRungs() int { return t.settings().MostRungs(len(t.file.candidates)) }

func (t *trials) settings() *search.Settings { return &t.file.Config.Search }

// rungs returns the amounts of the halving's resource, or one rung of
// everything.
func (t *trials) rungs() ([]search.Rung, error) {
	s, n := t.settings(), len(t.file.candidates)
	switch {
	case s.Strategy != search.Halving:
		return []search.Rung{{Candidates: n}}, nil
	case s.Halving.Resource != search.Rows:
		return s.Halving.Rungs(n, 1, s.Halving.MaxResources)
	}
	classes := 1
	if t.recipe.Config.Task != model.Regression {
		labels, err := model.Labels(t.rows.Column(t.recipe.Schema.Target))
		if err != nil {
			return nil, err
		}
		classes = len(slices.Compact(slices.Sorted(slices.Values(labels))))
	}
	return s.Halving.Rungs(n, 2*len(t.folds)*classes, t.rows.Len())
}

// search prepares a search whose progress the stage shows.
func (t *trials) search(s *stage.Stage) (*search.Search, error) {
	rungs, err := t.rungs()
	if err != nil {
		return nil, err
	}
	// One more than fill the CPUs, so that they have work while a last fold ends.
	cpus := runtime.GOMAXPROCS(0)
	workers := (cpus+len(t.folds)-1)/len(t.folds) + 1
	return &search.Search{
		Candidates: t.file.candidates, Rungs: rungs, Metric: t.metric, Workers: workers,
		Store: search.NewStore(s.Path(search.Dir)), Key: t.key, Evaluate: t.evaluate,
		Begin: func(p search.Progress) { t.begin(s, p, len(rungs)) },
		Done:  func() { t.bar.Add(1) },
	}, nil
}

func (t *trials) begin(s *stage.Stage, p search.Progress, rungs int) {
	if p.Recorded > 0 && p.Todo > 0 {
		s.Logf("%d trials are recorded, %d are to do", p.Recorded, p.Todo)
	}
	if p.Stale > 0 {
		s.Logf("%d recorded trials are of other settings, data or code and don't count", p.Stale)
	}
	t.closeBar()
	what := "trials"
	if rungs > 1 {
		what = fmt.Sprintf("rung %d of %d", p.Rung+1, rungs)
	}
	t.bar = s.Progress(int64(p.Todo), what)
}

func (t *trials) closeBar() {
	if t.bar != nil {
		_ = t.bar.Close() // never fails
	}
}

// key hashes all that a trial's scores depend on.
func (t *trials) key(c search.Candidate, budget int) (string, error) {
	cfg, err := t.file.with(c, budget)
	if err != nil {
		return "", err
	}
	keys, err := config.Keys(&cfg, cfg.Training()...)
	if err != nil {
		return "", err
	}
	data, err := config.Canonical(struct {
		Program, Rows  string
		Schema, Derive any
		Ties           folds.Ties
		Config         map[string]json.RawMessage
		Budget         int
	}{t.program, t.digest, t.recipe.Schema, t.recipe.Derive, t.recipe.Ties, keys, budget})
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:]), err
}

// evaluate cross-validates a candidate: on the folds that all have, or on as
// many of their training rows as the budget allows.
func (t *trials) evaluate(ctx context.Context, c search.Candidate, budget int) (results.CrossValidation, error) {
	cfg, err := t.file.with(c, budget)
	if err != nil {
		return results.CrossValidation{}, err
	}
	folds, s := t.folds, t.settings()
	if budget > 0 && s.Halving.Resource == search.Rows && budget < t.rows.Len() {
		folds = search.Subsample(folds, budget, t.rows.Len(), random.New(s.Seed, "rows of a rung"))
	}
	r := t.recipe
	r.Config = cfg
	return r.CrossValidate(ctx, t.rows, folds, model.Metrics(cfg.Task, t.metric), func() {})
}

// table ranks the trials.
func (t *trials) table(run *search.Search, done []*search.Trial) (*search.Table, error) {
	table, err := search.NewTable(t.settings(), t.metric, run.Rungs, done)
	if err != nil {
		return nil, err
	}
	target := t.recipe.Schema.Column(t.recipe.Schema.Target)
	table.Target, table.Unit, table.Positive = target.Name, target.Unit, t.recipe.Config.Positive
	return table, nil
}

// outputs are the files that a complete search makes.
type outputs struct{ table, data, best *stage.Output }

func (o outputs) write(t *trials, table *search.Table, store search.Store) error {
	best := t.file.funded(t.file.candidates[table.Best], table.Trials[0].Budget)
	root, err := best.Apply(t.file.root)
	if err != nil {
		return err
	}
	return errors.Join(
		o.table.Fill(table.WriteCSV),
		results.Write(o.data, table),
		o.best.Fill(func(w io.Writer) error { return table.WriteBest(w, best, root) }),
		store.Clear(),
	)
}
