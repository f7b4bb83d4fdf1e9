package main

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// get returns the status and the body.
func get(t testing.TB, url string) (int, string) {
	t.Helper()
	r, err := http.Get(url)
	require.NoError(t, err)
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	require.NoError(t, err)
	return r.StatusCode, string(body)
}

// own is what /predict answers for two rows: the other protocols must answer
// the same.
func own(t *testing.T, url string) []any {
	t.Helper()
	status, body := post(t, url+"/predict", "application/json", "["+toyRow+","+with("size", "33.5", "rooms", "1", "heat", "null", "built", "")+"]")
	require.Equal(t, http.StatusOK, status, body)
	var a struct{ Predictions []struct{ Prediction any } }
	require.NoError(t, json.Unmarshal([]byte(body), &a))
	return []any{a.Predictions[0].Prediction, a.Predictions[1].Prediction}
}

// The forms of MLflow's scoring protocol, with columns in another order and
// one that is no input.
var invocationsOfTwoRows = map[string]string{
	"dataframe_split": `{"dataframe_split":{"data":[["gas",3,0,80,"bern","1999-05-31"],[null,1,0,33.5,"bern",null]],
		"index":[0,1],"columns":["heat","rooms","id","size","city","built"]}}`,
	"dataframe_records": `{"params":{"a":1},"dataframe_records":[{"id":0,"size":80,"rooms":3,"city":"bern","built":"1999-05-31","heat":"gas"},
		{"size":33.5,"rooms":1,"city":"bern"}]}`,
	"instances":         `{"instances":[{"size":80,"rooms":3,"city":"bern","built":"1999-05-31","heat":"gas"},{"size":33.5,"rooms":1,"city":"bern"}]}`,
	"inputs":            `{"inputs":{"size":[80,33.5],"rooms":[3,1],"city":["bern","bern"],"built":["1999-05-31",null],"heat":["gas",null],"id":[0,0]}}`,
	"inputs of records": `{"inputs":[{"size":80,"rooms":3,"city":"bern","built":"1999-05-31","heat":"gas"},{"size":33.5,"rooms":1,"city":"bern"}]}`,
	"csv":               "city,id,size,rooms,built,heat\nbern,0,80,3,1999-05-31,gas\nbern,0,33.5,1,,\n",
}

func TestInvocations(t *testing.T) {
	for _, target := range []string{"price", "kind"} {
		_, url := startServer(t, toy(t, target), Default())
		want := own(t, url)
		for form, body := range invocationsOfTwoRows {
			contentType := "application/json"
			if form == "csv" {
				contentType = "text/csv"
			}
			status, answer := post(t, url+"/invocations", contentType, body)
			require.Equal(t, http.StatusOK, status, "%s: %s", form, answer)
			var got map[string][]any
			require.NoError(t, json.Unmarshal([]byte(answer), &got))
			assert.Equal(t, map[string][]any{"predictions": want}, got, form)
		}
	}
}

// MLflow's client writes a data frame's null as NaN, which is no JSON. It is
// null where a column may be null, and nowhere else.
func TestInvocationsTakeNaNForNull(t *testing.T) {
	_, url := startServer(t, toy(t, "price"), Default())
	row := `{"instances":[{"size":80,"rooms":%s,"city":"bern","built":"1999-05-31","heat":%s,"note":"by the river"}]}`
	status, want := post(t, url+"/invocations", "application/json", fmt.Sprintf(row, "3", "null"))
	require.Equal(t, http.StatusOK, status, want)
	status, got := post(t, url+"/invocations", "application/json", fmt.Sprintf(row, "3", "NaN"))
	require.Equal(t, http.StatusOK, status, got)
	assert.Equal(t, want, got)

	for _, values := range [][2]any{{"NaN", "null"}, {"3", "Infinity"}, {"3", "-NaN"}, {"3", "NaNs"}} {
		body := fmt.Sprintf(row, values[0], values[1])
		status, got := post(t, url+"/invocations", "application/json", body)
		assert.True(t, status == http.StatusBadRequest || status == http.StatusUnprocessableEntity, "%s: %d %s", body, status, got)
	}
	status, got = post(t, url+"/predict", "application/json", strings.Replace(toyRow, `"gas"`, "NaN", 1))
	assert.Equal(t, http.StatusUnprocessableEntity, status, got)
}

