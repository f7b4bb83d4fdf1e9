package track

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"example.com/engine/model"
	"example.com/engine/onnx"
	"example.com/engine/results"
	"example.com/engine/schema"
	"example.com/engine/table"
	"example.com/engine/tracking"
)

// requirements are what Python needs to load a logged model. engine/scripts/mlflow-ui.sh
// and the checks install the same.
//
//go:embed requirements.txt
var requirements string

// pythonVersion is one that has all of the requirements.
const pythonVersion = "3.11.7"

// exampleRows is how many rows of the test table stand with the model.
const exampleRows = 2

// required is the pinned version of a requirement.
func required(name string) string {
	for line := range strings.Lines(requirements) {
		if version, ok := strings.CutPrefix(strings.TrimSpace(line), name+"=="); ok {
			return version
		}
	}
	panic("track: no requirement " + name)
}

// mlModel is the file MLmodel: which tools can load the model and how, and what
// it takes and gives.
type mlModel struct {
	ArtifactPath  string         `yaml:"artifact_path"`
	Flavors       map[string]any `yaml:"flavors"`
	MLflowVersion string         `yaml:"mlflow_version"`
	ModelID       string         `yaml:"model_id"`
	ModelUUID     string         `yaml:"model_uuid"`
	SizeBytes     int            `yaml:"model_size_bytes"`
	RunID         string         `yaml:"run_id,omitempty"`
	Example       *example       `yaml:"saved_input_example_info,omitempty"`
	Signature     struct {
		Inputs  string `yaml:"inputs"`
		Outputs string `yaml:"outputs"`
		Params  any    `yaml:"params"`
	} `yaml:"signature"`
	Created  string            `yaml:"utc_time_created"`
	Metadata map[string]string `yaml:"metadata"`
}

// example says where the input example is.
type example struct {
	Path    string `yaml:"artifact_path"`
	Orient  string `yaml:"pandas_orient"`
	Serving string `yaml:"serving_input_path"`
	Type    string `yaml:"type"`
}

// loggedFiles are the files of the model as MLflow keeps models: the graph with
// its signature, an input example and what Python needs. A model that a graph
// can't express is refused.
func (c *collector) loggedFiles(m *model.Model, ids tracking.ModelIDs, run *tracking.Run) (map[string][]byte, error) {
	graph, err := onnx.Export(m, onnx.Options{Flat: true})
	if err != nil {
		return nil, tracking.Refusal{Err: err}
	}
	files := map[string][]byte{
		"model.onnx":       graph,
		"requirements.txt": []byte(requirements),
		"conda.yaml":       condaEnv(),
		"python_env.yaml": []byte("python: " + pythonVersion + "\nbuild_dependencies:\n- pip\n- setuptools\n- wheel\n" +
			"dependencies:\n- -r requirements.txt\n"),
	}
	head := mlModel{
		ArtifactPath: ids.URI, Flavors: flavors(), MLflowVersion: required("mlflow"),
		ModelID: ids.Model, ModelUUID: ids.Model, RunID: ids.Run, SizeBytes: len(graph), Created: tracking.Stamp(time.Unix(0, 0)),
		Metadata: map[string]string{tracking.TagModel: m.Digest(), "trained_on_sha256": m.Trained.SHA256},
	}
	if class := m.Positive(); class != "" {
		head.Metadata["positive"] = class
	}
	if run != nil {
		head.Created = tracking.Stamp(run.Ended)
	}
	head.Signature.Inputs, head.Signature.Outputs = tracking.Signature(inputs(m)), tracking.Signature(outputs(m))
	if rows := c.exampleOf(m); rows != nil {
		head.Example = &example{"input_example.json", "split", "serving_input_example.json", "dataframe"}
		files["input_example.json"] = rows
		files["serving_input_example.json"] = fmt.Appendf(nil, `{"dataframe_split": %s}`, rows)
	}
	if files["MLmodel"], err = yaml.Marshal(head); err != nil {
		return nil, err
	}
	return files, nil
}

func flavors() map[string]any {
	return map[string]any{
		"onnx": map[string]any{
			"code": nil, "data": "model.onnx", "onnx_version": required("onnx"), "onnx_session_options": nil,
			"providers": []string{"CPUExecutionProvider"},
		},
		"python_function": map[string]any{
			"data": "model.onnx", "loader_module": "mlflow.onnx", "python_version": pythonVersion,
			"env": map[string]string{"conda": "conda.yaml", "virtualenv": "python_env.yaml"},
		},
	}
}

func condaEnv() []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "channels:\n- conda-forge\ndependencies:\n- python=%s\n- pip\n- pip:\n", pythonVersion)
	for line := range strings.Lines(requirements) {
		fmt.Fprintf(&b, "  - %s\n", strings.TrimSpace(line))
	}
	b.WriteString("name: mlflow-env\n")
	return []byte(b.String())
}

// inputs are the columns of the schema but the target.
func inputs(m *model.Model) []tracking.Column {
	var list []tracking.Column
	for _, c := range m.Schema.Features() {
		list = append(list, tracking.ColumnOf(c))
	}
	return list
}

// outputs are those of the graph: the prediction, and for classes a column of
// probabilities each.
func outputs(m *model.Model) []tracking.Column {
	if m.Task == model.Regression {
		return []tracking.Column{{Type: "double", Name: "prediction", Required: true}}
	}
	list := []tracking.Column{{Type: "string", Name: "prediction", Required: true}}
	for _, class := range m.Classes {
		list = append(list, tracking.Column{Type: "double", Name: "probability_" + class, Required: true})
	}
	return list
}

// exampleOf are the first rows of the test table, as pandas writes a frame in
// its split orientation; nil where that table is of another schema by now.
func (c *collector) exampleOf(m *model.Model) []byte {
	t, err := table.ReadFile(c.s.Path(results.Test), table.Options{Fields: m.Schema.Fields()})
	if err != nil || t.Len() == 0 {
		return nil
	}
	split := struct {
		Columns []string `json:"columns"`
		Data    [][]any  `json:"data"`
	}{Data: make([][]any, min(exampleRows, t.Len()))}
	for _, f := range m.Schema.Features() {
		split.Columns = append(split.Columns, f.Name)
		for i := range split.Data {
			split.Data[i] = append(split.Data[i], cell(t, f, i))
		}
	}
	data, err := json.Marshal(split)
	if err != nil {
		return nil
	}
	return data
}

// cell is a value as JSON has it.
func cell(t *table.Table, f schema.Column, row int) any {
	r, column := t.Row(row), t.Column(f.Name)
	switch {
	case r.IsNull(f.Name) && (column.Kind == table.Category || column.Kind == table.Text):
		return "" // which the graph takes for null
	case r.IsNull(f.Name):
		return nil
	case column.Kind == table.Time:
		return column.Times[row]
	case column.Kind == table.Float:
		if v := r.Float(f.Name); !math.IsInf(v, 0) {
			return v
		}
		return nil
	}
	return r.String(f.Name)
}
