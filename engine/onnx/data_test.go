package onnx

//go:generate python3 testdata/make.py

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/engine/config"
	"example.com/engine/derive"
	"example.com/engine/model"
	"example.com/engine/must"
	"example.com/engine/schema"
	"example.com/engine/settings"
	"example.com/engine/table"
	"example.com/engine/tree"
)

func init() {
	derive.RegisterFunction("rooms_per_person", derive.Function{
		Takes:  []derive.Kinds{derive.Numbers, derive.Numbers},
		Number: func(a derive.Args) float64 { return a.Float(0) / max(1, a.Float(1)) },
	})
}

// recipe makes one of derivations and columns, as in features.yaml and
// model.yaml, and of what more model.yaml has.
func recipe(t *testing.T, text string, task model.Task, more string) model.Recipe {
	t.Helper()
	at := strings.Index(text, "columns:\n")
	r := model.Recipe{Config: model.DefaultConfig(), Derive: derivations(t, []byte(text[:at]))}
	require.NoError(t, config.Parse("model.yaml", fmt.Appendf(nil, "%stask: %s\n%s\n", text[at:], task, more), &r.Config))
	target := schema.Column{Name: "median_house_value", Type: schema.Number, Unit: "USD"}
	switch task {
	case model.Binary:
		target = schema.Column{Name: "dear", Type: schema.Category}
	case model.Multiclass:
		target = schema.Column{Name: "band", Type: schema.Category}
	}
	r.Schema = schema.Schema{Target: target.Name, Columns: append(columnsOfAllTypes(), target)}
	return r
}

// configured is the recipe of a folder of the repository.
func configured(t *testing.T, dir string) model.Recipe {
	t.Helper()
	r := model.Recipe{Config: model.DefaultConfig()}
	require.NoError(t, config.Load(dir+"/model.yaml", &r.Config))
	require.NoError(t, config.Load(dir+"/schema.yaml", &r.Schema))
	features := must.Get(os.ReadFile(dir + "/features.yaml"))(t)
	r.Derive = derivations(t, features)
	return r
}

func derivations(t *testing.T, features []byte) derive.List {
	t.Helper()
	var f settings.Features[derive.List, settings.Other]
	require.NoError(t, config.Parse("features.yaml", features, &f))
	return f.Derive
}

func columnsOfAllTypes() []schema.Column {
	var list []schema.Column
	for _, name := range []string{
		"longitude", "latitude", "housing_median_age", "total_rooms", "total_bedrooms",
		"population", "households", "median_income", "grade",
	} {
		list = append(list, schema.Column{Name: name, Type: schema.Number, Nullable: true, Unit: "a unit"})
	}
	return append(list,
		schema.Column{Name: "ocean_proximity", Type: schema.Category, Nullable: true},
		schema.Column{Name: "note", Type: schema.Text, Nullable: true},
		schema.Column{Name: "built", Type: schema.Time, Nullable: true},
		schema.Column{Name: "sold", Type: schema.Time, Nullable: true})
}

// dataset is the census table with columns of other types and with nulls.
func dataset(t *testing.T) *table.Table {
	t.Helper()
	census := must.Get(table.ReadFile("../../tests/testdata/project/data/external/housing.csv.gz", table.Options{}))(t)
	rng := rand.New(rand.NewPCG(1, 2))
	n := census.Len()
	value := census.Column("median_house_value").Floats
	grade, built, sold := make([]float64, n), make([]int64, n), make([]int64, n)
	ocean, note, band, dear := make([]string, n), make([]string, n), make([]string, n), make([]string, n)
	first := time.Date(1700, 1, 1, 0, 0, 0, 0, time.UTC).UnixNano()
	for i := range n {
		grade[i] = []float64{0, 2, 11, 20, 38, 56, 70}[(3*int(value[i]/75000)+rng.IntN(3))%7]
		ocean[i] = []string{"<1H OCEAN", "INLAND", "NEAR BAY", "NEAR OCEAN", "ISLAND"}[min(4, rng.IntN(25)/6)]
		note[i] = fmt.Sprintf("note %d, “ü”", rng.IntN(15))
		built[i] = first + rng.Int64N(1<<62)*2
		sold[i] = time.Date(1960+rng.IntN(50), time.Month(1+rng.IntN(12)), 1+rng.IntN(31), 0, 0, 0, 0, time.UTC).UnixNano()
		band[i] = []string{"low", "middle", "high"}[min(2, int(value[i]/130000))]
		dear[i] = []string{"no", "yes"}[min(1, int(value[i]/180000))]
		switch rng.IntN(12) {
		case 0:
			grade[i], ocean[i] = math.NaN(), ""
		case 1:
			note[i], built[i] = "", table.NullTime
		case 2:
			sold[i] = table.NullTime
		}
	}
	bedrooms := slices.Clone(census.Column("total_bedrooms").Floats)
	for i := 0; i < n; i += 9 {
		bedrooms[i] = math.NaN()
	}
	all := must.Get(census.With(
		table.Floats("total_bedrooms", bedrooms), table.Floats("grade", grade),
		table.Categories("ocean_proximity", ocean), table.Texts("note", note),
		table.Times("built", built), table.Times("sold", sold),
		table.Categories("band", band), table.Categories("dear", dear)))(t)
	return all
}

