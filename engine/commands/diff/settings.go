package diff

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"example.com/engine/estimator"
	"example.com/engine/model"
	"example.com/engine/transform"
)

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
