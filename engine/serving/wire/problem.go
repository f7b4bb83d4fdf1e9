package wire

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"net/http"
)

// Problem is a refusal, as RFC 9457 writes it.
type Problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail,omitempty"`
	// Errors names everything that is wrong with the request; MoreErrors is
	// how many were found beyond those listed.
	Errors     []Fault `json:"errors,omitempty"`
	MoreErrors int     `json:"more_errors,omitempty"`
	// Request is the name that the log knows the request by.
	Request string `json:"request,omitempty"`

	// What the clients of other protocols look for: V2Error is the Open Inference
	// Protocol's, ErrorCode and Message are MLflow's.
	V2Error   string `json:"error,omitempty"`
	ErrorCode string `json:"error_code,omitempty"`
	Message   string `json:"message,omitempty"`

	RetryAfter int `json:"-"` // seconds; 0 is not to say
}

func (p *Problem) Error() string { return p.Title + ": " + p.Detail }

// NewProblem returns a problem of the kind that the status says.
func NewProblem(status int, format string, args ...any) *Problem {
	return &Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: fmt.Sprintf(format, args...)}
}

// Invalid is the problem of a request that can be read, but not answered.
func Invalid(f Faults) *Problem {
	detail := "1 value is not as it must be"
	if n := len(f.list) + f.more; n > 1 {
		detail = fmt.Sprintf("%d values are not as they must be", n)
	}
	p := NewProblem(http.StatusUnprocessableEntity, "%s", detail)
	p.Errors, p.MoreErrors = f.list, f.more
	return p
}

// Unreadable is the problem of a body that reading stopped at.
func Unreadable(err error) *Problem {
	var many *tooManyRows
	var text *csv.ParseError
	var json *syntaxError
	switch {
	case errors.As(err, &many):
		return NewProblem(http.StatusRequestEntityTooLarge, "%v: send them in several requests, or as text/csv to /predict", err)
	case errors.As(err, &json):
		return NewProblem(http.StatusBadRequest, "the body is not JSON: %v", json)
	case errors.As(err, &text):
		return NewProblem(http.StatusBadRequest, "the body is not CSV: line %d, column %d: %v", text.Line, text.Column, text.Err)
	case errors.Is(err, io.EOF):
		return NewProblem(http.StatusBadRequest, "the body is empty: its first line names the columns")
	default:
		panic("wire: " + err.Error())
	}
}
