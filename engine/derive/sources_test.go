package derive

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestSources(t *testing.T) {
	l := parse(t, `
- ratio: {name: rooms_each, numerator: rooms, denominator: households}
- product: {name: twice, columns: [rooms_each, people, rooms_each]}
- drop: {columns: [people]}
- haversine: {places: [{name: sea, latitude: 1, longitude: 2}], prefix: km_}
- log: {name: log_km, column: km_sea}`)
	assert.Equal(t, map[string][]string{
		"rooms_each": {"rooms", "households"},
		"twice":      {"rooms", "households", "people"},
		"km_sea":     {"latitude", "longitude"},
		"log_km":     {"latitude", "longitude"},
	}, l.Sources(fieldsOf(sample())))
	assert.Empty(t, List(nil).Sources(nil))
}

// Every derivation names its sources: with the values of another column
// changed, it gives the same.
func TestSourcesAreAllThatCounts(t *testing.T) {
	l, rows := everyKind(t), sample()
	sources := l.Sources(fieldsOf(rows))
	before, err := l.Apply(rows)
	assert.NoError(t, err)
	for _, c := range rows.Columns() {
		changed, err := rows.With(rows.Take([]int{6, 5, 4, 3, 2, 1, 0}).Column(c.Name))
		assert.NoError(t, err)
		after, err := l.Apply(changed)
		assert.NoError(t, err)
		for name, of := range sources {
			if before.Column(name) == nil || slices.Contains(of, c.Name) {
				continue
			}
			for i := range rows.Len() {
				assert.Equal(t, before.Column(name).IsNull(i), after.Column(name).IsNull(i), "%s by %s", name, c.Name)
				if !before.Column(name).IsNull(i) {
					assert.Equal(t, before.Row(i).String(name), after.Row(i).String(name), "%s by %s", name, c.Name)
				}
			}
		}
	}
}
