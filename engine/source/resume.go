package source

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"
)

// request asks for what is missing of the part, if its tag is known.
func request(ctx context.Context, u *url.URL, part string) (req *http.Request, have int64, err error) {
	req, err = http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, 0, err
	}
	req.Header.Set("Accept-Encoding", "identity") // The hash is of the file as it is stored.
	req.Header.Set("User-Agent", "fetch")
	tag := readTag(part)
	if have = fileSize(part); have > 0 && tag.validator != "" {
		req.Header.Set("Range", fmt.Sprintf("bytes=%d-", have))
		req.Header.Set("If-Range", tag.validator)
		return req, have, nil
	}
	return req, 0, nil
}

// errOther says that what was downloaded so far is of no use.
var errOther = errors.New("the server's file is not the one that was begun")

// errMore says that the server sent a part of what it has, and all of that part.
var errMore = errors.New("the server sends the file in parts, and then no more of it")

// startOf says at which offset the body of the response goes on, how large the file is, -1 if the server does not
// say, or that all is there, given how many bytes are and what the server knew the file by when they were sent. A
// server may ignore If-Range, so what it says of the file is compared.
func startOf(resp *http.Response, have int64, begun tag) (from, total int64, done bool, err error) {
	now := tag{validatorOf(resp), -1}
	switch resp.StatusCode {
	case http.StatusOK:
		return 0, resp.ContentLength, false, nil
	case http.StatusPartialContent:
		from, now.total = contentRange(resp)
		if from != have || have > 0 && now.differs(begun) {
			return 0, 0, false, errOther
		}
		return have, now.total, false, nil
	case http.StatusRequestedRangeNotSatisfiable:
		_, now.total = contentRange(resp)
		if have == 0 || now.total != have || now.differs(begun) {
			return 0, 0, false, errOther
		}
		return have, have, true, nil
	}
	return 0, 0, false, refusal(resp)
}

// contentRange reads the header of that name (RFC 9110, 14.4): "bytes 0-9/200", "bytes 0-9/*" or "bytes */200". What
// is not said is -1.
func contentRange(resp *http.Response) (first, total int64) {
	span, size, _ := strings.Cut(strings.TrimPrefix(resp.Header.Get("Content-Range"), "bytes "), "/")
	start, _, _ := strings.Cut(span, "-")
	number := func(s string) int64 {
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil || n < 0 {
			return -1
		}
		return n
	}
	return number(start), number(size)
}

// busyError is the answer of a server that says when to come back.
type busyError struct {
	error
	after time.Duration
}

// longestPause is how long a server may have one wait.
const longestPause = 10 * time.Minute

// refusal is the error for a status; a server's own trouble may pass.
func refusal(resp *http.Response) error {
	err := fmt.Errorf("the server answered %s", resp.Status)
	status := resp.StatusCode
	if status < 500 && status != http.StatusTooManyRequests && status != http.StatusRequestTimeout {
		return permanent{err}
	}
	after := retryAfter(resp.Header.Get("Retry-After"))
	if after > longestPause {
		return permanent{fmt.Errorf("%w, and asks to come back in %s", err, after.Round(time.Second))}
	}
	return &busyError{err, after}
}

// retryAfter reads the header of that name: seconds, or a date (RFC 9110, 10.2.3).
func retryAfter(text string) time.Duration {
	if seconds, err := strconv.ParseUint(text, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second
	}
	if at, err := http.ParseTime(text); err == nil {
		return time.Until(at)
	}
	return 0
}

// tag is by what a server's file is known again.
type tag struct {
	validator string // for If-Range; empty if the server has none
	total     int64  // bytes, -1 if unknown
}

// differs tells whether both say something of the file, and not the same.
func (t tag) differs(other tag) bool {
	isETag := func(v string) bool { return strings.HasPrefix(v, `"`) }
	both := t.validator != "" && other.validator != "" && isETag(t.validator) == isETag(other.validator)
	return both && t.validator != other.validator ||
		t.total >= 0 && other.total >= 0 && t.total != other.total
}

// validatorOf is the response's strong ETag or its date.
func validatorOf(resp *http.Response) string {
	if tag := resp.Header.Get("ETag"); tag != "" && !strings.HasPrefix(tag, "W/") {
		return tag
	}
	return resp.Header.Get("Last-Modified")
}

// keepTag begins a part anew, and notes by what the server will know its file again.
func keepTag(resp *http.Response, part string, total int64) error {
	if err := Forget(part); err != nil {
		return err
	}
	validator := validatorOf(resp)
	if validator == "" {
		return nil
	}
	return os.WriteFile(tagFile(part), fmt.Appendf(nil, "%s\n%d\n", validator, total), 0o644)
}

func readTag(part string) tag {
	data, _ := os.ReadFile(tagFile(part))
	validator, size, _ := strings.Cut(string(data), "\n")
	total, err := strconv.ParseInt(strings.TrimSpace(size), 10, 64)
	if err != nil {
		total = -1
	}
	return tag{validator, total}
}
