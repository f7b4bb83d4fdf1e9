package shap

//go:generate python3 testdata/shap.py

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/tree"
	"example.com/engine/tree/treetest"
)

// foreignModel is a model of another library with its own contributions, of
// which the last number of a row is the base.
type foreignModel struct {
	Trees         [][][]any
	Base          float64
	Contributions [][]float64
}

// ensemble returns the model in the format of this package.
func (m *foreignModel) ensemble() *tree.Ensemble {
	e := tree.NewEnsemble(1, 1)
	for _, nodes := range m.Trees {
		t := tree.NewTree(1)
		var build func(from, to int)
		build = func(from, to int) {
			n := nodes[from]
			t.Cover[to] = float32(n[len(n)-1].(float64))
			if len(n) == 2 {
				t.Values(to)[0] = n[0].(float64)
				return
			}
			feature, missingLeft := int(n[0].(float64)), n[3].(bool)
			var left int
			if codes, ok := n[2].([]any); ok {
				var set []int
				for _, c := range codes {
					set = append(set, int(c.(float64)))
				}
				left = t.SplitSet(to, feature, set, missingLeft)
			} else {
				left = t.Split(to, feature, n[1].(float64), missingLeft)
			}
			build(int(n[4].(float64)), left)
			build(int(n[5].(float64)), left+1)
		}
		build(0, 0)
		e.Append(t)
	}
	return e
}

func TestContributionsAreThoseOfLightGBMAndXGBoost(t *testing.T) {
	var fixture struct {
		Rows              [][]treetest.Number
		LightGBM, XGBoost foreignModel
	}
	treetest.ReadJSON(t, "shap.json", &fixture)
	rows := treetest.Matrix(fixture.Rows)
	_, features := rows.Dims()
	check := func(name string, m *foreignModel, tolerance float64) {
		t.Helper()
		require.NotEmpty(t, m.Contributions, name)
		e := New(m.ensemble(), features, 1, []float64{m.Base})
		got := make([]float64, features)
		for i, want := range m.Contributions {
			e.Explain(got, rows.RawRowView(i))
			assert.InDeltaSlice(t, want[:features], got, tolerance, "%s, row %d", name, i)
			assert.InDelta(t, want[features], e.Base()[0], tolerance, name)
		}
	}
	check("lightgbm", &fixture.LightGBM, 1e-9)
	check("xgboost", &fixture.XGBoost, 2e-5) // in single precision
}
