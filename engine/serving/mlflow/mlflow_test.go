package mlflow

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/serving"
	"example.com/engine/serving/servingtest"
)

func TestInvocations(t *testing.T) {
	for _, target := range []string{"price", "kind"} {
		_, url := startServer(t, servingtest.Toy(t, target), serving.Default())
		want := servingtest.Own(t, url)
		for form, body := range servingtest.InvocationsOfTwoRows {
			contentType := "application/json"
			if form == "csv" {
				contentType = "text/csv"
			}
			status, answer := servingtest.Post(t, url+"/invocations", contentType, body)
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
	_, url := startServer(t, servingtest.Toy(t, "price"), serving.Default())
	row := `{"instances":[{"size":80,"rooms":%s,"city":"bern","built":"1999-05-31","heat":%s,"note":"by the river"}]}`
	status, want := servingtest.Post(t, url+"/invocations", "application/json", fmt.Sprintf(row, "3", "null"))
	require.Equal(t, http.StatusOK, status, want)
	status, got := servingtest.Post(t, url+"/invocations", "application/json", fmt.Sprintf(row, "3", "NaN"))
	require.Equal(t, http.StatusOK, status, got)
	assert.Equal(t, want, got)

	for _, values := range [][2]any{{"NaN", "null"}, {"3", "Infinity"}, {"3", "-NaN"}, {"3", "NaNs"}} {
		body := fmt.Sprintf(row, values[0], values[1])
		status, got := servingtest.Post(t, url+"/invocations", "application/json", body)
		assert.True(t, status == http.StatusBadRequest || status == http.StatusUnprocessableEntity, "%s: %d %s", body, status, got)
	}
	status, got = servingtest.Post(t, url+"/predict", "application/json", strings.Replace(servingtest.ToyRow, `"gas"`, "NaN", 1))
	assert.Equal(t, http.StatusUnprocessableEntity, status, got)
}

func TestBadInvocations(t *testing.T) {
	_, url := startServer(t, servingtest.Toy(t, "price"), serving.Default())
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
			p, _ := servingtest.Refused(t, url+"/invocations", c.body, c.pointer, c.detail)
			assert.Equal(t, "BAD_REQUEST", p.ErrorCode, "as MLflow's clients expect")
			assert.Equal(t, p.Detail, p.Message)
		})
	}
	for _, path := range []string{"/ping", "/health", "/version"} {
		status, _ := servingtest.Get(t, url+path)
		assert.Equal(t, http.StatusOK, status, path)
	}
	status, _ := servingtest.Post(t, url+"/invocations", "text/plain", "")
	assert.Equal(t, http.StatusUnsupportedMediaType, status)
}

func TestMain(m *testing.M) { servingtest.Main(m) }

// startServer runs a server of the model file, and returns it and its address.
func startServer(t testing.TB, path string, settings serving.Settings) (*serving.Server, string) {
	t.Helper()
	s, err := serving.New(settings, path, io.Discard)
	require.NoError(t, err)
	r := gin.New()
	s.Prepare(r)
	s.MountPredictions(r)
	Mount(r, s)
	return s, servingtest.Serve(t, r)
}
