package main

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"
)

// problem is a refusal, as RFC 9457 writes it.
type problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail,omitempty"`
	// Errors names everything that is wrong with the request; MoreErrors is
	// how many were found beyond those listed.
	Errors     []fault `json:"errors,omitempty"`
	MoreErrors int     `json:"more_errors,omitempty"`
	// Request is the name that the log knows the request by.
	Request string `json:"request,omitempty"`

	// What the clients of other protocols look for: V2Error is the Open Inference
	// Protocol's, ErrorCode and Message are MLflow's.
	V2Error   string `json:"error,omitempty"`
	ErrorCode string `json:"error_code,omitempty"`
	Message   string `json:"message,omitempty"`

	retryAfter int // seconds; 0 is not to say
}

func (p *problem) Error() string { return p.Title + ": " + p.Detail }

// newProblem returns a problem of the kind that the status says.
func newProblem(status int, format string, args ...any) *problem {
	return &problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: fmt.Sprintf(format, args...)}
}

// invalid is the problem of a request that can be read, but not answered.
func invalid(f faults) *problem {
	detail := "1 value is not as it must be"
	if n := len(f.list) + f.more; n > 1 {
		detail = fmt.Sprintf("%d values are not as they must be", n)
	}
	p := newProblem(http.StatusUnprocessableEntity, "%s", detail)
	p.Errors, p.MoreErrors = f.list, f.more
	return p
}

// unreadable is the problem of a body that reading stopped at.
func unreadable(err error) *problem {
	var many *tooManyRows
	var text *csv.ParseError
	var json *syntaxError
	switch {
	case errors.As(err, &many):
		return newProblem(http.StatusRequestEntityTooLarge, "%v: send them in several requests, or as text/csv to /predict", err)
	case errors.As(err, &json):
		return newProblem(http.StatusBadRequest, "the body is not JSON: %v", json)
	case errors.As(err, &text):
		return newProblem(http.StatusBadRequest, "the body is not CSV: line %d, column %d: %v", text.Line, text.Column, text.Err)
	case errors.Is(err, io.EOF):
		return newProblem(http.StatusBadRequest, "the body is empty: its first line names the columns")
	default:
		panic("serve: " + err.Error())
	}
}

// send answers with the problem.
func (p *problem) send(c *gin.Context) {
	n := notesOf(c)
	p.Request, n.problem = n.id, p.Detail
	switch path := c.Request.URL.Path; {
	case strings.HasPrefix(path, "/v2/"):
		p.V2Error = p.Detail
	case path == "/invocations":
		p.ErrorCode, p.Message = "BAD_REQUEST", p.Detail
	}
	if p.retryAfter > 0 {
		c.Header("Retry-After", strconv.Itoa(p.retryAfter))
	}
	data, err := json.Marshal(p)
	if err != nil {
		panic("serve: " + err.Error())
	}
	c.Data(p.Status, "application/problem+json", append(data, '\n'))
	c.Abort()
}
