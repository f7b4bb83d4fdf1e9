package transform_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/engine/table"
	"example.com/engine/transform"
	_ "example.com/engine/transform/steps"
	"example.com/engine/transform/transformtest"
)

// contracts are the cases on which every transformer is checked. A new one
// needs a line here, or TestEveryTransformerHasAContract fails.
var contracts = []struct{ kind, settings, columns string }{
	{"cluster_similarity", "{n_clusters: 4, n_init: 2}", "plain positive"},
	{"cluster_similarity", "{n_clusters: 3, n_init: 2, sample_weight: target}", "plain positive whole"},
	{"drop", "{}", "plain city when"},
	{"from_outside", "{}", "plain holes constant empty"},
	{"function_transformer", "function: log1p", "positive whole"},
	{"function_transformer", "function: square", "plain holes empty"},
	{"k_bins_discretizer", "{}", "plain holes constant empty"},
	{"k_bins_discretizer", "{strategy: kmeans, encode: ordinal}", "plain holes whole constant"},
	{"k_bins_discretizer", "{strategy: uniform, n_bins: 3}", "holes whole"},
	{"knn_target", "{n_neighbors: [1, 5], statistics: [mean, median, spread, distance]}", "plain whole"},
	{"log", "{}", "positive"},
	{"log", "plus_one: true", "positive holes empty"},
	{"min_max_scaler", "clip: true", "plain holes constant empty"},
	{"neighbor_mean", "{by: [plain, whole], n_neighbors: [1, 5]}", "plain whole positive holes"},
	{"one_hot_encoder", "{}", "city grade note whole blank"},
	{"one_hot_encoder", "{handle_unknown: ignore, handle_null: ignore, drop: first}", "city grade whole"},
	{"one_hot_encoder", "{handle_unknown: infrequent_if_exist, max_categories: 4, drop: if_binary}", "note grade"},
	{"one_hot_encoder", "categories: {grade: [grade 2, grade 1, grade 0]}", "city grade"},
	{"ordinal_encoder", "{}", "city grade note whole blank"},
	{"ordinal_encoder", "{handle_unknown: use_encoded_value, unknown_value: null, encoded_missing_value: -2}", "city holes"},
	{"passthrough", "{}", "plain empty city blank note when"},
	{"quantile_transformer", "n_quantiles: 50", "plain holes whole constant empty"},
	{"quantile_transformer", "output_distribution: normal", "plain holes whole constant empty"},
	{"ratio", "{}", "plain holes"},
	{"ratio", "name: share", "positive whole"},
	{"robust_scaler", "{}", "plain holes constant empty"},
	{"simple_imputer", "{strategy: median, add_indicator: true}", "plain holes constant empty"},
	{"simple_imputer", "{strategy: median}", "plain holes"},
	{"simple_imputer", "{strategy: most_frequent, add_indicator: true, keep_empty_features: true}", "whole holes city note blank"},
	{"simple_imputer", "{strategy: constant, fill_value: -1}", "holes"},
	{"standard_scaler", "{}", "plain holes constant empty"},
	{"target_encoder", "{}", "city grade note whole blank"},
	{"target_encoder", "smooth: 3", "city"},
}

// fromOutside is a transformer of another package: it takes the middle of the
// range of each column from it.
type fromOutside struct {
	transform.Signature `yaml:"-"`
	Middle              []float64 `yaml:"-" json:"middle"`
}

func init() { transform.Register("from_outside", func() transform.Rowwise { return &fromOutside{} }) }

func (f *fromOutside) Fit(x *table.Table, _ []float64, _ *rand.Rand) error {
	f.OneToOne(x)
	f.Middle = make([]float64, x.Width())
	for j, c := range x.Columns() {
		v := slices.DeleteFunc(slices.Clone(c.Floats), math.IsNaN)
		if len(v) > 0 {
			f.Middle[j] = (slices.Min(v) + slices.Max(v)) / 2
		}
	}
	return transform.Learnable(f, x, table.Float)
}

func (f *fromOutside) Transform(x *table.Table) (*table.Table, error) { return transform.Run(f, x) }

func (f *fromOutside) Apply(dst, src []*table.Column) error {
	for j, c := range src {
		for i, v := range c.Floats {
			dst[j].Floats[i] = v - f.Middle[j]
		}
	}
	return nil
}

func (f *fromOutside) String() string { return transform.Line("from_outside", "middle", f.Middle) }