func TestBadInvocations(t *testing.T) {
	_, url := startServer(t, toy(t, "price"), Default())
	for name, c := range map[string]struct{ body, pointer, detail string }{
		"no form":        {`{}`, "#", "has 0 forms of input"},
		"two forms":      {`{"instances":[],"inputs":[]}`, "#", "has 2 forms of input"},
		"a list":         {`[]`, "#", "is not an object"},
		"twice":          {`{"instances":[],"instances":[]}`, "#/instances", "comes twice"},
		"no records":     {`{"dataframe_records":{}}`, "#/dataframe_records", "is not a list of objects"},
		"no split":       {`{"dataframe_split":[]}`, "#/dataframe_split", "is not an object"},
		"no data":        {`{"dataframe_split":{"columns":[]}}`, "#/dataframe_split/data", "is missing"},
		"no column":      {`{"dataframe_split":{"columns":["size","city"],"data":[]}}`, "#/dataframe_split/columns/rooms", "is missing"},
		"column twice":   {`{"dataframe_split":{"columns":["size","size","rooms","city"],"data":[]}}`, "#/dataframe_split/columns/1", "comes twice"},
		"ragged":         {`{"dataframe_split":{"columns":["size","rooms","city"],"data":[[1,2]]}}`, "#/dataframe_split/data/0", "has 2 values, there are 3 columns"},
		"no row":         {`{"dataframe_split":{"columns":["size","rooms","city"],"data":[1]}}`, "#/dataframe_split/data/0", "is not a list of values"},
		"value in split": {`{"dataframe_split":{"columns":["city","size","rooms"],"data":[["bern",9,2],["bern","x",2]]}}`, "#/dataframe_split/data/1/1", "is a text"},
		"no answer":      {`{"dataframe_split":{"columns":["city","size","rooms"],"data":[["bern",9,2],["bern",-1,2]]}}`, "#/dataframe_split/data/1/1", "is below 1"},
		"value in list":  {`{"inputs":{"size":[1,null],"rooms":[1,1],"city":["bern","bern"]}}`, "#/inputs/size/1", "is null"},
		"short list":     {`{"inputs":{"size":[1,2],"rooms":[1],"city":["bern","bern"]}}`, "#/inputs/rooms", "1 values where the first column has 2"},
		"long list":      {`{"inputs":{"size":[1,2],"rooms":[1,2,3],"city":["bern","bern"]}}`, "#/inputs/rooms", "3 values where the first column has 2"},
		"no list":        {`{"inputs":{"size":1,"rooms":[1],"city":["bern"]}}`, "#/inputs/size", "is not a list of values"},
		"no input":       {`{"instances":{"rooms":[1],"city":["bern"]}}`, "#/instances/size", "is missing"},
	} {
		t.Run(name, func(t *testing.T) {
			status, body := post(t, url+"/invocations", "application/json", c.body)
			require.Equal(t, http.StatusUnprocessableEntity, status, body)
			p, faults := faultsOf(t, body)
			require.Contains(t, faults, c.pointer)
			assert.Equal(t, c.detail, faults[c.pointer].Detail)
			assert.Equal(t, "BAD_REQUEST", p.ErrorCode, "as MLflow's clients expect")
			assert.Equal(t, p.Detail, p.Message)
		})
	}
	for _, path := range []string{"/ping", "/health", "/version"} {
		status, _ := get(t, url+path)
		assert.Equal(t, http.StatusOK, status, path)
	}
	status, _ := post(t, url+"/invocations", "text/plain", "")
	assert.Equal(t, http.StatusUnsupportedMediaType, status)
}

