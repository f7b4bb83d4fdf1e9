package pages

import (
	"io"
	"net/http/httptest"
	"testing"

	"github.com/gin-gonic/gin"
	"github.com/stretchr/testify/require"

	"example.com/engine/serving"
	"example.com/engine/serving/mlflow"
	"example.com/engine/serving/servingtest"
	v2 "example.com/engine/serving/v2"
)

func TestMain(m *testing.M) { servingtest.Main(m) }

// startServer runs a server of the model file, and returns it and its address.
func startServer(t testing.TB, path string, settings serving.Settings) (*serving.Server, string) {
	t.Helper()
	s, err := serving.New(settings, path, io.Discard)
	require.NoError(t, err)
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
