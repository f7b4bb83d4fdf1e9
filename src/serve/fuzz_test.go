package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Whatever is sent, the answer is a prediction or a problem document with a
// status of 4xx: never a 5xx, never a panic.
func FuzzRequests(f *testing.F) {
	s, err := newServer(Default(), toy(f, "price"), io.Discard)
	require.NoError(f, err)
	routes := s.routes()
	paths := []string{"/predict", "/invocations", "/v2/models/model/infer", "/explain", "/whatif"}
	types := []string{"application/json", "text/csv"}
	seeds := []string{
		toyRow, "[" + toyRow + "]", with("size", "1e999"), with("more", `{"a":[NaN]}`), `{"\u0000":1}`, tensorsOfTwoRows,
		toyHeader + "80,3,bern,,,\n\"x", strings.Replace(tensorsOfTwoRows, "OUTPUTS", "[]", 1), "[[[[[[", `{"a":"\ud800"}`,
	}
	seeds = append(seeds, `{"inputs":[{"name":"size","datatype":"INT8","shape":[2],"parameters":{"binary_data_size":2}}]}`+"\x01\x02")
	for _, rest := range []string{`"size"}`, `"city","values":["bern",null,3]}`, `"rooms","values":[1,1e308,-1]}`, `"note"}`} {
		seeds = append(seeds, `{"row":`+toyRow+`,"column":`+rest)
	}
	for _, body := range invocationsOfTwoRows {
		seeds = append(seeds, body)
	}
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
			r.Header.Set(jsonLength, strconv.Itoa(head))
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
			var p problem
			require.NoError(t, json.Unmarshal(w.Body.Bytes(), &p))
			require.Equal(t, w.Code, p.Status)
			require.Equal(t, "application/problem+json", w.Header().Get("Content-Type"))
			for _, e := range p.Errors {
				require.NotEmpty(t, e.Pointer)
				require.NotEmpty(t, e.Detail)
			}
		}
	})
}