// tensorsOf is a request of the Open Inference Protocol for two rows.
const tensorsOfTwoRows = `{"id":"a\"b","outputs":OUTPUTS,"inputs":[
	{"name":"rooms","datatype":"INT64","shape":[2,1],"data":[[3],[1]]},
	{"name":"size","shape":[2],"datatype":"FP64","data":[80,33.5],"parameters":{"content_type":"np"}},
	{"name":"city","shape":[2],"datatype":"BYTES","data":["bern","bern"]},
	{"name":"built","shape":[2],"datatype":"BYTES","data":["1999-05-31",null]},
	{"data":["gas",null],"name":"heat","shape":[2],"datatype":"BYTES"}]}`

func TestInference(t *testing.T) {
	for _, target := range []string{"price", "kind"} {
		settings := Default()
		settings.Name = "toy"
		s, url := startServer(t, toy(t, target), settings)
		want := own(t, url)
		body := strings.Replace(tensorsOfTwoRows, "OUTPUTS", `[{"name":"prediction"}]`, 1)
		version := s.champion.Load().model.Version()
		for _, path := range []string{"/v2/models/toy/infer", "/v2/models/toy/versions/" + version + "/infer"} {
			status, answer := post(t, url+path, "application/json", body)
			require.Equal(t, http.StatusOK, status, answer)
			var got struct {
				ID           string
				ModelName    string `json:"model_name"`
				ModelVersion string `json:"model_version"`
				Outputs      []struct {
					Name, Datatype string
					Shape          []int
					Data           []any
				}
			}
			require.NoError(t, json.Unmarshal([]byte(answer), &got))
			assert.Equal(t, `a"b`, got.ID)
			assert.Equal(t, "toy", got.ModelName)
			assert.Equal(t, version, got.ModelVersion)
			require.Len(t, got.Outputs, 1)
			assert.Equal(t, want, got.Outputs[0].Data)
			assert.Equal(t, []int{2}, got.Outputs[0].Shape)
			assert.Equal(t, map[string]string{"price": "FP64", "kind": "BYTES"}[target], got.Outputs[0].Datatype)
		}
	}
}

// Intervals come as two outputs.
func TestInferenceIntervals(t *testing.T) {
	_, url := startServer(t, toy(t, "price"), Default())
	body := strings.Replace(tensorsOfTwoRows, "OUTPUTS", `[{"name":"upper"},{"name":"lower"}]`, 1)
	status, text := post(t, url+"/v2/models/model/infer", "application/json", body)
	require.Equal(t, http.StatusOK, status, text)
	var got struct {
		Outputs []struct {
			Name string
			Data []float64
		}
	}
	require.NoError(t, json.Unmarshal([]byte(text), &got))
	require.Len(t, got.Outputs, 2)
	assert.Equal(t, "lower", got.Outputs[0].Name)
	assert.Equal(t, "upper", got.Outputs[1].Name)
	assert.Less(t, got.Outputs[0].Data[1], got.Outputs[1].Data[1])
}

func TestInferenceProbabilities(t *testing.T) {
	_, url := startServer(t, toy(t, "kind"), Default())
	body := strings.Replace(tensorsOfTwoRows, "OUTPUTS", "[]", 1)
	status, answer := post(t, url+"/v2/models/model/infer", "application/json", body)
	require.Equal(t, http.StatusOK, status, answer)
	var got struct {
		Outputs []struct {
			Name  string
			Shape []int
			Data  []any
		}
	}
	require.NoError(t, json.Unmarshal([]byte(answer), &got))
	require.Len(t, got.Outputs, 2)
	assert.Equal(t, "probabilities", got.Outputs[1].Name)
	assert.Equal(t, []int{2, 3}, got.Outputs[1].Shape)
	assert.Len(t, got.Outputs[1].Data, 6)
}