// allowed leaves out the rows with a null where the schema allows none.
func allowed(r model.Recipe, rows *table.Table) *table.Table {
	var kept []int
	for i := range rows.Len() {
		if !slices.ContainsFunc(r.Schema.Columns, func(c schema.Column) bool {
			return !c.Nullable && rows.Column(c.Name).IsNull(i)
		}) {
			kept = append(kept, i)
		}
	}
	return rows.Take(kept)
}

// planted are rows that no training has seen: nulls, unknown categories and
// extreme numbers in each column, alone and together.
func planted(rows *table.Table) *table.Table {
	var made []*table.Table
	plant := func(c *table.Column) {
		row, err := rows.Slice(len(made)%rows.Len(), len(made)%rows.Len()+1).With(c)
		if err != nil {
			panic(err)
		}
		made = append(made, row)
	}
	extremes := []float64{
		math.NaN(), 0, math.Copysign(0, -1), 1, -1, 0.5, 1.25, 2.5, 7, 1e-300, -1e-300, 1e-9, 52, 1e6, -1e6, 123456.789,
		1e12, -1e12, 1e100, -1e100, math.MaxFloat64, -math.MaxFloat64,
	}
	numbers := map[string]bool{}
	for _, c := range rows.Columns() {
		switch c.Kind {
		case table.Float:
			numbers[c.Name] = true
			for _, v := range extremes {
				plant(table.Floats(c.Name, []float64{v}))
			}
		case table.Category:
			for _, s := range []string{"", "never seen", "nan", " INLAND", "infrequent_sklearn"} {
				plant(table.Categories(c.Name, []string{s}))
			}
		case table.Text:
			for _, s := range []string{"", "never seen", "note 3", "\n"} {
				plant(table.Texts(c.Name, []string{s}))
			}
		case table.Time:
			for _, v := range []int64{table.NullTime, math.MinInt64 + 1, math.MaxInt64, 0, -1, 1, 951782400e9, 951868800e9 - 1, -2208988800e9} {
				plant(table.Times(c.Name, []int64{v}))
			}
		}
	}
	for _, v := range extremes {
		row := rows.Slice(0, 1)
		for name := range numbers {
			if row, _ = row.With(table.Floats(name, []float64{v})); row == nil {
				panic("onnx: no row")
			}
		}
		made = append(made, row)
	}
	return table.Concat(made...)
}

// onThresholds are rows with a number of the schema on a threshold of the
// model's trees, just below it and just above.
func onThresholds(m *model.Model, rows *table.Table) *table.Table {
	made := []*table.Table{rows.Slice(0, 1)}
	a, ok := m.Estimator.Learner.(interface{ Arrays() map[string]any })
	if !ok {
		return made[0]
	}
	arrays := a.Arrays()
	features, ok := arrays["feature"].(*[]int32)
	if !ok {
		return made[0]
	}
	thresholds, flags := *arrays["threshold"].(*[]float64), *arrays["flags"].(*[]uint8)
	for i, f := range *features {
		if f < 0 || flags[i]&tree.Categorical != 0 || len(made) > 600 {
			continue
		}
		c := rows.Column(m.Features[f])
		if c == nil || c.Kind != table.Float {
			continue
		}
		for _, v := range []float64{thresholds[i], math.Nextafter(thresholds[i], math.Inf(-1)), math.Nextafter(thresholds[i], math.Inf(1))} {
			at := len(made) % rows.Len()
			if row, err := rows.Slice(at, at+1).With(table.Floats(c.Name, []float64{v})); err == nil && !math.IsInf(v, 0) {
				made = append(made, row)
			}
		}
	}
	return table.Concat(made...)
}
