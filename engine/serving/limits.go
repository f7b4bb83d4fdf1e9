package serving

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gin-gonic/gin"
	"golang.org/x/net/netutil"
	"golang.org/x/time/rate"

	"example.com/engine/serving/wire"
)

// limits bound what all requests together may take.
type limits struct {
	Limits
	slots   chan struct{} // as many as predictions may be computed at once
	waiting atomic.Int64  // work that has no slot yet
	pace    atomic.Int64  // nanoseconds for paceWork, about the median; 0 is not known yet
	streams chan struct{}
	memory  atomic.Int64 // taken by bodies
	clients clients
}

// paceWork is the unit of work of the pace.
const paceWork = 1000

func newLimits(l Limits) *limits {
	return &limits{
		Limits:  l,
		slots:   make(chan struct{}, l.Concurrency),
		streams: make(chan struct{}, l.Streams),
		clients: clients{rate: rate.Limit(l.Rate), burst: l.Burst, known: map[string]*rate.Limiter{}},
	}
}

// busy is the problem of a server that has more to do than it can.
func busy() *wire.Problem {
	p := wire.NewProblem(http.StatusServiceUnavailable, "the server has more to do than it can: send the request again later")
	p.RetryAfter = 1
	return p
}

// workOf is about how long a request of so many bytes takes to compute, in units
// that leave learns the time of: for all but the rows as long as for 1000 bytes.
func workOf(bytes int) int64 { return int64(bytes) + 1000 }

// enter waits for the turn to compute of a request of so many bytes; leave ends
// it, and is told when it began. Who would wait too long, by what waits already
// and by how long the last ones took, is refused at once: an overload is then
// answered without a crowd of requests that take memory and wait in vain.
func (l *limits) enter(ctx context.Context, bytes int) *wire.Problem {
	work := workOf(bytes)
	select {
	case l.slots <- struct{}{}:
		return nil
	default:
	}
	before := l.waiting.Add(work) - work
	defer l.waiting.Add(-work)
	if float64(before)*float64(l.pace.Load()) > float64(l.Wait)*float64(cap(l.slots)*paceWork) {
		return busy()
	}
	timer := time.NewTimer(l.Wait)
	defer timer.Stop()
	select {
	case l.slots <- struct{}{}:
		return nil
	case <-timer.C:
	case <-ctx.Done():
	}
	return busy()
}

func (l *limits) leave(began time.Time, bytes int) {
	<-l.slots
	seen := int64(time.Since(began)) * paceWork / workOf(bytes)
	// By steps up and down it follows the median: a stall of the machine does
	// not keep anybody out. 64 of them change it by a factor of e.
	switch pace := l.pace.Load(); {
	case pace == 0:
		l.pace.Store(seen)
	case seen > pace:
		l.pace.Add(pace/64 + 1)
	default:
		l.pace.Add(-pace / 64)
	}
}

// openStream takes one of the streams, until closeStream, if there is one.
func (l *limits) openStream() bool {
	select {
	case l.streams <- struct{}{}:
		return true
	default:
		return false
	}
}

func (l *limits) closeStream() { <-l.streams }

// reserve takes n bytes of memory for a body, if there are so many.
func (l *limits) reserve(n int64) bool {
	if l.memory.Add(n) > l.MemoryBytes {
		l.memory.Add(-n)
		return false
	}
	return true
}

func (l *limits) free(n int64) { l.memory.Add(-n) }

// clients hold the rate of each client.
type clients struct {
	rate  rate.Limit
	burst int
	mu    sync.Mutex
	known map[string]*rate.Limiter
}

// maxClients is how many clients are told apart. When there are more, those
// that have not been asking are forgotten.
const maxClients = 10_000

// allow tells whether the client may send a request now.
func (c *clients) allow(name string) bool {
	if c.rate == 0 {
		return true
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	l, ok := c.known[name]
	if !ok {
		if len(c.known) >= maxClients {
			c.forget()
		}
		l = rate.NewLimiter(c.rate, c.burst)
		c.known[name] = l
	}
	return l.Allow()
}

// forget drops the clients that may send a whole burst again, or all if there
// is none: then a client gets its burst anew, which is the lesser evil.
func (c *clients) forget() {
	for name, l := range c.known {
		if l.Tokens() >= float64(c.burst) {
			delete(c.known, name)
		}
	}
	if len(c.known) >= maxClients {
		clear(c.known)
	}
}

// listener makes l accept no more connections than allowed at a time; others wait to
// be accepted.
func (l *limits) listener(of net.Listener) net.Listener {
	return netutil.LimitListener(of, l.Connections)
}

// dialect adds to the problems of some paths what the clients of a protocol look for.
type dialect struct {
	path string // a path, or with a slash at its end all below it
	tell func(*wire.Problem)
}

// Dialect has tell called for each problem at a path, or below it if it
// ends with a slash.
func (s *Server) Dialect(path string, tell func(*wire.Problem)) {
	s.dialects = append(s.dialects, dialect{path, tell})
}

// Refuse answers with the problem, and ends the request.
func (s *Server) Refuse(c *gin.Context, p *wire.Problem) {
	n := notesOf(c)
	p.Request, n.problem = n.id, p.Detail
	for _, d := range s.dialects {
		if path := c.Request.URL.Path; path == d.path || strings.HasSuffix(d.path, "/") && strings.HasPrefix(path, d.path) {
			d.tell(p)
		}
	}
	if p.RetryAfter > 0 {
		c.Header("Retry-After", strconv.Itoa(p.RetryAfter))
	}
	data, err := json.Marshal(p)
	if err != nil {
		panic("serving: " + err.Error())
	}
	c.Data(p.Status, "application/problem+json", append(data, '\n'))
	c.Abort()
}
