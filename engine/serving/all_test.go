package serving_test

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/must"
	"example.com/engine/serving"
	"example.com/engine/serving/mlflow"
	"example.com/engine/serving/pages"
	"example.com/engine/serving/servingtest"
	v2 "example.com/engine/serving/v2"
	"example.com/engine/serving/wire"
	"example.com/engine/table"
)

// all are the routes of a server with all that it can answer.
func all(t testing.TB, s *serving.Server) http.Handler {
	t.Helper()
	r := gin.New()
	s.Prepare(r)
	s.MountPredictions(r)
	s.MountOperations(r)
	mlflow.Mount(r, s)
	require.NoError(t, v2.Mount(r, s))
	require.NoError(t, pages.Mount(r, s))
	return r
}

func start(t testing.TB, path string, settings serving.Settings) (*serving.Server, string) {
	t.Helper()
	s := must.Get(serving.New(settings, path, io.Discard))(t)
	return s, servingtest.Serve(t, all(t, s))
}

// tensor is an input or an output as the protocol describes it.
type tensor struct {
	Name     string
	Datatype string
	Shape    []int
}

func TestInferenceMetadata(t *testing.T) {
	s, url := start(t, servingtest.Toy(t, "kind"), serving.Default())
	for path, want := range map[string]int{
		"/v2": 200, "/v2/health/live": 200, "/v2/health/ready": 200, "/v2/models/model": 200, "/v2/models/model/ready": 200,
		"/v2/models/other": 404, "/v2/models/model/versions/1": 404,
		"/v2/models/model/versions/" + s.Champion().Model.Version(): 200,
	} {
		status, _ := servingtest.Get(t, url+path)
		assert.Equal(t, want, status, path)
	}
	_, body := servingtest.Get(t, url+"/v2/models/model")
	m := must.JSON[struct{ Inputs, Outputs []tensor }](t, body)
	require.Len(t, m.Inputs, 6)
	assert.Equal(t, tensor{"size", "FP64", []int{-1}}, m.Inputs[0])
	assert.Equal(t, tensor{"rooms", "INT64", []int{-1}}, m.Inputs[1])
	assert.Equal(t, tensor{"city", "BYTES", []int{-1}}, m.Inputs[2])
	assert.Equal(t, []tensor{{"prediction", "BYTES", []int{-1}}, {"probabilities", "FP64", []int{-1, 3}}}, m.Outputs)
	_, price := start(t, servingtest.Toy(t, "price"), serving.Default())
	_, body = servingtest.Get(t, price+"/v2/models/model")
	require.NoError(t, json.Unmarshal([]byte(body), &m))
	assert.Equal(t, []tensor{{"prediction", "FP64", []int{-1}}, {"lower", "FP64", []int{-1}}, {"upper", "FP64", []int{-1}}}, m.Outputs)
	s.Stop()
	for _, path := range []string{"/readyz", "/ping", "/v2/health/ready", "/v2/models/model/ready"} {
		status, _ := servingtest.Get(t, url+path)
		assert.Equal(t, http.StatusServiceUnavailable, status, path)
	}
}

func TestHeaders(t *testing.T) {
	_, url := start(t, servingtest.Toy(t, "price"), serving.Default())
	for _, path := range []string{"/predict", "/", "/docs", "/healthz", "/nowhere"} {
		r, err := http.Head(url + path)
		require.NoError(t, err)
		r.Body.Close()
		for name, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer",
			"Cache-Control": "no-store", "Cross-Origin-Resource-Policy": "same-origin",
		} {
			assert.Equal(t, want, r.Header.Get(name), "%s of %s", name, path)
		}
		assert.Contains(t, r.Header.Get("Content-Security-Policy"), "default-src 'none'")
		assert.Empty(t, r.Header.Get("Server"))
	}
}

// Every row that is answered, by whatever protocol, is kept with what it was asked
// and its answer, under the name that the client has for it.
func TestPredictionsAreKept(t *testing.T) {
	settings := serving.Default()
	settings.Predictions.Folder = filepath.Join(t.TempDir(), "predictions")
	settings.Predictions.Redact = map[string]string{"note": "drop"}
	url, stop := serving.Recording(t, "price", settings, all)
	r, err := http.Post(url+"/predict", "application/json", strings.NewReader("["+servingtest.ToyRow+","+servingtest.With("size", "300")+"]"))
	require.NoError(t, err)
	answer := must.Get(io.ReadAll(r.Body))(t)
	r.Body.Close()
	_, _ = servingtest.Post(t, url+"/predict", "application/json", servingtest.With("size", `"x"`))
	status, csv := servingtest.Post(t, url+"/predict", "text/csv", servingtest.ToyHeader+"80,3,bern,,,\nx,3,bern,,,\n90,3,rome,,,\n")
	require.Equal(t, http.StatusOK, status)
	_, _ = servingtest.Post(t, url+"/invocations", "application/json", `{"instances":[`+servingtest.ToyRow+`]}`)
	_, _ = servingtest.Post(t, url+"/v2/models/model/infer", "application/json", strings.Replace(servingtest.TensorsOfTwoRows, "OUTPUTS", "[]", 1))
	stop()

	all := serving.Recorded(t, settings.Predictions.Folder)
	require.Len(t, all, 2+2+1+2)
	id := r.Header.Get("X-Request-Id")
	assert.Equal(t, []any{id, 0, id, 1}, []any{all[0].Request, all[0].Row, all[1].Request, all[1].Row})
	assert.Equal(t, map[string]any{"size": 80.0, "rooms": 3.0, "city": "bern", "built": "1999-05-31T00:00:00Z", "heat": "gas"}, all[0].Inputs)
	assert.Contains(t, string(answer), `"prediction":`+string(table.AppendFloat(nil, all[1].Prediction.(float64))))
	assert.Equal(t, []int{0, 2}, []int{all[2].Row, all[3].Row}, "of CSV, the records are counted")
	assert.Contains(t, csv, "\n"+string(table.AppendFloat(nil, all[3].Prediction.(float64))))
	assert.Equal(t, "rome", all[3].Inputs["city"])
	for _, record := range all {
		assert.NotContains(t, record.Inputs, "note")
		assert.Less(t, *record.Lower, record.Prediction)
		assert.WithinDuration(t, time.Now(), record.Time, time.Hour)
	}
}

