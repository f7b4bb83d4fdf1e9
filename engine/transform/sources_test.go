package transform_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/config"
	"example.com/engine/must"
	"example.com/engine/random"
	"example.com/engine/table"
	"example.com/engine/transform"
	_ "example.com/engine/transform/steps"
	"example.com/engine/transform/transformtest"
)

// Shuffling a column changes what it is a source of and nothing else: for every
// transformer, at least one column made by each that it reads if any is said to
// be.
func TestSources(t *testing.T) {
	for _, c := range contracts {
		if c.kind == "passthrough" { // of kinds that are no numbers
			continue
		}
		columns := strings.Fields(c.columns)
		if c.kind == "simple_imputer" { // texts stay texts
			columns = slices.DeleteFunc(columns, func(name string) bool { return slices.Contains([]string{"city", "note", "blank"}, name) })
		}
		t.Run(c.kind+" "+c.settings, func(t *testing.T) {
			t.Parallel()
			checkSources(t, columns, fmt.Sprintf("columns: [{columns: [%s], steps: [{%s: %s}]}]",
				strings.Join(columns, ", "), c.kind, flow(c.settings)))
		})
	}
	t.Run("pipeline", func(t *testing.T) {
		checkSources(t, []string{"plain", "whole", "holes", "city", "positive"}, `columns:
  - {columns: [plain, whole], steps: [standard_scaler, cluster_similarity: {n_clusters: 3, n_init: 2}]}
  - {columns: [holes, positive], steps: [simple_imputer, ratio: {name: x}, standard_scaler]}
  - {columns: [holes, plain], steps: [simple_imputer: {add_indicator: true}, min_max_scaler]}
  - {columns: [city], steps: [simple_imputer: {strategy: most_frequent}, one_hot_encoder]}
remainder: passthrough`)
	})
}

// flow turns the settings of a contract into a YAML flow mapping.
func flow(settings string) string {
	if strings.HasPrefix(settings, "{") {
		return settings
	}
	return "{" + settings + "}"
}

func checkSources(t *testing.T, columns []string, text string) {
	t.Helper()
	x := must.Get(transformtest.Data().Select(columns...))(t)
	c := transform.NewColumnTransformer()
	require.NoError(t, config.Parse("model.yaml", []byte(text), c))
	require.Nil(t, c.Sources(), "it is not fitted")
	if err := c.Fit(x, transformtest.Target(), random.New(1, "fit")); err != nil {
		require.ErrorContains(t, err, "no columns are left")
		return
	}
	sources := c.Sources()
	require.Len(t, sources, len(c.NamesOut()))
	before := must.Get(c.Matrix(x))(t)
	for _, name := range columns {
		shuffled := must.Get(x.With(shuffle(x, name)))(t)
		after := must.Get(c.Matrix(shuffled))(t)
		changed, named := 0, 0
		for k, made := range c.NamesOut() {
			differs := false
			for i := range x.Len() {
				a, b := before.At(i, k), after.At(i, k)
				differs = differs || a != b && !(math.IsNaN(a) && math.IsNaN(b))
			}
			if slices.Contains(sources[k], name) {
				named++
				if differs {
					changed++
				}
				continue
			}
			assert.False(t, differs, "%s is said not to depend on %s", made, name)
		}
		if named > 0 && name != "constant" && name != "empty" && name != "blank" {
			assert.Positive(t, changed, "columns are said to depend on %s", name)
		}
	}
}

// shuffle returns the column with its values in another order.
func shuffle(x *table.Table, name string) *table.Column {
	rows := random.New(2, name).Perm(x.Len())
	return x.Take(rows).Column(name)
}
