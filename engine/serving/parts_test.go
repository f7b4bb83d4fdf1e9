package serving

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/serving/servingtest"
	"example.com/engine/serving/wire"
)

// inOne answers a request for /predict without cutting it.
func inOne(s *Server, body string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	c, _ := gin.CreateTestContext(w)
	c.Request = httptest.NewRequest(http.MethodPost, "/predict", strings.NewReader(body))
	c.Request.Header.Set("Content-Type", "application/json")
	c.Set(notesKey, &notes{id: "whole"})
	s.Answer(c, Request{
		Types:  []string{"application/json"},
		Decode: func(_ *Champion, d *wire.Decoder) error { _, err := d.Document(); return err },
		Write:  func(w *Writer) { w.list() },
	})
	return w
}

// longList is a list that is cut into parts, with warnings in all of them and
// with texts in which the end of a row seems to be.
func longList(rows int) []string {
	list := make([]string, rows)
	for i := range list {
		row := servingtest.With("size", fmt.Sprint(20+i%500))
		switch {
		case i%7 == 0:
			row = servingtest.With("city", `"nowhere"`)
		case i%11 == 0:
			row = servingtest.With("note", `"},{ \" }\n,\n{"`)
		}
		list[i] = row
	}
	return list
}

func TestLongListIsAnsweredInParts(t *testing.T) {
	settings := Default()
	settings.Predictions.Folder = filepath.Join(t.TempDir(), "predictions")
	settings.Predictions.QueueRows = 1 << 20
	s, err := New(settings, servingtest.Toy(t, "price"), io.Discard)
	require.NoError(t, err)
	const rows = 20_000
	for _, space := range []string{"", "\n  "} {
		body := space + "[" + space + strings.Join(longList(rows), space+","+space) + space + "]" + space
		require.Greater(t, len(cut([]byte(body))), 10)
		whole := inOne(s, body)
		require.Equal(t, http.StatusOK, whole.Code)

		w := httptest.NewRecorder()
		r := httptest.NewRequest(http.MethodPost, "/predict", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		s.routes().ServeHTTP(w, r)
		require.Equal(t, http.StatusOK, w.Code)
		assert.True(t, w.Body.String() == whole.Body.String(), "cut and whole differ")
	}
	require.NoError(t, s.recorder.close(t.Context()))
	kept := recorded(t, settings.Predictions.Folder)
	require.Len(t, kept, 4*rows)
	for i, record := range kept {
		require.Equal(t, i%rows, record.Row)
		require.Equal(t, kept[i%rows].Prediction, record.Prediction)
	}
}

// Whatever is wrong, a list is read as a whole, which can tell where.
func TestLongListWithFaults(t *testing.T) {
	settings := Default()
	settings.Limits.Rows, settings.Strict = 20_000, true
	s, err := New(settings, servingtest.Toy(t, "price"), io.Discard)
	require.NoError(t, err)
	list := longList(12_000)
	for i := range list {
		if strings.Contains(list[i], "nowhere") {
			list[i] = servingtest.ToyRow
		}
	}
	check := func(name string, change func(list []string) string) {
		t.Helper()
		body := change(append([]string(nil), list...))
		require.NotEmpty(t, cut([]byte(body)), name)
		var out []byte
		assert.False(t, s.predictParts(&out, &notes{}, s.champion.Load(), []byte(body)), name)
		assert.Empty(t, out, name)
		assert.GreaterOrEqual(t, inOne(s, body).Code, 400, name)
	}
	join := func(list []string) string { return "[" + strings.Join(list, ",") + "]" }
	replace := func(i int, row string) func([]string) string {
		return func(list []string) string { list[i] = row; return join(list) }
	}
	check("a wrong type", replace(11_000, servingtest.With("size", `"big"`)))
	check("a value that is not allowed", replace(11_000, servingtest.With("size", "-5")))
	check("a key twice", replace(3, `{"size":1,"size":2}`))
	check("no object", replace(9000, "[1]"))
	check("an object in a list in a row", replace(9000, servingtest.With("note", `[{"a":1},{"b":2}]`)))
	check("two commas", replace(11_000, ""))
	check("a comma at the end", replace(11_999, ""))
	check("too many rows", func(list []string) string { return join(append(list, list...)) })
	check("no end of a text", replace(11_999, `{"note": "`))
	check("a list after the list", func(list []string) string { return join(list[:6000]) + "," + join(list[6000:]) })
}

// A fault of the program in one part is one of the request.
func TestPartPanics(t *testing.T) {
	parts := []*part{{}, {}, {}}
	assert.False(t, each(parts, func(p *part) bool { return p != parts[1] || p.frame.Rows > 0 }))
	assert.True(t, each(parts, func(*part) bool { return true }))
}
