package main

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
)

// buffers are used again for bodies and answers.
var buffers = sync.Pool{New: func() any { return new([]byte) }}

// keepBytes is the size up to which a buffer is kept for the next request.
const keepBytes = 1 << 20

func giveBack(buf *[]byte) {
	if cap(*buf) <= keepBytes {
		buffers.Put(buf)
	}
}

// requireType tells in a problem that the body is not of one of the types.
func requireType(c *gin.Context, types ...string) *problem {
	sent := c.GetHeader("Content-Type")
	if slices.Contains(types, sent) && c.GetHeader("Content-Encoding") == "" {
		return nil
	}
	kind, parameters, err := mime.ParseMediaType(sent)
	charset := strings.ToLower(parameters["charset"])
	switch encoding := c.GetHeader("Content-Encoding"); {
	case err != nil || !slices.Contains(types, kind):
		return newProblem(http.StatusUnsupportedMediaType, "the content type is %q, not %s", sent, strings.Join(types, " or "))
	case charset != "" && charset != "utf-8" && charset != "us-ascii":
		return newProblem(http.StatusUnsupportedMediaType, "the charset is %q, not utf-8", charset)
	case encoding != "" && encoding != "identity":
		return newProblem(http.StatusUnsupportedMediaType, "the content encoding is %q: send it without one", encoding)
	}
	return nil
}

// read appends the body, which is UTF-8 and at most limit bytes, to buf.
func read(c *gin.Context, buf []byte, limit int64) ([]byte, *problem) {
	if c.Request.ContentLength > limit {
		return buf, tooLarge(c, limit)
	}
	buf = slices.Grow(buf, int(min(max(c.Request.ContentLength, 0)+1, keepBytes)))
	body := io.LimitReader(c.Request.Body, limit+1)
	for {
		n, err := body.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return buf, broken(c, err)
		}
		if len(buf) == cap(buf) {
			buf = slices.Grow(buf, len(buf))
		}
	}
	if int64(len(buf)) > limit {
		return buf, tooLarge(c, limit)
	}
	if !utf8.Valid(buf) {
		return buf, newProblem(http.StatusBadRequest, "the body is not UTF-8 from byte %d on", validPrefix(buf)+1)
	}
	return buf, nil
}

func tooLarge(c *gin.Context, limit int64) *problem {
	c.Header("Connection", "close") // what is left of the body is not read
	return newProblem(http.StatusRequestEntityTooLarge, "the body is larger than %d bytes: send it in several requests, or as text/csv", limit)
}

// broken is the problem of a body that did not arrive.
func broken(c *gin.Context, err error) *problem {
	c.Header("Connection", "close")
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return newProblem(http.StatusRequestTimeout, "the body did not arrive in time")
	}
	return newProblem(http.StatusBadRequest, "the body ends before it is complete")
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
