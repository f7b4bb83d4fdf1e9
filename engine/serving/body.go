package serving

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"example.com/engine/serving/wire"
)

// buffers are used again for bodies and answers, small ones: what a request
// takes of the memory for bodies must not hang on what the one before sent.
var buffers = sync.Pool{New: func() any { return new([]byte) }}

func giveBack(buf *[]byte) {
	if cap(*buf) <= 2*smallBody {
		buffers.Put(buf)
	}
}

// MediaType is the type of the request's body, without parameters.
func MediaType(c *gin.Context) string {
	sent := c.GetHeader("Content-Type")
	if sent == "application/json" {
		return sent
	}
	kind, _, err := mime.ParseMediaType(sent)
	if err != nil {
		return ""
	}
	return kind
}

// requireType tells in a problem that the body is not of one of the types, ""
// for none said, or that it is encoded.
func requireType(c *gin.Context, types ...string) *wire.Problem {
	sent := c.GetHeader("Content-Type")
	kind := MediaType(c)
	if !slices.Contains(types, kind) || kind == "" && sent != "" {
		types = slices.DeleteFunc(slices.Clone(types), func(t string) bool { return t == "" })
		c.Header("Accept-Post", strings.Join(types, ", "))
		return wire.NewProblem(http.StatusUnsupportedMediaType, "the content type is %q, not %s", sent, strings.Join(types, " or "))
	}
	if encoding := c.GetHeader("Content-Encoding"); encoding != "" && encoding != "identity" {
		return wire.NewProblem(http.StatusUnsupportedMediaType, "the content encoding is %q: send it without one", encoding)
	}
	if !strings.Contains(sent, ";") {
		return nil
	}
	_, parameters, _ := mime.ParseMediaType(sent) // mediaType has parsed it
	if charset := strings.ToLower(parameters["charset"]); charset != "" && charset != "utf-8" && charset != "us-ascii" {
		return wire.NewProblem(http.StatusUnsupportedMediaType, "the charset is %q, not utf-8", charset)
	}
	return nil
}

// body is what a client sent, in memory that is reserved among the limits.
type body struct {
	data     []byte
	buf      *[]byte
	limits   *limits
	reserved int64
}

// read returns the body, which is within the limits. Whatever it
// returns is to be closed.
func (l *limits) read(c *gin.Context) (*body, *wire.Problem) {
	b := &body{buf: buffers.Get().(*[]byte), limits: l}
	b.data = (*b.buf)[:0]
	declared := c.Request.ContentLength
	if declared > l.BodyBytes {
		return b, tooLarge(c, l.BodyBytes)
	}
	if p := b.grow(c, int(min(max(declared, 0), smallBody))+1); p != nil {
		return b, p
	}
	from := io.LimitReader(c.Request.Body, l.BodyBytes+1)
	for {
		n, err := from.Read(b.data[len(b.data):cap(b.data)])
		b.data = b.data[:len(b.data)+n]
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return b, broken(c, err)
		}
		if len(b.data) < cap(b.data) {
			continue
		}
		if p := b.grow(c, len(b.data)); p != nil {
			return b, p
		}
	}
	if int64(len(b.data)) > l.BodyBytes {
		return b, tooLarge(c, l.BodyBytes)
	}
	return b, nil
}

// smallBody is the size up to which memory is taken at once for a body, as
// its length is told. For what goes beyond, the client has to send it first.
const smallBody = 64 << 10

// grow makes room for n bytes more.
func (b *body) grow(c *gin.Context, n int) *wire.Problem {
	b.data = slices.Grow(b.data, n)
	if more := int64(cap(b.data)) - b.reserved; more > 0 {
		if !b.limits.reserve(more) {
			c.Header("Connection", "close")
			return busy()
		}
		b.reserved += more
	}
	return nil
}

func (b *body) close() {
	b.limits.free(b.reserved)
	*b.buf = b.data
	giveBack(b.buf)
}

func tooLarge(c *gin.Context, limit int64) *wire.Problem {
	c.Header("Connection", "close") // what is left of the body is not read
	return wire.NewProblem(http.StatusRequestEntityTooLarge, "the body is larger than %d bytes: send it in several requests, or as text/csv", limit)
}

// broken is the problem of a body that did not arrive.
func broken(c *gin.Context, err error) *wire.Problem {
	c.Header("Connection", "close")
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return wire.NewProblem(http.StatusRequestTimeout, "the body did not arrive in time")
	}
	return wire.NewProblem(http.StatusBadRequest, "the body ends before it is complete")
}

func validPrefix(b []byte) int {
	n := 0
	for n < len(b) {
		r, size := utf8.DecodeRune(b[n:])
		if r == utf8.RuneError && size <= 1 {
			break
		}
		n += size
	}
	return n
}