func TestRegisterRefuses(t *testing.T) {
	require.PanicsWithValue(t, "transform: two transformers are named ratio", func() {
		transform.Register("ratio", func() transform.Rowwise { return &fromOutside{} })
	})
}

func TestContract(t *testing.T) {
	for _, c := range contracts {
		t.Run(c.kind+" "+c.settings, func(t *testing.T) {
			t.Parallel()
			transformtest.Run(t, transformtest.Case{
				New:      func() transform.Transformer { return newKind(t, c.kind) },
				Settings: c.settings,
				Columns:  strings.Fields(c.columns),
			})
		})
	}
	for target, classes := range map[string]int{"binary": 2, "multiclass": 3} {
		t.Run("target_encoder "+target, func(t *testing.T) {
			t.Parallel()
			transformtest.Run(t, transformtest.Case{
				New:      func() transform.Transformer { return newKind(t, "target_encoder") },
				Settings: "target_type: " + target,
				Columns:  []string{"city", "note"},
				Y:        transformtest.Classes(classes),
			})
		})
	}
}

func TestEveryTransformerHasAContract(t *testing.T) {
	require.NotEmpty(t, transform.Kinds())
	for _, kind := range transform.Kinds() {
		has := slices.ContainsFunc(contracts, func(c struct{ kind, settings, columns string }) bool { return c.kind == kind })
		require.True(t, has, "%s has no line in contracts", kind)
	}
}

func TestContractOfPipeline(t *testing.T) {
	for settings, columns := range map[string]string{
		"[simple_imputer: {strategy: median}, function_transformer: {function: log1p}, standard_scaler]": "holes positive",
		"[simple_imputer: {add_indicator: true}, standard_scaler, k_bins_discretizer]":                   "plain holes",
		"[simple_imputer: {strategy: most_frequent}, one_hot_encoder, standard_scaler]":                  "city grade note",
		"[standard_scaler, simple_imputer: {add_indicator: true}]":                                       "plain holes",
		"[simple_imputer, from_outside, standard_scaler]":                                                "plain holes",
		"[ratio, simple_imputer, k_bins_discretizer: {encode: ordinal}, one_hot_encoder]":                "positive whole",
		"[simple_imputer: {strategy: most_frequent}]":                                                    "city plain note",
		"[target_encoder, standard_scaler]":                                                              "city note",
	} {
		t.Run(settings, func(t *testing.T) {
			t.Parallel()
			transformtest.Run(t, transformtest.Case{
				New:      func() transform.Transformer { return new(transform.Pipeline) },
				Settings: settings,
				Columns:  strings.Fields(columns),
			})
		})
	}
}

func TestContractOfColumnTransformer(t *testing.T) {
	for name, settings := range map[string]string{
		"numbers": `
columns:
  - {name: share, columns: [plain, positive], steps: [ratio: {name: ratio}, standard_scaler]}
  - {name: other, columns: [holes, positive], steps: [ratio: {name: ratio}, simple_imputer]}
  - {pattern: ^(positive|whole)$, steps: [log: {plus_one: true}, standard_scaler]}
  - {columns: [plain, positive], steps: [cluster_similarity: {n_clusters: 3, n_init: 1}]}
  - {columns: [whole, positive], steps: [cluster_similarity: {n_clusters: 3, n_init: 1}]}
  - {type: category, steps: [simple_imputer: {strategy: most_frequent}, one_hot_encoder: {handle_unknown: ignore}]}
  - {type: text, steps: [target_encoder]}
remainder: drop
`,
		"every kind of column": `
columns:
  - {name: log, columns: [positive], steps: [log]}
  - {name: words, columns: [city], steps: [simple_imputer: {strategy: most_frequent}]}
  - {name: none, columns: [blank], steps: [drop]}
remainder: passthrough
verbose_feature_names_out: true
`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			columns := transformtest.Data().Names()
			if name == "numbers" {
				columns = strings.Fields("plain positive holes whole city grade blank note")
			}
			transformtest.Run(t, transformtest.Case{
				New:      func() transform.Transformer { return transform.NewColumnTransformer() },
				Settings: settings,
				Columns:  columns,
			})
		})
	}
}

func newKind(t *testing.T, kind string) transform.Transformer {
	t.Helper()
	made, err := transform.New(kind)
	require.NoError(t, err)
	return made
}
