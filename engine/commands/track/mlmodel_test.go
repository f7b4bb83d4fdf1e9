package track

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/model"
	"example.com/engine/model/modeltest"
	"example.com/engine/must"
	"example.com/engine/results"
	"example.com/engine/schema"
	"example.com/engine/stage"
	"example.com/engine/table"
	"example.com/engine/tracking"
)

// toy is a model of two inputs, one of them a category with nulls, saved and
// read again.
func toy(t *testing.T, kind string) *model.Model {
	t.Helper()
	settings := "columns: [{name: size, columns: [size], steps: [passthrough]}]\nestimator: " + kind
	price := table.Floats("price", []float64{1, 2, 3, 4, 5, 6})
	if kind != "ridge" {
		settings += "\ntask: multiclass"
		price = &table.Column{Name: "price", Kind: table.Category, Codes: []int32{0, 1, 2, 0, 1, 2}, Levels: []string{"high", "low", "mid"}}
	}
	town := &table.Column{Name: "town", Kind: table.Category, Codes: []int32{0, 1, -1, 0, 1, 0}, Levels: []string{"ä", "b"}}
	rows := table.Must(table.Floats("size", []float64{1, 2, 3, 4, 5, 6}), town, price)
	r := modeltest.Recipe(t, settings, rows)
	r.Schema.Columns[0].Type, r.Schema.Columns[1].Nullable = schema.Integer, true
	return modeltest.Save(t, must.Get(r.Fit(t.Context(), rows))(t), filepath.Join(t.TempDir(), "model.zip"))
}

// inWork calls f with the collector of a work folder.
func inWork(t *testing.T, work string, f func(c *collector)) {
	t.Helper()
	var stderr bytes.Buffer
	status := stage.Exec("track", []string{"-work", work, "-config", work}, &stderr, &stderr, func(s *stage.Stage) error {
		c, err := newCollector(s)
		if err == nil {
			f(c)
		}
		return err
	})
	require.Zero(t, status, stderr.String())
}

func write(t *testing.T, work, name, content string) {
	t.Helper()
	path := filepath.Join(work, name)
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path, []byte(content), 0o644))
}

func TestLoggedFiles(t *testing.T) {
	work := t.TempDir()
	write(t, work, results.Test, "size,town,price\n7,,1.5\n8,b,2\n9,b,3\n")
	m := toy(t, "ridge")
	ids := tracking.ModelIDs{Model: "m-1", Run: "r-1", URI: "mlflow-artifacts:/1/models/m-1/artifacts"}
	inWork(t, work, func(c *collector) {
		files := must.Get(c.loggedFiles(m, ids, &tracking.Run{Ended: time.Unix(1_700_000_000, 0)}))(t)

		var head map[string]any
		require.NoError(t, yaml.Unmarshal(files["MLmodel"], &head))
		signature := head["signature"].(map[string]any)
		assert.JSONEq(t, `[{"type": "double", "name": "size", "required": true}, {"type": "string", "name": "town", "required": false}]`, signature["inputs"].(string))
		assert.JSONEq(t, `[{"type": "double", "name": "prediction", "required": true}]`, signature["outputs"].(string))
		assert.Equal(t, "m-1 m-1 r-1 2023-11-14 22:13:20.000000",
			fmt.Sprint(head["model_id"], " ", head["model_uuid"], " ", head["run_id"], " ", head["utc_time_created"]))
		flavors := head["flavors"].(map[string]any)
		assert.Equal(t, "model.onnx", flavors["onnx"].(map[string]any)["data"])
		assert.Equal(t, "mlflow.onnx", flavors["python_function"].(map[string]any)["loader_module"])
		assert.Equal(t, m.Digest(), head["metadata"].(map[string]any)["model.sha256"])

		// A missing text is the empty one, which the graph takes for null.
		assert.JSONEq(t, `{"columns": ["size", "town"], "data": [[7, ""], [8, "b"]]}`, string(files["input_example.json"]))
		serving := must.JSON[map[string]json.RawMessage](t, files["serving_input_example.json"])
		assert.JSONEq(t, string(files["input_example.json"]), string(serving["dataframe_split"]))
		assert.Contains(t, string(files["conda.yaml"]), "  - mlflow=="+required("mlflow")+"\n")
		assert.Equal(t, requirements, string(files["requirements.txt"]))
		assert.NotEmpty(t, files["model.onnx"])

		// A test table of another schema is no example.
		write(t, work, results.Test, "rooms\n7\n")
		files = must.Get(c.loggedFiles(m, ids, nil))(t)
		assert.NotContains(t, files, "input_example.json")
		assert.NotContains(t, string(files["MLmodel"]), "saved_input_example_info")
	})
}

func TestOutputs(t *testing.T) {
	var names []string
	for _, c := range outputs(toy(t, "random_forest_classifier")) {
		names = append(names, c.Type+" "+c.Name)
	}
	assert.Equal(t, []string{"string prediction", "double probability_high", "double probability_low", "double probability_mid"}, names)
}

func TestCell(t *testing.T) {
	rows, err := table.New(table.Floats("x", []float64{1.5, math.NaN(), math.Inf(1)}), table.Times("t", []int64{5, table.NullTime, 7}))
	require.NoError(t, err)
	var got []any
	for i := range 3 {
		got = append(got, cell(rows, schema.Column{Name: "x"}, i), cell(rows, schema.Column{Name: "t"}, i))
	}
	assert.Equal(t, []any{1.5, int64(5), nil, nil, nil, int64(7)}, got)
}

func TestChampions(t *testing.T) {
	event := func(action, model, champion string) results.Event {
		return results.Event{Action: action, Model: model, Champion: champion, Reason: action + " " + model}
	}
	events := []results.Event{event("promote", "a", "a"), event("keep", "x", "a"), event("promote", "b", "b"), event("promote", "c", "c")}
	assert.Equal(t, []string{"a", "b", "c"}, champions(events))
	events = append(events, event("rollback", "c", "b"))
	assert.Equal(t, []string{"a", "c", "b"}, champions(events))
	assert.Equal(t, "promote b", reason(events, "b"))
}

func TestService(t *testing.T) {
	work := t.TempDir()
	write(t, work, "reports/lineage/train.json", `{"format": 1, "stage": "train", "config": {"schema.yaml": {"target": "price"}}}`)
	name := func() (name string) {
		inWork(t, work, func(c *collector) {
			v := must.Get(c.service())(t)
			name = v.Name
		})
		return name
	}
	assert.Equal(t, "price", name())
	write(t, work, "serve.yaml", "name: homes\nlimits: {rows: 5}\n")
	assert.Equal(t, "homes", name())
}
