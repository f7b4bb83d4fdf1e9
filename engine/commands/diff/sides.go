package diff

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"example.com/engine/estimator"
	"example.com/engine/model"
	"example.com/engine/results"
	"example.com/engine/stage"
	"example.com/engine/tracking"
	"example.com/engine/transform"
)

// side is one of the two models.
type side struct {
	name   string // as it was asked for
	digest string
	model  *model.Model
}

func (s side) title() string { return fmt.Sprintf("%s %.12s", s.name, s.digest) }

// sides opens the two models.
func sides(s *stage.Stage, f flags) (a, b side, err error) {
	if b, err = open(s, cmp.Or(f.b, "candidate")); err != nil {
		return a, b, err
	}
	if a, err = open(s, cmp.Or(f.a, "champion")); err != nil || a.digest != b.digest || f.a != "" {
		return a, b, err
	}
	before, err := championBefore(s, a.digest)
	if err != nil || before == "" {
		return a, b, err
	}
	a, err = open(s, before)
	a.name = "champion before"
	return a, b, err
}

// open finds a model by what it may be called.
func open(s *stage.Stage, name string) (side, error) {
	path, err := find(s, name)
	if err != nil {
		return side{}, err
	}
	m, err := model.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return side{}, fmt.Errorf("there is no %s yet: `make all` makes one", name)
	}
	if err != nil {
		return side{}, err
	}
	if filepath.Ext(name) == ".zip" {
		name = filepath.Base(name)
	}
	return side{name, m.Digest(), m}, nil
}

func find(s *stage.Stage, name string) (string, error) {
	switch name {
	case "champion":
		return s.Path(results.Champion), nil
	case "candidate":
		return s.Path(results.Candidate), nil
	}
	if filepath.Ext(name) == ".zip" {
		return name, nil
	}
	digest := name
	runs, _ := tracking.NewStore(s.Path("")).Runs() // those that can be read
	if run, err := tracking.Find(runs, name); err == nil {
		if digest = run.Tags()[tracking.TagModel]; digest == "" {
			return "", fmt.Errorf("run %s made no model", run.Short())
		}
	}
	kept, err := fs.Glob(os.DirFS(s.Path("")), results.Kept(digest+"*"))
	if err != nil || strings.ContainsAny(name, `*?[\`) {
		return "", fmt.Errorf("%q is no name of a model", name)
	}
	var paths []string
	for _, path := range kept {
		paths = append(paths, s.Path(path))
	}
	for _, place := range []string{results.Candidate, results.Champion} {
		if found, err := stage.Digest(s.Path(place)); err == nil && strings.HasPrefix(found, digest) && len(paths) == 0 {
			paths = append(paths, s.Path(place))
			break
		}
	}
	switch len(paths) {
	case 1:
		return paths[0], nil
	case 0:
		if digest != name {
			return "", fmt.Errorf("the model of run %s, %.12s, is not kept: only champions and the candidate are; `make runs COMPARE=` compares what was noted of runs", name, digest)
		}
		return "", fmt.Errorf("no model or run is called %q: give champion, candidate, a run of `make runs`, a digest of models/history or a path ending in .zip", name)
	}
	return "", fmt.Errorf("%d models begin with %q: give more of the digest", len(paths), name)
}

// championBefore returns the digest of the last champion that was another
// model and is kept, or "".
func championBefore(s *stage.Stage, than string) (string, error) {
	events, err := results.ReadHistory(s.Path(results.History))
	if err != nil {
		return "", err
	}
	for _, e := range slices.Backward(events) {
		digest := e.Champion
		if digest == "" || digest == than {
			continue
		}
		if _, err := os.Stat(s.Path(results.Kept(digest))); err == nil {
			return digest, nil
		}
	}
	return "", nil
}

// settings prints those that differ.
func (p *printer) settings(a, b side) error {
	x, err := a.model.Settings()
	if err != nil {
		return err
	}
	y, err := b.model.Settings()
	if err != nil {
		return err
	}
	p.part("settings")
	p.line("", a.title(), b.title())
	usual := defaults(a.model, b.model)
	same := 0
	for _, path := range union(x, y) {
		switch {
		case x[path] == y[path]:
			same++
		case x[path] != "" && y[path] != "" || usual[path] != x[path]+y[path] && !part(path, x, y):
			p.line(path, cut(x[path]), cut(y[path]))
		}
	}
	p.text(fmt.Sprintf("  %d are the same", same))
	return nil
}

// defaults are the settings of the models' estimators that nobody set: of an
// estimator that only one model has, they need not be printed.
func defaults(models ...*model.Model) map[string]string {
	all := map[string]string{}
	for _, m := range models {
		e, err := estimator.New(m.Estimator.Kind)
		if err != nil {
			continue
		}
		bare := model.Model{Columns: transform.NewColumnTransformer(), Estimator: e}
		s, err := bare.Settings()
		if err != nil {
			continue
		}
		delete(s, "estimator")
		maps.Copy(all, s)
	}
	return all
}

// part tells whether a setting belongs to a step of a group of columns that
// only one model has: its columns and steps say enough.
func part(path string, x, y map[string]string) bool {
	parts := strings.Split(path, ".")
	if len(parts) < 4 || parts[0] != "columns" {
		return false
	}
	steps := "columns." + parts[1] + ".steps"
	return x[steps] == "" || y[steps] == ""
}

func union[T any](a, b map[string]T) []string {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return slices.Sorted(maps.Keys(all))
}

// cut shortens a long value; one that is not there is a dash.
func cut(s string) string {
	const most = 44
	if s == "" {
		return "–"
	}
	if r := []rune(s); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}
