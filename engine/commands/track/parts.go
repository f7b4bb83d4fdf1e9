package track

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"example.com/engine/results"
	"example.com/engine/search"
	"example.com/engine/stage"
	"example.com/engine/tracking"
)

// part is what a stage adds to the run: from its record settings, artifacts,
// time and memory; from its results, for those stages that have some, metrics.
func (c *collector) part(run *tracking.Run, r stage.Record, digest string) (tracking.Part, error) {
	_, ended := c.times(r)
	p := tracking.Part{Stage: r.Stage, Record: digest, Ended: ended, Tags: map[string]string{
		"lineage." + r.Stage + ".program": r.Program,
	}}
	var err error
	if p.Params, err = params(r); err != nil {
		return p, err
	}
	if len(r.Warnings) > 0 {
		p.Tags["warnings."+r.Stage] = strings.Join(r.Warnings, "\n")
	}
	if h := r.Host; h != nil {
		p.Add("system/"+r.Stage+"/seconds", h.Seconds)
		if h.PeakBytes > 0 {
			p.Add("system/"+r.Stage+"/peak_memory_megabytes", float64(h.PeakBytes)/1e6)
		}
	}
	for _, f := range r.Outputs {
		if to, ok := artifactPath(f.Path); ok {
			p.Artifacts = append(p.Artifacts, tracking.Artifact{Path: to, From: f.Path, SHA256: f.SHA256, Bytes: f.Bytes})
		}
	}
	p.Artifacts = append(p.Artifacts, tracking.Artifact{
		Path: "lineage/" + r.Stage + ".json", From: stage.RecordPath(r.Stage), SHA256: digest,
	})
	details := map[string]func(*tracking.Run, *tracking.Part, stage.Record) error{
		"train": c.train, "evaluate": c.evaluate, "promote": c.promote, "search": c.search,
	}
	if add := details[r.Stage]; add != nil {
		err = add(run, &p, r)
	}
	return p, err
}

// params are the settings that the stage read, under the paths that they have
// in the file: as they are for model.yaml, below the file's name for the
// others. The schema is with the dataset.
func params(r stage.Record) (map[string]string, error) {
	all := map[string]string{}
	for file, settings := range r.Config {
		prefix := strings.TrimSuffix(file, path.Ext(file))
		switch prefix {
		case "schema":
			continue
		case "model":
			prefix = ""
		}
		flat, err := tracking.Flatten(prefix, settings)
		if err != nil {
			return nil, err
		}
		maps.Copy(all, flat)
	}
	for name, value := range r.Params {
		flat, err := tracking.Flatten(r.Stage+"."+name, value)
		if err != nil {
			return nil, err
		}
		maps.Copy(all, flat)
	}
	return all, nil
}

// artifactPath is the place of an output among the run's artifacts. Data has
// none.
func artifactPath(output string) (string, bool) {
	if path.Dir(output) == path.Dir(results.Candidate) {
		return "model/" + path.Base(output), true
	}
	return strings.CutPrefix(output, "reports/")
}

// train adds scores, folds and curves.
func (c *collector) train(run *tracking.Run, p *tracking.Part, r stage.Record) error {
	var t results.Training
	if err := results.Read(c.s.Path(results.TrainingOut), &t); err != nil {
		return err
	}
	model := outputSum(r, results.Candidate)
	run.Name = t.Estimator + " " + model[:min(8, len(model))]
	maps.Copy(p.Tags, source())
	maps.Copy(p.Tags, map[string]string{
		tracking.TagModel: model, tracking.TagEstimator: t.Estimator, tracking.TagMetric: t.Metric,
		"task": string(t.Task), "target": t.Target, "features": strings.Join(t.Features, ", "),
	})
	if t.Positive != "" {
		p.Tags["positive"] = t.Positive
	}
	addScores(p, "train/", "", t.Scores)
	addScores(p, "cv/", "", t.CrossValidation.Mean)
	addScores(p, "cv/", "_std", t.CrossValidation.StdDev)
	for i, f := range t.CrossValidation.Folds {
		child := tracking.Child{Name: fmt.Sprintf("fold %d", i+1), Params: map[string]string{
			"fold": fmt.Sprint(i + 1), "train_rows": fmt.Sprint(f.TrainRows), "test_rows": fmt.Sprint(f.TestRows),
		}}
		addScores(&child, "cv/", "", f.Scores)
		p.Children = append(p.Children, child)
	}
	p.Metrics = append(p.Metrics, learningCurve(t.LearningCurve)...)
	losses, err := lossCurves(c.s.Path(results.Candidate))
	if err != nil {
		return err
	}
	p.Metrics = append(p.Metrics, losses...)
	d, err := c.dataset(r, results.Train, "training", t.Rows)
	p.Datasets = append(p.Datasets, d)
	return err
}