func TestBadInference(t *testing.T) {
	_, url := startServer(t, toy(t, "price"), Default())
	good := strings.Replace(tensorsOfTwoRows, "OUTPUTS", "[]", 1)
	for name, c := range map[string]struct{ from, to, pointer, detail string }{
		"shape":     {`"shape":[2,1]`, `"shape":[1,2]`, "#/inputs/0/shape", "is not the shape of the data"},
		"no shape":  {`"shape":[2,1],`, ``, "#/inputs/0/shape", "is missing"},
		"datatype":  {`"datatype":"INT64"`, `"datatype":"BYTES"`, "#/inputs/0/datatype", "is not a type for this column"},
		"name":      {`"name":"rooms"`, `"name":"room"`, "#/inputs/0/name", `is not an input; did you mean "rooms"?`},
		"twice":     {`"name":"rooms"`, `"name":"city"`, "#/inputs/2/name", "comes twice"},
		"no data":   {`,"data":[80,33.5]`, ``, "#/inputs/1/data", "is missing"},
		"value":     {`80,33.5`, `80,"x"`, "#/inputs/1/data/1", "is a text"},
		"no answer": {`80,33.5`, `80,-1`, "#/inputs/1/data/1", "is below 1"},
		"nested":    {`[3],[1]`, `[3],[1,2]`, "#/inputs/0/data/1", "a list of 2 values where one belongs"},
		"output":    {`"outputs":[]`, `"outputs":[{"name":"x"}]`, "#/outputs/0/name", "is not an output"},
		"id":        {`"id":"a\"b"`, `"id":1`, "#/id", "is not a text"},
		"member":    {`"id"`, `"ids"`, "#/ids", "is not known here"},
	} {
		t.Run(name, func(t *testing.T) {
			require.Contains(t, good, c.from)
			status, body := post(t, url+"/v2/models/model/infer", "application/json", strings.Replace(good, c.from, c.to, 1))
			require.Equal(t, http.StatusUnprocessableEntity, status, body)
			p, faults := faultsOf(t, body)
			require.Contains(t, faults, c.pointer)
			assert.Equal(t, c.detail, faults[c.pointer].Detail)
			assert.Equal(t, p.Detail, p.V2Error, "as the protocol's clients expect")
		})
	}
}

// Tensors behind the JSON, as Triton's clients send them, are read like those
// in it.
func TestBinaryTensors(t *testing.T) {
	_, url := startServer(t, toy(t, "price"), Default())
	want := own(t, url)
	text := func(all ...string) (b []byte) {
		for _, s := range all {
			b = append(binary.LittleEndian.AppendUint32(b, uint32(len(s))), s...)
		}
		return b
	}
	floats := binary.LittleEndian.AppendUint64(nil, math.Float64bits(80))
	floats = binary.LittleEndian.AppendUint64(floats, math.Float64bits(33.5))
	blobs := []struct {
		name, datatype string
		data           []byte
	}{
		{"rooms", "INT16", []byte{3, 0, 1, 0}}, {"size", "FP64", floats}, {"city", "BYTES", text("bern", "bern")},
	}
	ask := func(change func(head string, tail []byte) (string, []byte)) (int, string) {
		var inputs []string
		var tail []byte
		for _, b := range blobs {
			inputs = append(inputs, fmt.Sprintf(`{"name":%q,"datatype":%q,"shape":[2],"parameters":{"binary_data_size":%d}}`, b.name, b.datatype, len(b.data)))
			tail = append(tail, b.data...)
		}
		inputs = append(inputs, `{"name":"built","datatype":"BYTES","shape":[2],"data":["1999-05-31",null]}`, `{"name":"heat","datatype":"BYTES","shape":[2],"data":["gas",null]}`)
		head, tail := change(`{"inputs":[`+strings.Join(inputs, ",")+`],"outputs":[{"name":"prediction"}]}`, tail)
		r, err := http.NewRequest(http.MethodPost, url+"/v2/models/model/infer", strings.NewReader(head+string(tail)))
		require.NoError(t, err)
		r.Header.Set(jsonLength, fmt.Sprint(len(head)))
		a, err := http.DefaultClient.Do(r)
		require.NoError(t, err)
		defer a.Body.Close()
		body, err := io.ReadAll(a.Body)
		require.NoError(t, err)
		return a.StatusCode, string(body)
	}
	status, body := ask(func(head string, tail []byte) (string, []byte) { return head, tail })
	require.Equal(t, http.StatusOK, status, body)
	var got struct{ Outputs []struct{ Data []any } }
	require.NoError(t, json.Unmarshal([]byte(body), &got))
	assert.Equal(t, want, got.Outputs[0].Data)

	const bytes = `"BYTES","shape":[2],"parameters":{"binary_data_size":`
	for name, c := range map[string]struct {
		pointer, detail string
		change          func(head string, tail []byte) (string, []byte)
	}{
		"short":     {"#/inputs/2/parameters/binary_data_size", "is 16, there are 15 bytes left", func(h string, b []byte) (string, []byte) { return h, b[:len(b)-1] }},
		"cut":       {"#/inputs/0/parameters/binary_data_size", "ends within a value", func(h string, b []byte) (string, []byte) { return strings.Replace(h, "INT16", "INT64", 1), b }},
		"long text": {"#/inputs/2/parameters/binary_data_size", "ends within a value", func(h string, b []byte) (string, []byte) { b[20] = 99; return h, b }},
		"empty": {"#/inputs/2/data/1", "is empty", func(h string, b []byte) (string, []byte) {
			return strings.Replace(h, bytes+"16", bytes+"12", 1), append(b[:28], 0, 0, 0, 0)
		}},
		"stump": {"#/inputs/2/parameters/binary_data_size", "ends within a value", func(h string, b []byte) (string, []byte) {
			return strings.Replace(h, bytes+"16", bytes+"11", 1), b[:31]
		}},
		"NaN":      {"#/inputs/1/data/0", "is not a finite number", func(h string, b []byte) (string, []byte) { b[10], b[11] = 0xff, 0x7f; return h, b }},
		"encoding": {"#/inputs/2/data/0", "is not UTF-8", func(h string, b []byte) (string, []byte) { b[24] = 0xff; return h, b }},
		"rows": {"#/inputs/0/shape", "is not the shape of the data", func(h string, b []byte) (string, []byte) {
			return strings.Replace(h, `"binary_data_size":4`, `"binary_data_size":2`, 1), b[2:]
		}},
	} {
		status, body := ask(c.change)
		require.Equal(t, http.StatusUnprocessableEntity, status, "%s: %s", name, body)
		_, faults := faultsOf(t, body)
		require.Contains(t, faults, c.pointer, name)
		assert.Equal(t, c.detail, faults[c.pointer].Detail, name)
	}
}

