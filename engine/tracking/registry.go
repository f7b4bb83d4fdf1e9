package tracking

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"time"

	"example.com/engine/results"
	"example.com/engine/stage"
)

// Alias is the name under which MLflow finds the version that is champion.
const Alias = "champion"

// Registered is a model to log and register.
type Registered struct {
	Name        string            // of the registered model
	Digest      string            // SHA-256 of the model file
	Run         *Run              // that made it, or nil where its file is gone
	Description string            // of the version
	Tags        map[string]string // of the logged model and the version
	// Files makes the files of the logged model, MLmodel among them, once its
	// IDs are known.
	Files func(ids ModelIDs) (map[string][]byte, error)
}

// ModelIDs are what a logged model is known by at the server.
type ModelIDs struct {
	Model string // such as m-165ece2660fa4b05af9c7222677d9912
	Run   string // "" where there is none
	URI   string // of its artifacts
}

// registry is what servers have of models, by server and registered name.
type registry map[string]map[string]*shelf

// shelf is one registered model at one server.
type shelf struct {
	Versions map[string]string `json:"versions"` // by SHA-256 of the model file
	Champion string            `json:"champion"` // SHA-256 of the one with the alias
}

// refused stands for the version of a model that can't be registered.
const refused = "refused"

func (s Store) registryPath() string { return filepath.Join(s.work, Dir, "registry", "models.json") }

func (s Store) registry() (registry, error) {
	r := registry{}
	err := results.Read(s.registryPath(), &r)
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return r, err
}

func (s Store) saveRegistry(r registry) error {
	data, err := results.Marshal(r)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(s.registryPath()), 0o755); err != nil {
		return err
	}
	return stage.WriteAtomic(s.registryPath(), "track", data)
}

func (r registry) shelf(server, name string) *shelf {
	if r[server] == nil {
		r[server] = map[string]*shelf{}
	}
	if r[server][name] == nil {
		r[server][name] = &shelf{Versions: map[string]string{}}
	}
	return r[server][name]
}

// Registered tells whether the server has all the models, and the last of them
// as champion.
func (s *Sender) Registered(name string, digests []string) (bool, error) {
	r, err := s.Store.registry()
	if err != nil {
		return false, err
	}
	shelf := r.shelf(s.Client.Server, name)
	for _, digest := range digests {
		if shelf.Versions[digest] == "" {
			return false, nil
		}
	}
	last := digests[len(digests)-1]
	return shelf.Champion == last || shelf.Versions[last] == refused, nil
}

// Register logs the models that the server does not have, in their order, makes
// each a version, and gives the alias to that of the last one.
func (s *Sender) Register(ctx context.Context, models []Registered) error {
	r, err := s.Store.registry()
	if err != nil {
		return err
	}
	name := models[0].Name
	shelf := r.shelf(s.Client.Server, name)
	err = s.fill(ctx, r, shelf, models)
	if isCode(err, missing) {
		// The server does not know what it once confirmed: it began anew.
		*shelf = *registry{}.shelf("", "")
		err = s.fill(ctx, r, shelf, models)
	}
	return err
}

func (s *Sender) fill(ctx context.Context, r registry, shelf *shelf, models []Registered) error {
	for _, m := range models {
		if shelf.Versions[m.Digest] != "" {
			continue
		}
		version, err := s.version(ctx, m)
		if err != nil {
			return err
		}
		shelf.Versions[m.Digest] = version
		if err := s.Store.saveRegistry(r); err != nil {
			return err
		}
	}
	last := models[len(models)-1]
	version := shelf.Versions[last.Digest]
	if shelf.Champion == last.Digest || version == refused {
		return nil
	}
	alias := map[string]string{"name": last.Name, "alias": Alias, "version": version}
	if err := s.Client.post(ctx, "registered-models/alias", alias, nil); err != nil {
		return err
	}
	shelf.Champion = last.Digest
	return s.Store.saveRegistry(r)
}

// Refusal is the error of Registered.Files for a model that can't be logged,
// now or ever.
type Refusal struct{ Err error }

func (r Refusal) Error() string { return r.Err.Error() }

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
		in := map[string]any{"experiment_id": experiment, "name": m.Name, "tags": sortedPairs(m.Tags)}
		if run != "" {
			in["source_run_id"] = run
		}
		err := c.call(ctx, http.MethodPost, "logged-models", in, &made)
		model = made.Model.Info
		return err
	})
	return model, err
}

func sortedPairs(m map[string]string) []pair {
	list := []pair{}
	for _, key := range slices.Sorted(maps.Keys(m)) {
		list = append(list, pair{Key(key), Shorten(m[key], tagRunes)})
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
			"name": m.Name, "source": "models:/" + id, "model_id": id, "description": m.Description, "tags": sortedPairs(m.Tags),
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

// Signature is the MLmodel's account of inputs and outputs, each as JSON.
func Signature(columns []Column) string {
	data, _ := json.Marshal(columns) // strings and truth values
	return string(data)
}

// Stamp is a time as an MLmodel has it.
func Stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05.000000") }