func addScores(to interface{ Add(key string, v float64) }, before, after string, s results.Scores) {
	for _, name := range slices.Sorted(maps.Keys(s)) {
		to.Add(before+name+after, s[name])
	}
}

func outputSum(r stage.Record, path string) string {
	for _, f := range r.Outputs {
		if f.Path == path {
			return f.SHA256
		}
	}
	return ""
}

// evaluate adds what the test rows say.
func (c *collector) evaluate(_ *tracking.Run, p *tracking.Part, r stage.Record) error {
	var m results.Metrics
	if err := results.Read(c.s.Path(results.MetricsOut), &m); err != nil {
		return err
	}
	var d results.Decision
	if err := results.Read(c.s.Path(results.DecisionOut), &d); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(m.Test)) {
		i := m.Test[name]
		p.Add("test/"+name, i.Estimate)
		if i.Bounded() {
			p.Add("test/"+name+"_low", i.Low)
			p.Add("test/"+name+"_high", i.High)
			p.Add("test/"+name+"_std_err", i.StdErr)
		}
	}
	addScores(p, "baseline/", "", m.Baseline)
	if v := m.Coverage; v != nil {
		p.Add("intervals/coverage", v.Inside.Estimate)
		if v.Inside.Bounded() {
			p.Add("intervals/coverage_low", v.Inside.Low)
			p.Add("intervals/coverage_high", v.Inside.High)
		}
		p.Add("intervals/size", v.Size)
	}
	p.Tags["decision.promote"], p.Tags["decision.reason"] = fmt.Sprint(d.Promote), d.Reason
	data, err := c.dataset(r, results.Test, "evaluation", m.Rows)
	p.Datasets = append(p.Datasets, data)
	return err
}

// promote adds what was done about the decision.
func (c *collector) promote(_ *tracking.Run, p *tracking.Part, _ stage.Record) error {
	var e results.Event
	err := results.Read(c.s.Path(results.PromotionOut), &e)
	p.Tags["promotion"] = e.Action
	return err
}

// search adds the trials.
func (c *collector) search(run *tracking.Run, p *tracking.Part, r stage.Record) error {
	var t search.Table
	if err := results.Read(c.s.Path(search.DataFile), &t); err != nil {
		return err
	}
	run.Name = fmt.Sprintf("%s search, %d trials", t.Strategy, len(t.Trials))
	maps.Copy(p.Tags, source())
	maps.Copy(p.Tags, map[string]string{tracking.TagMetric: t.Metric, "target": t.Target, "best": fmt.Sprint(t.Best), "summary": t.Summary()})
	if len(t.Trials) > 0 {
		addScores(p, "cv/", "", t.Trials[0].CrossValidation.Mean)
		addScores(p, "cv/", "_std", t.Trials[0].CrossValidation.StdDev)
	}
	for _, trial := range t.Trials {
		p.Children = append(p.Children, trialChild(trial))
	}
	data, err := c.dataset(r, results.Train, "training", 0)
	p.Datasets = append(p.Datasets, data)
	return err
}

func trialChild(t *search.Trial) tracking.Child {
	child := tracking.Child{Name: fmt.Sprintf("trial %d", t.Number), Params: map[string]string{"trial": fmt.Sprint(t.Number)}, Failed: t.Error != ""}
	if t.Budget > 0 {
		child.Name += fmt.Sprintf(" with %d", t.Budget)
		child.Params["budget"] = fmt.Sprint(t.Budget)
	}
	if t.Error != "" {
		child.Tags = map[string]string{"error": t.Error}
	}
	for _, s := range t.Settings {
		child.Params[s.Path] = s.Format()
	}
	for _, name := range slices.Sorted(maps.Keys(t.CrossValidation.Mean)) {
		child.Add("cv/"+name, t.CrossValidation.Mean[name])
		if sd, ok := t.CrossValidation.StdDev[name]; ok {
			child.Add("cv/"+name+"_std", sd)
		}
	}
	return child
}
