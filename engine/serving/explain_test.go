package serving

import (
	"math"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/serving/servingtest"
)

// explained is an answer of /explain.
type explained struct {
	Prediction  any
	Explanation struct {
		Scale   string
		Outputs []struct {
			Class         string
			Base, Sum     float64
			Contributions map[string]float64
		}
	}
}

// Base and contributions add up to the sum, which is the prediction; the same
// row alone, in a list and at /predict has the same answer.
func TestExplain(t *testing.T) {
	_, url := startServer(t, servingtest.Toy(t, "price"), Default())
	one := servingtest.Answer[explained](t, url+"/explain", servingtest.ToyRow)
	assert.Equal(t, "target", one.Explanation.Scale)
	require.Len(t, one.Explanation.Outputs, 1)
	o := one.Explanation.Outputs[0]
	assert.Len(t, o.Contributions, 5, "all columns but the note, which the model does not use")
	sum := o.Base
	for _, v := range o.Contributions {
		sum += v
	}
	assert.InEpsilon(t, o.Sum, sum, 1e-12)
	assert.InEpsilon(t, one.Prediction.(float64), o.Sum, 1e-9)
	assert.NotZero(t, o.Contributions["size"])

	two := "[" + servingtest.ToyRow + "," + servingtest.With("size", "20") + "]"
	list := servingtest.Answer[struct{ Predictions []explained }](t, url+"/explain", two)
	require.Len(t, list.Predictions, 2)
	assert.Equal(t, one, list.Predictions[0])
	assert.Less(t, list.Predictions[1].Explanation.Outputs[0].Contributions["size"], 0.0)
	assert.Equal(t, one.Prediction, servingtest.Answer[explained](t, url+"/predict", servingtest.ToyRow).Prediction)
}

// Of classes, each has an explanation of its own; after the softmax the sums are
// the probabilities.
func TestExplainClasses(t *testing.T) {
	_, url := startServer(t, servingtest.Toy(t, "kind"), Default())
	one := servingtest.Answer[struct {
		explained
		Probabilities map[string]float64
	}](t, url+"/explain", servingtest.ToyRow)
	assert.Equal(t, "score", one.Explanation.Scale)
	require.Len(t, one.Explanation.Outputs, 3)
	total := 0.0
	for _, o := range one.Explanation.Outputs {
		total += math.Exp(o.Sum)
	}
	for _, o := range one.Explanation.Outputs {
		assert.InDelta(t, one.Probabilities[o.Class], math.Exp(o.Sum)/total, 1e-9)
	}
}

func TestExplainRefuses(t *testing.T) {
	settings := Default()
	settings.Limits.ExplainRows = 2
	s, url := startServer(t, servingtest.Toy(t, "price"), settings)
	status, _ := servingtest.Post(t, url+"/explain", "application/json", "["+servingtest.ToyRow+","+servingtest.ToyRow+","+servingtest.ToyRow+"]")
	assert.Equal(t, http.StatusRequestEntityTooLarge, status)
	status, body := servingtest.Post(t, url+"/explain", "application/json", servingtest.With("size", "-1"))
	assert.Equal(t, http.StatusUnprocessableEntity, status)
	_, faults := servingtest.FaultsOf(t, body)
	assert.Contains(t, faults, "#/size")
	s.champion.Load().Explainer = nil
	status, body = servingtest.Post(t, url+"/explain", "application/json", servingtest.ToyRow)
	assert.Equal(t, http.StatusNotFound, status)
	assert.Contains(t, body, "the model is a ridge: its predictions can't be divided among the columns")
}

// curve is an answer of /whatif.
type curve struct {
	Column      string
	Values      []any
	Predictions []struct {
		Prediction any
		Interval   *struct{ Lower, Upper float64 }
	}
}

func curveOf(t *testing.T, url, body string) curve {
	t.Helper()
	c := servingtest.Answer[curve](t, url+"/whatif", body)
	require.Len(t, c.Predictions, len(c.Values))
	return c
}

// A curve is what /predict answers for the row with each of the values.
func TestWhatIf(t *testing.T) {
	_, url := startServer(t, servingtest.Toy(t, "price"), Default())
	given := curveOf(t, url, `{"values":[30,80,1e3],"column":"size","row":`+servingtest.ToyRow+`}`)
	assert.Equal(t, []any{30.0, 80.0, 1000.0}, given.Values)
	for i, size := range []string{"30", "80", "1000"} {
		one := servingtest.Answer[explained](t, url+"/predict", servingtest.With("size", size))
		assert.Equal(t, one.Prediction, given.Predictions[i].Prediction)
		assert.Less(t, given.Predictions[i].Interval.Lower, one.Prediction)
	}
	assert.Equal(t, []any{nil, "gas", "oil"}, curveOf(t, url, `{"row":`+servingtest.ToyRow+`,"column":"heat","values":[null,"gas","oil"]}`).Values)

	chosen := curveOf(t, url, `{"row":`+servingtest.ToyRow+`,"column":"size"}`)
	assert.Greater(t, len(chosen.Values), 50)
	assert.Contains(t, chosen.Values, 80.0, "the value that the row has")
	assert.Equal(t, []any{1.0, 200.0}, []any{chosen.Values[0], chosen.Values[len(chosen.Values)-1]}, "the schema's range")
	assert.Equal(t, []any{"bern", "ge<n>ève", "a/b~c"}, curveOf(t, url, `{"row":`+servingtest.ToyRow+`,"column":"city"}`).Values)
	_, url = startServer(t, servingtest.Toy(t, "kind"), Default())
	assert.Contains(t, []any{"flat", "house", `"loft", \ top`}, curveOf(t, url, `{"row":`+servingtest.ToyRow+`,"column":"city"}`).Predictions[0].Prediction)
}

