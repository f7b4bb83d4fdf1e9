package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

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
}

// newProblem returns a problem of the kind that the status says.
func newProblem(status int, format string, args ...any) *problem {
	return &problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: fmt.Sprintf(format, args...)}
}

// invalid is the problem of a request that can be read, but not answered.
func invalid(f faults) *problem {
	p := newProblem(http.StatusUnprocessableEntity, "%s", count(len(f.list)+f.more, "value is", "values are")+" not as they must be")
	if len(f.list)+f.more == 1 {
		p.Detail = "1 value is not as it must be"
	}
	p.Errors, p.MoreErrors = f.list, f.more
	return p
}

func count(n int, one, many string) string {
	if n == 1 {
		return fmt.Sprintf("%d %s", n, one)
	}
	return fmt.Sprintf("%d %s", n, many)
}

// unreadable is the problem of a body that decoding stopped at.
func unreadable(err error) *problem {
	var many *tooManyRows
	if errors.As(err, &many) {
		return newProblem(http.StatusRequestEntityTooLarge, "%v: send them in several requests, or as text/csv", err)
	}
	return newProblem(http.StatusBadRequest, "the body is not JSON: %v", err)
}

// send answers with the problem.
func (p *problem) send(c *gin.Context) {
	data, err := json.Marshal(p)
	if err != nil {
		panic("serve: " + err.Error())
	}
	c.Data(p.Status, "application/problem+json", append(data, '\n'))
	c.Abort()
}
