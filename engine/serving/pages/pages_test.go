package pages

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/must"
	"example.com/engine/serving"
	"example.com/engine/serving/mlflow"
	"example.com/engine/serving/servingtest"
	v2 "example.com/engine/serving/v2"
)

// A page loads nothing from elsewhere, and its policy lets just its own style
// and script pass.
func TestPages(t *testing.T) {
	settings := serving.Default()
	settings.Name = `<b>"toy"</b>`
	_, url := startServer(t, servingtest.Toy(t, "price"), settings)
	for _, path := range []string{"/", "/docs"} {
		r, err := http.Get(url + path)
		require.NoError(t, err)
		data := must.Get(io.ReadAll(r.Body))(t)
		r.Body.Close()
		text := string(data)
		assert.Equal(t, "text/html; charset=utf-8", r.Header.Get("Content-Type"))
		assert.NotContains(t, text, "{{")
		assert.NotContains(t, text, "<b>", "the name is text")
		elsewhere := regexp.MustCompile(`(?i)(src|href)="?(https?:)?//|@import|url\(`)
		assert.Empty(t, elsewhere.FindString(text))
		assert.Empty(t, regexp.MustCompile(`(?i)<[^>]+ (on\w+|style)=`).FindString(text), "the policy would refuse it")

		policy := r.Header.Get("Content-Security-Policy")
		assert.Contains(t, policy, "default-src 'none'")
		assert.Contains(t, policy, "script-src "+hash(text, "<script>", "</script>")+";")
		assert.Contains(t, policy, "style-src "+hash(text, "<style>", "</style>")+";")
		assert.Equal(t, 1, strings.Count(text, "<script>"))
		assert.Equal(t, 1, strings.Count(text, "<style>"))
	}
}

// The form knows the columns as the schema has them; no text of the schema
// ends the element that it stands in.
func TestFormData(t *testing.T) {
	_, url := startServer(t, servingtest.Toy(t, "kind"), serving.Default())
	_, text := servingtest.Get(t, url+"/")
	_, rest, ok := strings.Cut(text, `<script type="application/json" id="data">`)
	require.True(t, ok)
	data, _, _ := strings.Cut(rest, "</script>")
	assert.NotContains(t, data, "<")
	var f form
	require.NoError(t, json.Unmarshal([]byte(data), &f))
	assert.Equal(t, "kind", f.Target)
	assert.Equal(t, "size", f.Vary)
	assert.Len(t, f.Classes, 3)
	require.Len(t, f.Columns, 6)
	assert.Equal(t, []string{"bern", "ge<n>ève", "a/b~c"}, f.Columns[2].Categories)
	assert.Equal(t, "m²", f.Columns[0].Unit)
	assert.JSONEq(t, `{"size":100,"rooms":1,"city":"bern","built":"2024-01-01","heat":"gas","note":null}`, string(f.Example))
}

func TestMain(m *testing.M) { servingtest.Main(m) }

// startServer runs a server of the model file, and returns it and its address.
func startServer(t testing.TB, path string, settings serving.Settings) (*serving.Server, string) {
	t.Helper()
	s := must.Get(serving.New(settings, path, io.Discard))(t)
	r := gin.New()
	s.Prepare(r)
	s.MountPredictions(r)
	s.MountOperations(r)
	mlflow.Mount(r, s)
	require.NoError(t, v2.Mount(r, s))
	require.NoError(t, Mount(r, s))
	h := httptest.NewServer(r)
	t.Cleanup(h.Close)
	return s, h.URL
}