// Whatever is sent, the answer is a prediction or a problem document with a
// status of 4xx: never a 5xx, never a panic.
func FuzzRequests(f *testing.F) {
	s := must.Get(serving.New(serving.Default(), servingtest.Toy(f, "price"), io.Discard))(f)
	routes := all(f, s)
	paths := []string{"/predict", "/invocations", "/v2/models/model/infer", "/explain", "/whatif"}
	types := []string{"application/json", "text/csv"}
	seeds := []string{
		servingtest.ToyRow, "[" + servingtest.ToyRow + "]", servingtest.With("size", "1e999"), servingtest.With("more", `{"a":[NaN]}`), `{"\u0000":1}`, servingtest.TensorsOfTwoRows,
		servingtest.ToyHeader + "80,3,bern,,,\n\"x", strings.Replace(servingtest.TensorsOfTwoRows, "OUTPUTS", "[]", 1), "[[[[[[", `{"a":"\ud800"}`,
	}
	seeds = append(seeds, `{"inputs":[{"name":"size","datatype":"INT8","shape":[2],"parameters":{"binary_data_size":2}}]}`+"\x01\x02")
	for _, rest := range []string{`"size"}`, `"city","values":["bern",null,3]}`, `"rooms","values":[1,1e308,-1]}`, `"note"}`} {
		seeds = append(seeds, `{"row":`+servingtest.ToyRow+`,"column":`+rest)
	}
	seeds = slices.AppendSeq(seeds, maps.Values(servingtest.InvocationsOfTwoRows))
	for _, seed := range seeds {
		for k := range uint8(15) {
			f.Add(k, seed)
		}
	}
	f.Fuzz(func(t *testing.T, k uint8, body string) {
		r := httptest.NewRequest(http.MethodPost, paths[k%5], strings.NewReader(body))
		if r.Header.Set("Content-Type", types[k/5%2]); k > 9 {
			head := strings.LastIndexByte(body, '}') + 1 // tensors follow
			r.Header.Set("Content-Type", types[0])
			r.Header.Set("Inference-Header-Content-Length", strconv.Itoa(head))
		}
		w := httptest.NewRecorder()
		aborted := false
		func() {
			defer func() {
				if v := recover(); v != nil {
					require.Equal(t, http.ErrAbortHandler, v)
					aborted = true // a stream that was cut short
				}
			}()
			routes.ServeHTTP(w, r)
		}()
		if aborted {
			return
		}
		require.Less(t, w.Code, 500, w.Body.String())
		if w.Code == http.StatusOK && w.Header().Get("Content-Type") != "application/json" {
			return
		}
		require.True(t, json.Valid(w.Body.Bytes()), "%q", w.Body.String())
		if w.Code != http.StatusOK {
			p := must.JSON[wire.Problem](t, w.Body.Bytes())
			require.Equal(t, w.Code, p.Status)
			require.Equal(t, "application/problem+json", w.Header().Get("Content-Type"))
			for _, e := range p.Errors {
				require.NotEmpty(t, e.Pointer)
				require.NotEmpty(t, e.Detail)
			}
		}
	})
}

// Pages and probes need no key, and the document says what does.
func TestWhatNeedsNoKey(t *testing.T) {
	path := servingtest.InRunDir("keys_of_all")
	require.NoError(t, os.WriteFile(path, []byte("alice 0123456789abcdef\n"), 0o600))
	settings := serving.Default()
	settings.APIKeys = path
	_, url := start(t, servingtest.Toy(t, "price"), settings)
	for path, want := range map[string]int{"/": 200, "/docs": 200, "/openapi.json": 200, "/readyz": 200, "/ping": 200, "/metrics": 401} {
		status, _ := servingtest.Get(t, url+path)
		assert.Equal(t, want, status, path)
	}
	_, document := servingtest.Get(t, url+"/openapi.json")
	assert.Contains(t, document, "securitySchemes")
}
