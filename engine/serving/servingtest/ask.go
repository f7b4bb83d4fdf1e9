package servingtest

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/engine/must"
)

// Problem is a problem document as a client reads it.
type Problem struct {
	Type, Title, Detail, Request string
	Status                       int
	Errors                       []Fault
	MoreErrors                   int    `json:"more_errors"`
	V2Error                      string `json:"error"`
	ErrorCode                    string `json:"error_code"`
	Message                      string
}

// Fault is one thing that a problem document tells, and one warning of an answer.
type Fault struct {
	Pointer, Detail, Allowed string
	Value                    json.RawMessage
}

// FaultsOf returns the problem that was answered, with its faults by pointer.
func FaultsOf(t testing.TB, body string) (Problem, map[string]Fault) {
	t.Helper()
	var p Problem
	require.NoError(t, json.Unmarshal([]byte(body), &p), body)
	byPointer := map[string]Fault{}
	for _, f := range p.Errors {
		require.NotContains(t, byPointer, f.Pointer, "told twice")
		byPointer[f.Pointer] = f
	}
	return p, byPointer
}

// Ask hands a handler a body as JSON, or asks with GET if it is empty, and returns the
// body of the answer.
func Ask(h http.Handler, path, body string) []byte {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	if body != "" {
		r = httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
	}
	answer := httptest.NewRecorder()
	h.ServeHTTP(answer, r)
	return answer.Body.Bytes()
}

// Serve runs a server until the test ends, and returns its address.
func Serve(t testing.TB, h http.Handler) string {
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

// Post sends a body and returns the answer.
func Post(t testing.TB, url, contentType, body string) (int, string) {
	t.Helper()
	r, err := http.Post(url, contentType, strings.NewReader(body))
	require.NoError(t, err)
	defer r.Body.Close()
	data := must.Get(io.ReadAll(r.Body))(t)
	return r.StatusCode, string(data)
}

// Answer sends a body as JSON and returns what the server answers, with status 200.
func Answer[T any](t testing.TB, url, body string) T {
	t.Helper()
	status, answer := Post(t, url, "application/json", body)
	require.Equal(t, http.StatusOK, status, answer)
	return must.JSON[T](t, answer)
}

// Refused sends a body as JSON, which the server must refuse with a fault at a place,
// and returns the problem with that fault.
func Refused(t testing.TB, url, body, pointer, detail string) (Problem, Fault) {
	t.Helper()
	status, answer := Post(t, url, "application/json", body)
	require.Equal(t, http.StatusUnprocessableEntity, status, answer)
	p, faults := FaultsOf(t, answer)
	require.Contains(t, faults, pointer, answer)
	require.Equal(t, detail, faults[pointer].Detail)
	return p, faults[pointer]
}

// Get returns the status and the body.
func Get(t testing.TB, url string) (int, string) {
	t.Helper()
	r, err := http.Get(url)
	require.NoError(t, err)
	defer r.Body.Close()
	body := must.Get(io.ReadAll(r.Body))(t)
	return r.StatusCode, string(body)
}

// Own is what /predict answers for two rows: the other protocols must answer
// the same.
func Own(t *testing.T, url string) []any {
	t.Helper()
	two := "[" + ToyRow + "," + With("size", "33.5", "rooms", "1", "heat", "null", "built", "") + "]"
	a := Answer[struct{ Predictions []struct{ Prediction any } }](t, url+"/predict", two)
	return []any{a.Predictions[0].Prediction, a.Predictions[1].Prediction}
}

// InvocationsOfTwoRows holds the forms of MLflow's scoring protocol, with columns
// in another order and one that is no input.
var InvocationsOfTwoRows = map[string]string{
	"dataframe_split": `{"dataframe_split":{"data":[["gas",3,0,80,"bern","1999-05-31"],[null,1,0,33.5,"bern",null]],
		"index":[0,1],"columns":["heat","rooms","id","size","city","built"]}}`,
	"dataframe_records": `{"params":{"a":1},"dataframe_records":[{"id":0,"size":80,"rooms":3,"city":"bern","built":"1999-05-31","heat":"gas"},
		{"size":33.5,"rooms":1,"city":"bern"}]}`,
	"instances":         `{"instances":[{"size":80,"rooms":3,"city":"bern","built":"1999-05-31","heat":"gas"},{"size":33.5,"rooms":1,"city":"bern"}]}`,
	"inputs":            `{"inputs":{"size":[80,33.5],"rooms":[3,1],"city":["bern","bern"],"built":["1999-05-31",null],"heat":["gas",null],"id":[0,0]}}`,
	"inputs of records": `{"inputs":[{"size":80,"rooms":3,"city":"bern","built":"1999-05-31","heat":"gas"},{"size":33.5,"rooms":1,"city":"bern"}]}`,
	"csv":               "city,id,size,rooms,built,heat\nbern,0,80,3,1999-05-31,gas\nbern,0,33.5,1,,\n",
}

// TensorsOfTwoRows is a request of the Open Inference Protocol for two rows.
const TensorsOfTwoRows = `{"id":"a\"b","outputs":OUTPUTS,"inputs":[
	{"name":"rooms","datatype":"INT64","shape":[2,1],"data":[[3],[1]]},
	{"name":"size","shape":[2],"datatype":"FP64","data":[80,33.5],"parameters":{"content_type":"np"}},
	{"name":"city","shape":[2],"datatype":"BYTES","data":["bern","bern"]},
	{"name":"built","shape":[2],"datatype":"BYTES","data":["1999-05-31",null]},
	{"data":["gas",null],"name":"heat","shape":[2],"datatype":"BYTES"}]}`
