package serving

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"example.com/engine/serving/wire"
)

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
