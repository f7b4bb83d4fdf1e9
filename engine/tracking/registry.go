package tracking

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
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

// Signature is the MLmodel's account of inputs and outputs, each as JSON.
func Signature(columns []Column) string {
	data, _ := json.Marshal(columns) // strings and truth values
	return string(data)
}

// Stamp is a time as an MLmodel has it.
func Stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05.000000") }
