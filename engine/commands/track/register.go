package track

import (
	"context"
	"fmt"
	"os"
	"slices"

	"github.com/goccy/go-yaml/ast"

	"example.com/engine/config"
	"example.com/engine/model"
	"example.com/engine/results"
	"example.com/engine/tracking"
)

// register brings MLflow's registry to agree with the history of champions:
// after a stage the present one, for a person all of them. Each is a version,
// and the present one has the alias; after a rollback, that is an earlier
// version.
func (c *collector) register(ctx context.Context, sender *tracking.Sender, f flags, name string) error {
	events, err := results.ReadHistory(c.s.Path(results.History))
	if err != nil || len(events) == 0 {
		return err
	}
	wanted := champions(events)
	if f.after != "" {
		wanted = wanted[len(wanted)-1:]
	}
	if done, err := sender.Registered(name, wanted); err != nil || done {
		return err
	}
	runs, err := c.store.Runs()
	if err != nil {
		c.s.Warn("%v", err)
	}
	var models []tracking.Registered
	for i, digest := range wanted {
		file := c.s.Path(results.Kept(digest))
		if _, err := os.Stat(file); err != nil {
			if i < len(wanted)-1 {
				continue // a person removed it
			}
			file = c.s.Path(results.Champion)
		}
		models = append(models, c.registered(name, file, digest, reason(events, digest), runs))
	}
	if err := sender.Register(ctx, models); err != nil {
		return fmt.Errorf("registering the champion: %w", err)
	}
	return nil
}

// champions are the models that were champion, in the order in which they first
// were; the present one last.
func champions(events []results.Event) []string {
	var list []string
	for _, e := range events {
		if e.Action == "promote" && !slices.Contains(list, e.Champion) {
			list = append(list, e.Champion)
		}
	}
	present := events[len(events)-1].Champion
	list = slices.DeleteFunc(list, func(d string) bool { return d == present })
	return append(list, present)
}

// reason is why the model was promoted.
func reason(events []results.Event, digest string) string {
	for _, e := range events {
		if e.Action == "promote" && e.Champion == digest {
			return e.Reason
		}
	}
	return ""
}

// registered is what the registry needs of a model. The file is opened when it
// turns out that the server lacks it.
func (c *collector) registered(name, file, digest, reason string, runs []*tracking.Run) tracking.Registered {
	r := tracking.Registered{
		Name: name, Digest: digest, Description: reason,
		Tags: map[string]string{tracking.TagModel: digest},
	}
	for _, run := range runs {
		if tags := run.Tags(); tags[tracking.TagModel] == digest {
			r.Run = run
			for _, tag := range []string{tracking.TagEstimator, "target", "task", "positive"} {
				if value := tags[tag]; value != "" {
					r.Tags[tag] = value
				}
			}
		}
	}
	r.Files = func(ids tracking.ModelIDs) (map[string][]byte, error) {
		m, err := model.Open(file)
		if err != nil {
			return nil, tracking.Refusal{Err: err}
		}
		if m.Digest() != digest {
			return nil, tracking.Refusal{Err: fmt.Errorf("%s is another model, %.12s", file, m.Digest())}
		}
		return c.loggedFiles(m, ids, r.Run)
	}
	return r
}

// service is what serve.yaml says of the model's name, which MLflow has it
// under too. The other settings are for the server to check.
type service struct{ Name string }

// UnmarshalYAML reads the name.
func (v *service) UnmarshalYAML(node ast.Node) error {
	var all map[string]any
	if err := config.Decode(node, &all); err != nil {
		return err
	}
	if name, ok := all["name"].(string); ok {
		v.Name = name
	}
	return nil
}

// service returns the name that serve.yaml gives the model, or else that of the
// target.
func (c *collector) service() (service, error) {
	var v service
	if err := c.s.Config("serve.yaml", &v); err != nil {
		return v, err
	}
	if v.Name == "" {
		v.Name = c.schema().Target
	}
	if v.Name == "" {
		v.Name = "model"
	}
	return v, nil
}
