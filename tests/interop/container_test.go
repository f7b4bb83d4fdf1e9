package interop

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var imageName = flag.String("image", "", "container image to run")

// The image is small and runs locked down: no root, no capability, nothing to
// write to. It is ready within a second, answers every test row with the bits that
// evaluate wrote, and stops when it is told to.
func TestContainer(t *testing.T) {
	var image struct {
		Size   int
		Config struct {
			User        string
			Healthcheck struct{ Test []string }
		}
	}
	inspect(t, *imageName, &image)
	assert.LessOrEqual(t, image.Size, 25_000_000, "bytes")
	assert.Equal(t, "65532:65532", image.Config.User)
	assert.Equal(t, []string{"CMD", "/serve", "-healthcheck"}, image.Config.Healthcheck.Test)

	port := freePort(t)
	id := docker(t, "create", "--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges",
		"--health-interval=1s", "--publish", fmt.Sprintf("127.0.0.1:%d:8080", port), *imageName)
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(docker(t, "logs", id))
		}
		docker(t, "rm", "--force", id)
	})
	docker(t, "start", id)
	server := fmt.Sprintf("http://127.0.0.1:%d", port)
	ready := waitReady(t, server)

	t.Run("ready within a second", func(t *testing.T) {
		took := ready.Sub(state(t, id).StartedAt)
		t.Logf("ready after %v", took)
		assert.Less(t, took, time.Second)
	})
	t.Run("every test row as evaluated", func(t *testing.T) { compareTestRows(t, server, *work) })
	t.Run("a planted skew is seen", func(t *testing.T) { seesSkew(t, server, *work) })
	t.Run("a bad row is the client's fault", func(t *testing.T) {
		r, err := http.Post(server+"/predict", "application/json", strings.NewReader(`{"no_such_column": 1}`))
		require.NoError(t, err)
		defer r.Body.Close()
		assert.GreaterOrEqual(t, r.StatusCode, 400)
		assert.Less(t, r.StatusCode, 500)
	})
	t.Run("turns healthy", func(t *testing.T) {
		require.Eventually(t, func() bool { return state(t, id).Health.Status == "healthy" }, 20*time.Second, 200*time.Millisecond)
	})
	t.Run("stops on SIGTERM", func(t *testing.T) {
		docker(t, "stop", "--time=10", id)
		assert.Equal(t, 0, state(t, id).ExitCode)
	})
}

// containerState is what the engine knows of a container.
type containerState struct {
	StartedAt time.Time
	ExitCode  int
	Health    struct{ Status string }
}

func state(t *testing.T, id string) containerState {
	t.Helper()
	var c struct{ State containerState }
	inspect(t, id, &c)
	return c.State
}

// inspect reads what `docker inspect` knows of an image or a container into v.
func inspect(t *testing.T, name string, v any) {
	t.Helper()
	require.NoError(t, json.Unmarshal([]byte(docker(t, "inspect", "--format={{json .}}", name)), v))
}

// docker runs the command and returns what it printed.
func docker(t *testing.T, args ...string) string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	cmd := exec.Command("docker", args...)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	require.NoError(t, cmd.Run(), "docker %s: %s", strings.Join(args, " "), &stderr)
	if args[0] == "logs" {
		return stdout.String() + stderr.String()
	}
	return strings.TrimSpace(stdout.String())
}

// freePort returns a port that nobody listens on.
func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// waitReady asks until the server is ready and returns when it was.
func waitReady(t *testing.T, server string) time.Time {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		r, err := http.Get(server + "/readyz")
		if err != nil {
			continue
		}
		r.Body.Close()
		if r.StatusCode == http.StatusOK {
			return time.Now()
		}
	}
	t.Fatal("the server is not ready after 20 s")
	return time.Time{}
}
