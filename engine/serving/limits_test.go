package serving

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/must"
	"example.com/engine/serving/servingtest"
	"example.com/engine/serving/wire"
)

// listening runs a server with its timeouts, as main does, and returns its
// address and what stops it.
func listening(t *testing.T, s *Server) (address string, stop func() error) {
	t.Helper()
	l := must.Get(net.Listen("tcp", "127.0.0.1:0"))(t)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx, s.limits.listener(l), s.routes()) }()
	stop = sync.OnceValue(func() error { cancel(); return <-done })
	t.Cleanup(func() { _ = stop() })
	return l.Addr().String(), stop
}

func newTestServer(t *testing.T, settings Settings, w io.Writer) *Server {
	t.Helper()
	return must.Get(New(settings, servingtest.Toy(t, "price"), w))(t)
}

// A request that finds no place to compute in waits, and is told to come
// again if none gets free.
func TestBusy(t *testing.T) {
	settings := Default()
	settings.Limits.Concurrency, settings.Limits.Wait = 1, 50*time.Millisecond
	s, url := startServer(t, servingtest.Toy(t, "price"), settings)
	require.Nil(t, s.limits.enter(context.Background(), 100))
	r, err := http.Post(url+"/predict", "application/json", strings.NewReader(servingtest.ToyRow))
	require.NoError(t, err)
	defer r.Body.Close()
	assert.Equal(t, http.StatusServiceUnavailable, r.StatusCode)
	assert.Equal(t, "1", r.Header.Get("Retry-After"))

	settings.Limits.Wait = time.Minute
	s, url = startServer(t, servingtest.Toy(t, "price"), settings)
	require.Nil(t, s.limits.enter(context.Background(), 100))
	time.AfterFunc(10*time.Millisecond, func() { s.limits.leave(time.Now(), 0) })
	status, _ := servingtest.Post(t, url+"/predict", "application/json", servingtest.ToyRow)
	assert.Equal(t, http.StatusOK, status, "waits for its turn")
}

// Who can't hope for a turn in time is not kept waiting, by what the requests
// before took and what waits.
func TestBusyForLong(t *testing.T) {
	l := newLimits(Limits{Concurrency: 1, Streams: 1, Wait: time.Hour})
	for range 500 {
		l.slots <- struct{}{}
		l.leave(time.Now().Add(-30*time.Minute), 1000)
	}
	enter := func(bytes int) *wire.Problem { return l.enter(context.Background(), bytes) }
	require.Nil(t, enter(1000), "there is a slot")
	turn := make(chan *wire.Problem)
	wait := func(bytes int) {
		t.Helper()
		before := l.waiting.Load()
		go func() { turn <- enter(bytes) }()
		require.Eventually(t, func() bool { return l.waiting.Load() > before }, time.Minute, time.Millisecond)
	}
	wait(5000)
	require.NotNil(t, enter(0), "refused without an hour's wait: the one before takes longer than that")
	l.leave(time.Now(), 0)
	require.Nil(t, <-turn, "the one before has its turn")
	wait(0)
	wait(5000)
	for range 2 {
		l.leave(time.Now(), 0)
		require.Nil(t, <-turn, "a short one lets the next one wait")
	}
	for range 1000 { // quick ones
		l.leave(time.Now(), 0)
		require.Nil(t, enter(1000))
	}
	wait(5000)
	wait(0)
	for range 2 {
		l.leave(time.Now(), 0)
		require.Nil(t, <-turn, "all are quick now")
	}
}

// Bodies take no more memory together than allowed, and give it back.
func TestMemoryOfBodies(t *testing.T) {
	settings := Default()
	settings.Limits.BodyBytes, settings.Limits.MemoryBytes = 1<<20, 1<<20
	s, url := startServer(t, servingtest.Toy(t, "price"), settings)
	require.True(t, s.limits.reserve(900_000))
	list := "[" + strings.Repeat(servingtest.ToyRow+",", 2000) + servingtest.ToyRow + "]"
	status, _ := servingtest.Post(t, url+"/predict", "application/json", list)
	assert.Equal(t, http.StatusServiceUnavailable, status)
	status, _ = servingtest.Post(t, url+"/predict", "application/json", servingtest.ToyRow)
	assert.Equal(t, http.StatusOK, status, "a small one has room")
	s.limits.free(900_000)
	status, _ = servingtest.Post(t, url+"/predict", "application/json", list)
	assert.Equal(t, http.StatusOK, status)
	assert.Zero(t, s.limits.memory.Load())
}

func TestRate(t *testing.T) {
	settings := Default()
	settings.Limits.Rate, settings.Limits.Burst = 0.001, 3
	_, url := startServer(t, servingtest.Toy(t, "price"), settings)
	statuses := map[int]int{}
	for range 5 {
		status, _ := servingtest.Post(t, url+"/predict", "application/json", servingtest.ToyRow)
		statuses[status]++
	}
	assert.Equal(t, map[int]int{http.StatusOK: 3, http.StatusTooManyRequests: 2}, statuses)
	status, _ := servingtest.Get(t, url+"/readyz")
	assert.Equal(t, http.StatusOK, status, "probes have no rate")
}

func TestManyClientsAreForgotten(t *testing.T) {
	c := newLimits(Limits{Rate: 1, Burst: 2, Concurrency: 1, Streams: 1}).clients.known
	assert.Empty(t, c)
	l := newLimits(Limits{Rate: 1e-9, Burst: 1, Concurrency: 1, Streams: 1})
	for i := range maxClients + 10 {
		assert.True(t, l.clients.allow(fmt.Sprint(i)))
	}
	assert.LessOrEqual(t, len(l.clients.known), maxClients)
}

