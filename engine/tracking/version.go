package tracking

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"

	"example.com/engine/schema"
)

// version logs the model and returns the version that it became.
func (s *Sender) version(ctx context.Context, m Registered) (string, error) {
	experiment, run, err := s.home(ctx, m)
	if err != nil {
		return "", err
	}
	logged, err := s.Client.loggedModel(ctx, experiment, run, m)
	if err != nil {
		return "", err
	}
	if logged.Status != "LOGGED_MODEL_READY" {
		err := s.upload(ctx, logged, run, m)
		var no Refusal
		if errors.As(err, &no) {
			s.Warn("model %.12s is not registered: %v", m.Digest, err)
			return refused, nil
		}
		if err != nil {
			return "", err
		}
	}
	return s.Client.modelVersion(ctx, logged.ID, run, m)
}

// home is the experiment and the run that the model belongs to.
func (s *Sender) home(ctx context.Context, m Registered) (experiment, run string, err error) {
	if m.Run != nil {
		if d := m.Run.delivery(s.Client.Server, s.Client.settings.RunID); d.Run != "" && d.Experiment != "" {
			return d.Experiment, d.Run, nil
		}
		for _, d := range m.Run.Deliveries {
			if d.Server == s.Client.Server && d.Run != "" && d.Experiment != "" {
				return d.Experiment, d.Run, nil
			}
		}
	}
	experiment, err = s.experiment(ctx)
	return experiment, "", err
}

// loggedModel is a model at the server.
type loggedModel struct {
	ID     string `json:"model_id"`
	URI    string `json:"artifact_uri"`
	Status string `json:"status"`
}

// loggedModel returns the model of that digest, which it creates, without files
// yet, where there is none.
func (c *Client) loggedModel(ctx context.Context, experiment, run string, m Registered) (model loggedModel, err error) {
	type answer struct {
		Info loggedModel `json:"info"`
	}
	err = c.retry(ctx, func(ctx context.Context) error {
		var found struct {
			Models []answer `json:"models"`
		}
		query := map[string]any{"experiment_ids": []string{experiment}, "filter": fmt.Sprintf("tags.`%s` = '%s'", TagModel, m.Digest)}
		if err := c.call(ctx, http.MethodPost, "logged-models/search", query, &found); err != nil {
			return err
		}
		if n := len(found.Models); n > 0 {
			model = found.Models[n-1].Info
			return nil
		}
		var made struct {
			Model answer `json:"model"`
		}
		in := map[string]any{"experiment_id": experiment, "name": m.Name, "tags": sortedPairs(m.Tags, tagRunes)}
		if run != "" {
			in["source_run_id"] = run
		}
		err := c.call(ctx, http.MethodPost, "logged-models", in, &made)
		model = made.Model.Info
		return err
	})
	return model, err
}

// sortedPairs are entries as the server takes them, each value of so many characters at most.
func sortedPairs(m map[string]string, most int) []pair {
	list := []pair{}
	for _, key := range slices.Sorted(maps.Keys(m)) {
		list = append(list, pair{Key(key), Shorten(m[key], most)})
	}
	return list
}

// upload puts the model's files in their place and says that they are there.
func (s *Sender) upload(ctx context.Context, logged loggedModel, run string, m Registered) error {
	files, err := m.Files(ModelIDs{logged.ID, run, logged.URI})
	if err != nil {
		return err
	}
	to, err := s.Client.uploader(logged.URI)
	if err != nil {
		var no unsupported
		if errors.As(err, &no) {
			return Refusal{err}
		}
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if err := to.put(ctx, name, files[name]); err != nil {
			return err
		}
	}
	if run != "" {
		output := map[string]any{"run_id": run, "models": []any{map[string]any{"model_id": logged.ID, "step": 0}}}
		if err := s.Client.post(ctx, "runs/outputs", output, nil); err != nil {
			return err
		}
	}
	return s.Client.retry(ctx, func(ctx context.Context) error {
		ready := map[string]string{"model_id": logged.ID, "status": "LOGGED_MODEL_READY"}
		return s.Client.call(ctx, http.MethodPatch, "logged-models/"+logged.ID, ready, nil)
	})
}

// modelVersion returns the version that the logged model is, which it creates
// where there is none.
func (c *Client) modelVersion(ctx context.Context, id, run string, m Registered) (version string, err error) {
	err = c.retry(ctx, func(ctx context.Context) error {
		err := c.call(ctx, http.MethodPost, "registered-models/create", map[string]string{"name": m.Name}, nil)
		if err != nil && !isCode(err, "RESOURCE_ALREADY_EXISTS") {
			return err
		}
		type answer struct {
			Version string `json:"version"`
		}
		var found struct {
			Versions []answer `json:"model_versions"`
		}
		filter := fmt.Sprintf("name='%s' and tags.`%s`='%s'", m.Name, TagModel, m.Digest)
		if err := c.call(ctx, http.MethodGet, "model-versions/search", url.Values{"filter": {filter}}, &found); err != nil {
			return err
		}
		if n := len(found.Versions); n > 0 {
			version = found.Versions[n-1].Version
			return nil
		}
		var made struct {
			Version answer `json:"model_version"`
		}
		in := map[string]any{
			"name": m.Name, "source": "models:/" + id, "model_id": id, "description": m.Description, "tags": sortedPairs(m.Tags, tagRunes),
		}
		if run != "" {
			in["run_id"] = run
		}
		err = c.call(ctx, http.MethodPost, "model-versions/create", in, &made)
		version = made.Version.Version
		return err
	})
	return version, err
}

// ColumnOf describes a column of the schema as MLflow's signatures do. Whole
// numbers are doubles, so that they may be null; times are long, nanoseconds
// since 1970, as the graph of a model takes them.
func ColumnOf(c schema.Column) Column {
	types := map[schema.Type]string{
		schema.Number: "double", schema.Integer: "double", schema.Category: "string", schema.Text: "string", schema.Time: "long",
	}
	return Column{Type: types[c.Type], Name: c.Name, Required: !c.Nullable}
}
