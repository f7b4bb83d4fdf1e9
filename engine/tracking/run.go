// Package tracking keeps what runs of the pipeline came to, and sends it to
// MLflow.
//
// A [Run] is one JSON file below reports/runs. It is the source of truth: it
// is made from the records and results that stages leave, with no server near,
// and a server is brought to agree with it. What a server confirmed is noted in
// the same file, so that a run is sent once, whenever that is possible, and a
// kill at any moment leaves nothing undone or done twice.
package tracking

import (
	"maps"
	"math"
	"slices"
	"strings"
	"time"
)

// Statuses of a run.
const (
	Running  = "running"
	Finished = "finished"
)

// Run is a training with all that followed from it, or a search.
type Run struct {
	Format int `json:"format"`
	// ID is a hash of what was learned from, how and by which program. The same
	// training is the same run, however often it is done.
	ID      string    `json:"id"`
	Kind    string    `json:"kind"` // training or search
	Name    string    `json:"name"` // for people
	Status  string    `json:"status"`
	Started time.Time `json:"started"`
	Ended   time.Time `json:"ended"`
	Parts   []Part    `json:"parts"` // in the order of the stages

	Deliveries []*Delivery `json:"deliveries,omitempty"` // one a server and run there
}

// Part is what one stage adds to a run.
type Part struct {
	Stage     string            `json:"stage"`
	Record    string            `json:"record"` // SHA-256 of the stage's record
	Ended     time.Time         `json:"ended"`
	Params    map[string]string `json:"params,omitempty"`
	Metrics   []Metric          `json:"metrics,omitempty"`
	Tags      map[string]string `json:"tags,omitempty"`
	Datasets  []Dataset         `json:"datasets,omitempty"`
	Artifacts []Artifact        `json:"artifacts,omitempty"`
	Children  []Child           `json:"children,omitempty"`
}

// Metric is a value, or a curve of them. Values are finite.
type Metric struct {
	Key    string    `json:"key"`
	Values []float64 `json:"values"`
	Steps  []int64   `json:"steps,omitempty"` // of the values; nil means 0, 1, 2, …
}

// Step is the step of value i.
func (m Metric) Step(i int) int64 {
	if m.Steps == nil {
		return int64(i)
	}
	return m.Steps[i]
}

// Dataset is a table that a stage read.
type Dataset struct {
	Name    string   `json:"name"`
	Context string   `json:"context"` // training or evaluation
	Path    string   `json:"path"`    // below the work folder
	SHA256  string   `json:"sha256"`
	Rows    int      `json:"rows"`
	Columns []Column `json:"columns"`
}

// Column is a column of a dataset or an input of a model, with its type in
// MLflow's signatures: double, long, string or datetime.
type Column struct {
	Type     string `json:"type"`
	Name     string `json:"name"`
	Required bool   `json:"required"`
}

// Artifact is a file that belongs to a run.
type Artifact struct {
	Path   string `json:"path"` // in the run, such as figures/map.png
	From   string `json:"from"` // below the work folder
	SHA256 string `json:"sha256"`
	Bytes  int64  `json:"bytes"`
}

// Child is a run within a run: a fold, or a trial of a search.
type Child struct {
	Name    string            `json:"name"` // unique among its siblings
	Params  map[string]string `json:"params,omitempty"`
	Metrics []Metric          `json:"metrics,omitempty"`
	Tags    map[string]string `json:"tags,omitempty"`
	Failed  bool              `json:"failed,omitempty"`
}

// Add appends a metric of one value, unless it is not finite.
func (p *Part) Add(key string, value float64) { p.Metrics = add(p.Metrics, key, value) }

// Add appends a metric of one value, unless it is not finite.
func (c *Child) Add(key string, value float64) { c.Metrics = add(c.Metrics, key, value) }

func add(list []Metric, key string, value float64) []Metric {
	if math.IsNaN(value) || math.IsInf(value, 0) {
		return list
	}
	return append(list, Metric{Key: key, Values: []float64{value}})
}

// Part returns the part of the stage, or nil.
func (r *Run) Part(stage string) *Part {
	for i := range r.Parts {
		if r.Parts[i].Stage == stage {
			return &r.Parts[i]
		}
	}
	return nil
}

// Set adds the part, or puts it in the place of the stage's earlier one. A
// parameter of a run can't change, in MLflow nor here: where a stage was done
// again with another value, the first one stays and the tag changed.<key> says
// the new one.
func (r *Run) Set(p Part) {
	if p.Ended.After(r.Ended) {
		r.Ended = p.Ended
	}
	old := r.Part(p.Stage)
	if old == nil {
		r.Parts = append(r.Parts, p)
		return
	}
	for _, key := range slices.Sorted(maps.Keys(p.Params)) {
		before, ok := old.Params[key]
		if now := p.Params[key]; ok && before != now {
			p.Params[key] = before
			p.Tags["changed."+key] = now
		}
	}
	*old = p
}

// Params returns the parameters of all parts.
func (r *Run) Params() map[string]string {
	all := map[string]string{}
	for _, p := range r.Parts {
		maps.Copy(all, p.Params)
	}
	return all
}

// Tags returns the tags of all parts.
func (r *Run) Tags() map[string]string {
	all := map[string]string{}
	for _, p := range r.Parts {
		maps.Copy(all, p.Tags)
	}
	return all
}

// Metrics returns the last value of each metric.
func (r *Run) Metrics() map[string]float64 {
	all := map[string]float64{}
	for _, p := range r.Parts {
		for _, m := range p.Metrics {
			all[m.Key] = m.Values[len(m.Values)-1]
		}
	}
	return all
}

// Short is the beginning of the ID, as lists show it.
func (r *Run) Short() string { return r.ID[:min(8, len(r.ID))] }

// Find returns the one run whose ID or name starts so, or the error that says
// which there are.
func Find(runs []*Run, start string) (*Run, error) {
	var found []*Run
	for _, r := range runs {
		if start != "" && (strings.HasPrefix(r.ID, start) || strings.HasPrefix(r.Name, start)) {
			found = append(found, r)
		}
	}
	if len(found) == 1 {
		return found[0], nil
	}
	return nil, notOne(runs, found, start)
}