// A sender that is too slow is told so, and does not keep others out.
func TestSlowSender(t *testing.T) {
	settings := Default()
	settings.Limits.Concurrency = 1
	settings.Time.Header, settings.Time.Read = 500*time.Millisecond, time.Second // long enough for the quick one on a busy machine
	address, _ := listening(t, newTestServer(t, settings, io.Discard))
	conn := must.Get(net.Dial("tcp", address))(t)
	defer conn.Close()
	_, err := fmt.Fprintf(conn, "POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{")
	require.NoError(t, err)
	status, _ := servingtest.Post(t, "http://"+address+"/predict", "application/json", servingtest.ToyRow)
	assert.Equal(t, http.StatusOK, status, "answered while the other one still sends")
	r, err := http.ReadResponse(bufio.NewReader(conn), nil)
	require.NoError(t, err)
	r.Body.Close()
	assert.Equal(t, http.StatusRequestTimeout, r.StatusCode)

	idle := must.Get(net.Dial("tcp", address))(t)
	defer idle.Close()
	must.Get(io.WriteString(idle, "POST /pre"))(t)
	require.NoError(t, idle.SetReadDeadline(time.Now().Add(time.Minute)))
	_, err = io.ReadAll(idle)
	assert.NoError(t, err, "closed by the server")
}

// A body that is too large is refused before it is sent.
func TestLargeBodyIsNotWaitedFor(t *testing.T) {
	address, _ := listening(t, newTestServer(t, Default(), io.Discard))
	conn := must.Get(net.Dial("tcp", address))(t)
	defer conn.Close()
	_, err := fmt.Fprintf(conn, "POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 999999999\r\n\r\n")
	require.NoError(t, err)
	require.NoError(t, conn.SetReadDeadline(time.Now().Add(time.Minute)))
	r, err := http.ReadResponse(bufio.NewReader(conn), nil)
	require.NoError(t, err)
	r.Body.Close()
	assert.Equal(t, http.StatusRequestEntityTooLarge, r.StatusCode)
	assert.True(t, r.Close)
}

func TestConnectionsAreLimited(t *testing.T) {
	settings := Default()
	settings.Limits.Connections = 2
	s := newTestServer(t, settings, io.Discard)
	l := must.Get(net.Listen("tcp", "127.0.0.1:0"))(t)
	defer l.Close()
	limited := s.limits.listener(l)
	var accepted atomic.Int32
	conns := make(chan net.Conn, 10)
	go func() {
		for {
			c, err := limited.Accept()
			if err != nil {
				return
			}
			accepted.Add(1)
			conns <- c
		}
	}()
	for range 3 {
		c := must.Get(net.Dial("tcp", l.Addr().String()))(t)
		defer c.Close()
	}
	require.Eventually(t, func() bool { return accepted.Load() == 2 }, time.Minute, time.Millisecond)
	time.Sleep(20 * time.Millisecond)
	assert.EqualValues(t, 2, accepted.Load())
	first := <-conns
	require.NoError(t, first.Close())
	_ = first.Close() // a second time frees nothing
	require.Eventually(t, func() bool { return accepted.Load() == 3 }, time.Minute, time.Millisecond)
}

func TestAPIKeys(t *testing.T) {
	path := servingtest.InRunDir("keys")
	write(t, path, "# clients\n\nalice 0123456789abcdef\nbob fedcba9876543210\n")
	settings := Default()
	settings.APIKeys = path
	s, url := startServer(t, servingtest.Toy(t, "price"), settings)
	ask := func(name, value string) int {
		r := must.Get(http.NewRequest(http.MethodPost, url+"/predict", strings.NewReader(servingtest.ToyRow)))(t)
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set(name, value)
		a, err := http.DefaultClient.Do(r)
		require.NoError(t, err)
		a.Body.Close()
		return a.StatusCode
	}
	assert.Equal(t, 401, ask("X-Other", "0123456789abcdef"))
	assert.Equal(t, 401, ask("X-API-Key", "0123456789abcdeX"))
	assert.Equal(t, 401, ask("X-API-Key", ""))
	assert.Equal(t, 401, ask("Authorization", "Basic 0123456789abcdef"))
	assert.Equal(t, 200, ask("X-API-Key", "0123456789abcdef"))
	assert.Equal(t, 200, ask("Authorization", "bearer fedcba9876543210"))
	for path, want := range map[string]int{"/readyz": 200, "/metrics": 401} {
		status, _ := servingtest.Get(t, url+path)
		assert.Equal(t, want, status, path)
	}

	write(t, path, "alice short\n")
	assert.ErrorContains(t, s.keys.load(), "keys:1: the key of alice is shorter than 16")
	assert.Equal(t, 200, ask("X-API-Key", "0123456789abcdef"), "those before go on")
	for bad, want := range map[string]string{"": "holds none", "a b c\n": ":1: a line is a name and a key"} {
		write(t, path, bad)
		assert.ErrorContains(t, s.keys.load(), want)
	}
	write(t, path, "carol 0123456789abcdeX\n")
	s.renew(nil)
	assert.Equal(t, 401, ask("X-API-Key", "0123456789abcdef"))
	assert.Equal(t, 200, ask("X-API-Key", "0123456789abcdeX"))
}