// Values that have no answer are left out where the server chose them, and
// refused where the client did.
func TestWhatIfWithoutAnswer(t *testing.T) {
	s, url := startServer(t, servingtest.Toy(t, "price"), Default())
	low := -100.0
	s.champion.Load().Inputs.Columns[0].Min = &low
	s.champion.Load().Model.Schema.Column("size").Min = &low
	chosen := curveOf(t, url, `{"row":`+servingtest.ToyRow+`,"column":"size"}`)
	assert.Greater(t, len(chosen.Values), 30)
	assert.Less(t, len(chosen.Values), 60)
	assert.Greater(t, chosen.Values[0], 0.0)
	status, body := servingtest.Post(t, url+"/whatif", "application/json", `{"row":`+servingtest.ToyRow+`,"column":"size","values":[80,-1]}`)
	assert.Equal(t, http.StatusUnprocessableEntity, status)
	_, faults := servingtest.FaultsOf(t, body)
	assert.Contains(t, faults, "#/values/1")
}

func TestWhatIfRefuses(t *testing.T) {
	_, url := startServer(t, servingtest.Toy(t, "price"), Default())
	for name, c := range map[string]struct{ body, pointer, detail string }{
		"no object":     {`[]`, "#", "is not an object"},
		"nothing":       {`{}`, "#/row", "is missing"},
		"no row":        {`{"row":3,"column":"size"}`, "#/row", "is not an object of columns"},
		"no column":     {`{"row":` + servingtest.ToyRow + `,"column":3}`, "#/column", "is not the name of a column"},
		"strange":       {`{"row":` + servingtest.ToyRow + `,"column":"Size"}`, "#/column", `is not an input; did you mean "size"?`},
		"target":        {`{"row":` + servingtest.ToyRow + `,"column":"price"}`, "#/column", "is what is predicted, not an input"},
		"more":          {`{"row":` + servingtest.ToyRow + `,"column":"size","x":1}`, "#/x", "is not known here"},
		"bad row":       {`{"row":{"size":1},"column":"size"}`, "#/row/rooms", "is missing"},
		"no values":     {`{"row":` + servingtest.ToyRow + `,"column":"note"}`, "#/values", "is missing: no values to vary the column by are known"},
		"empty":         {`{"row":` + servingtest.ToyRow + `,"column":"size","values":[]}`, "#/values", "has no value"},
		"no list":       {`{"row":` + servingtest.ToyRow + `,"column":"size","values":3}`, "#/values", "is not a list of values"},
		"bad value":     {`{"row":` + servingtest.ToyRow + `,"column":"rooms","values":[1,"x",2.5]}`, "#/values/1", "is a text"},
		"bad elsewhere": {`{"row":` + strings.Replace(servingtest.ToyRow, "80", "0", 1) + `,"column":"city","values":["bern"]}`, "#/row/size", "is below 1"},
	} {
		t.Run(name, func(t *testing.T) {
			servingtest.Refused(t, url+"/whatif", c.body, c.pointer, c.detail)
		})
	}
	settings := Default()
	settings.Limits.Rows = 2
	_, url = startServer(t, servingtest.Toy(t, "price"), settings)
	status, _ := servingtest.Post(t, url+"/whatif", "application/json", `{"row":`+servingtest.ToyRow+`,"column":"size","values":[1,2,3]}`)
	assert.Equal(t, http.StatusRequestEntityTooLarge, status)
}

// Who explores a model leaves no trace in what is kept and counted of its use.
func TestExplorationIsNotCounted(t *testing.T) {
	settings := Default()
	settings.Predictions.Folder = filepath.Join(t.TempDir(), "predictions")
	s, url := startServer(t, servingtest.Toy(t, "price"), settings)
	_ = curveOf(t, url, `{"row":`+servingtest.ToyRow+`,"column":"size"}`)
	_, _ = servingtest.Post(t, url+"/explain", "application/json", servingtest.ToyRow)
	text := metricsText(t, s)
	assert.Contains(t, text, "serve_rows_total{model=\""+s.champion.Load().Model.Version()+"\"} 0")
	assert.Contains(t, text, `serve_requests_total{code="200",method="POST",route="/explain"} 1`)
	require.NoError(t, s.recorder.close(t.Context()))
	assert.NoDirExists(t, settings.Predictions.Folder)
}
