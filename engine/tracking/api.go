package tracking

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

// Tags by which runs are found again at a server, after a kill between their
// creation and its note here.
const (
	tagRun   = "track.run"   // ID of the run here
	tagChild = "track.child" // name of the child
)

// pair is a parameter or a tag as MLflow takes it.
type pair struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// point is a value of a metric as MLflow takes it.
type point struct {
	Key       string  `json:"key"`
	Value     float64 `json:"value"`
	Timestamp int64   `json:"timestamp"` // ms since 1970
	Step      int64   `json:"step"`
}

// remoteRun is a run at the server.
type remoteRun struct {
	Info struct {
		ID          string `json:"run_id"`
		Experiment  string `json:"experiment_id"`
		ArtifactURI string `json:"artifact_uri"`
		Lifecycle   string `json:"lifecycle_stage"`
	} `json:"info"`
	Data struct {
		Params []pair `json:"params"`
		Tags   []pair `json:"tags"`
	} `json:"data"`
}

// RecordTag is the tag with the SHA-256 of the stage's record. It says which
// part of a run a server has.
func RecordTag(stage string) string { return "lineage." + stage + ".record" }

func (r *remoteRun) tag(key string) string {
	for _, t := range r.Data.Tags {
		if t.Key == key {
			return t.Value
		}
	}
	return ""
}

const missing = "RESOURCE_DOES_NOT_EXIST"

// experiment returns the ID of the experiment of that name, which it creates
// where there is none.
func (c *Client) experiment(ctx context.Context, name string) (id string, err error) {
	err = c.retry(ctx, func(ctx context.Context) error {
		var found struct {
			Experiment struct {
				ID        string `json:"experiment_id"`
				Lifecycle string `json:"lifecycle_stage"`
			} `json:"experiment"`
		}
		err := c.call(ctx, http.MethodGet, "experiments/get-by-name", url.Values{"experiment_name": {name}}, &found)
		if err == nil && found.Experiment.Lifecycle == "deleted" {
			return fmt.Errorf("experiment %q at %s is deleted: restore it, or name another in MLFLOW_EXPERIMENT_NAME", name, c.Server)
		}
		if id = found.Experiment.ID; err == nil || !isCode(err, missing) {
			return err
		}
		var made struct {
			ID string `json:"experiment_id"`
		}
		err = c.call(ctx, http.MethodPost, "experiments/create", map[string]string{"name": name}, &made)
		if isCode(err, "RESOURCE_ALREADY_EXISTS") { // by someone else, just now
			return &Error{Message: err.Error(), again: true}
		}
		id = made.ID
		return err
	})
	return id, err
}

func (c *Client) run(ctx context.Context, id string) (*remoteRun, error) {
	var found struct {
		Run remoteRun `json:"run"`
	}
	err := c.get(ctx, "runs/get", url.Values{"run_id": {id}}, &found)
	return &found.Run, err
}

// tagged returns the runs of the experiment whose tag has that value.
func (c *Client) tagged(ctx context.Context, experiment, key, value string) ([]remoteRun, error) {
	type query struct {
		Experiments []string `json:"experiment_ids"`
		Filter      string   `json:"filter"`
		Max         int      `json:"max_results"`
		View        string   `json:"run_view_type"`
		Page        string   `json:"page_token,omitempty"`
	}
	q := query{[]string{experiment}, fmt.Sprintf("tags.`%s` = '%s'", key, value), 1000, "ACTIVE_ONLY", ""}
	var all []remoteRun
	for {
		var page struct {
			Runs []remoteRun `json:"runs"`
			Next string      `json:"next_page_token"`
		}
		if err := c.post(ctx, "runs/search", q, &page); err != nil {
			return nil, err
		}
		all = append(all, page.Runs...)
		if q.Page = page.Next; q.Page == "" {
			return all, nil
		}
	}
}

// newRun is the request for a run.
type newRun struct {
	Experiment string `json:"experiment_id"`
	Name       string `json:"run_name"`
	Start      int64  `json:"start_time"`
	Tags       []pair `json:"tags"`
}

// create makes a run, unless there is one with the same value of the tag: it may
// have been created by a try whose answer was lost.
func (c *Client) create(ctx context.Context, r newRun, unique pair) (run *remoteRun, err error) {
	r.Tags = append(r.Tags, unique)
	err = c.retry(ctx, func(ctx context.Context) error {
		found, err := c.tagged(ctx, r.Experiment, unique.Key, unique.Value)
		if err != nil {
			return err
		}
		if len(found) > 0 {
			run = &found[len(found)-1] // the earliest
			return nil
		}
		var made struct {
			Run remoteRun `json:"run"`
		}
		err = c.call(ctx, http.MethodPost, "runs/create", r, &made)
		run = &made.Run
		return err
	})
	return run, err
}

// finish sets the status and the end of a run.
func (c *Client) finish(ctx context.Context, id, status string, end time.Time) error {
	update := map[string]any{"run_id": id, "status": status}
	if status != "RUNNING" {
		update["end_time"] = end.UnixMilli()
	}
	return c.post(ctx, "runs/update", update, nil)
}

// logDatasets notes what a run read.
func (c *Client) logDatasets(ctx context.Context, run string, list []Dataset) error {
	if len(list) == 0 {
		return nil
	}
	var inputs []any
	for _, d := range list {
		inputs = append(inputs, map[string]any{
			"tags": []pair{{"mlflow.data.context", d.Context}},
			"dataset": map[string]string{
				"name": d.Name, "digest": d.SHA256[:min(32, len(d.SHA256))], // 36 are allowed
				"source_type": "local", "source": compact(map[string]string{"uri": d.Path}),
				"schema":  compact(map[string]any{"mlflow_colspec": d.Columns}),
				"profile": compact(map[string]int{"num_rows": d.Rows, "num_elements": d.Rows * len(d.Columns)}),
			},
		})
	}
	return c.post(ctx, "runs/log-inputs", map[string]any{"run_id": run, "datasets": inputs}, nil)
}
