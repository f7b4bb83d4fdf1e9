package v2

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/must"
	"example.com/engine/serving"
	"example.com/engine/serving/servingtest"
)

func TestInference(t *testing.T) {
	for _, target := range []string{"price", "kind"} {
		settings := serving.Default()
		settings.Name = "toy"
		s, url := startServer(t, servingtest.Toy(t, target), settings)
		want := servingtest.Own(t, url)
		body := strings.Replace(servingtest.TensorsOfTwoRows, "OUTPUTS", `[{"name":"prediction"}]`, 1)
		version := s.Champion().Model.Version()
		for _, path := range []string{"/v2/models/toy/infer", "/v2/models/toy/versions/" + version + "/infer"} {
			got := servingtest.Answer[struct {
				ID           string
				ModelName    string `json:"model_name"`
				ModelVersion string `json:"model_version"`
				Outputs      []struct {
					Name, Datatype string
					Shape          []int
					Data           []any
				}
			}](t, url+path, body)
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
	_, url := startServer(t, servingtest.Toy(t, "price"), serving.Default())
	body := strings.Replace(servingtest.TensorsOfTwoRows, "OUTPUTS", `[{"name":"upper"},{"name":"lower"}]`, 1)
	got := servingtest.Answer[struct {
		Outputs []struct {
			Name string
			Data []float64
		}
	}](t, url+"/v2/models/model/infer", body)
	require.Len(t, got.Outputs, 2)
	assert.Equal(t, "lower", got.Outputs[0].Name)
	assert.Equal(t, "upper", got.Outputs[1].Name)
	assert.Less(t, got.Outputs[0].Data[1], got.Outputs[1].Data[1])
}

func TestInferenceProbabilities(t *testing.T) {
	_, url := startServer(t, servingtest.Toy(t, "kind"), serving.Default())
	body := strings.Replace(servingtest.TensorsOfTwoRows, "OUTPUTS", "[]", 1)
	got := servingtest.Answer[struct {
		Outputs []struct {
			Name  string
			Shape []int
			Data  []any
		}
	}](t, url+"/v2/models/model/infer", body)
	require.Len(t, got.Outputs, 2)
	assert.Equal(t, "probabilities", got.Outputs[1].Name)
	assert.Equal(t, []int{2, 3}, got.Outputs[1].Shape)
	assert.Len(t, got.Outputs[1].Data, 6)
}

func TestBadInference(t *testing.T) {
	_, url := startServer(t, servingtest.Toy(t, "price"), serving.Default())
	good, infer := strings.Replace(servingtest.TensorsOfTwoRows, "OUTPUTS", "[]", 1), url+"/v2/models/model/infer"
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
			p, _ := servingtest.Refused(t, infer, strings.Replace(good, c.from, c.to, 1), c.pointer, c.detail)
			assert.Equal(t, p.Detail, p.V2Error, "as the protocol's clients expect")
		})
	}
}

// Tensors behind the JSON, as Triton's clients send them, are read like those
// in it.
func TestBinaryTensors(t *testing.T) {
	_, url := startServer(t, servingtest.Toy(t, "price"), serving.Default())
	want := servingtest.Own(t, url)
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
		body := must.Get(io.ReadAll(a.Body))(t)
		return a.StatusCode, string(body)
	}
	status, body := ask(func(head string, tail []byte) (string, []byte) { return head, tail })
	require.Equal(t, http.StatusOK, status, body)
	got := must.JSON[struct{ Outputs []struct{ Data []any } }](t, body)
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
		_, faults := servingtest.FaultsOf(t, body)
		require.Contains(t, faults, c.pointer, name)
		assert.Equal(t, c.detail, faults[c.pointer].Detail, name)
	}
}

func TestMain(m *testing.M) { servingtest.Main(m) }

// startServer runs a server of the model file, and returns it and its address.
func startServer(t testing.TB, path string, settings serving.Settings) (*serving.Server, string) {
	t.Helper()
	s := must.Get(serving.New(settings, path, io.Discard))(t)
	r := gin.New()
	s.Prepare(r)
	s.MountPredictions(r)
	require.NoError(t, Mount(r, s))
	return s, servingtest.Serve(t, r)
}

// The description of a model names its classes in the order of the probabilities, and of two the positive one.
func TestModelNamesItsClasses(t *testing.T) {
	settings := serving.Default()
	settings.Name = "toy"
	s, url := startServer(t, servingtest.Toy(t, "kind"), settings)
	r := must.Get(http.Get(url + "/v2/models/toy"))(t)
	defer r.Body.Close()
	var got struct {
		Parameters struct {
			Classes  []string
			Positive string
		}
	}
	require.NoError(t, json.NewDecoder(r.Body).Decode(&got))
	m := s.Champion().Model
	assert.Equal(t, m.Classes, got.Parameters.Classes)
	assert.Equal(t, m.Positive(), got.Parameters.Positive)
}