func TestInferenceMetadata(t *testing.T) {
	s, url := startServer(t, toy(t, "kind"), Default())
	for path, want := range map[string]int{
		"/v2": 200, "/v2/health/live": 200, "/v2/health/ready": 200, "/v2/models/model": 200, "/v2/models/model/ready": 200,
		"/v2/models/other": 404, "/v2/models/model/versions/1": 404,
		"/v2/models/model/versions/" + s.champion.Load().model.Version(): 200,
	} {
		status, _ := get(t, url+path)
		assert.Equal(t, want, status, path)
	}
	_, body := get(t, url+"/v2/models/model")
	var m struct{ Inputs, Outputs []tensor }
	require.NoError(t, json.Unmarshal([]byte(body), &m))
	require.Len(t, m.Inputs, 6)
	assert.Equal(t, tensor{"size", "FP64", []int{-1}}, m.Inputs[0])
	assert.Equal(t, tensor{"rooms", "INT64", []int{-1}}, m.Inputs[1])
	assert.Equal(t, tensor{"city", "BYTES", []int{-1}}, m.Inputs[2])
	assert.Equal(t, []tensor{{"prediction", "BYTES", []int{-1}}, {"probabilities", "FP64", []int{-1, 3}}}, m.Outputs)
	price, _ := startServer(t, toy(t, "price"), Default())
	assert.Equal(t, []tensor{{"prediction", "FP64", []int{-1}}, {"lower", "FP64", []int{-1}}, {"upper", "FP64", []int{-1}}}, price.champion.Load().outputs())
	s.stopping.Store(true)
	for _, path := range []string{"/readyz", "/ping", "/v2/health/ready", "/v2/models/model/ready"} {
		status, _ := get(t, url+path)
		assert.Equal(t, http.StatusServiceUnavailable, status, path)
	}
}
