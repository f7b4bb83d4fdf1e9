package tracking

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Settings say where the server is and how to speak to it. They come from the
// environment, under the names that MLflow's own clients use.
type Settings struct {
	URI                string
	Username, Password string
	Token              string // not used where there is a user name
	Experiment         string // name
	ExperimentID       string
	RunID              string // of a run that another program owns, to log into
	Insecure           bool   // accept any certificate
	Timeout            time.Duration
	Retries            int // of each request
}

// FromEnvironment reads the variables MLFLOW_…; nil where no server is named.
func FromEnvironment(getenv func(string) string) *Settings {
	if getenv("MLFLOW_TRACKING_URI") == "" {
		return nil
	}
	s := &Settings{
		URI:          strings.TrimSpace(getenv("MLFLOW_TRACKING_URI")),
		Username:     getenv("MLFLOW_TRACKING_USERNAME"),
		Password:     getenv("MLFLOW_TRACKING_PASSWORD"),
		Token:        getenv("MLFLOW_TRACKING_TOKEN"),
		Experiment:   getenv("MLFLOW_EXPERIMENT_NAME"),
		ExperimentID: getenv("MLFLOW_EXPERIMENT_ID"),
		RunID:        getenv("MLFLOW_RUN_ID"),
		Timeout:      10 * time.Second,
		Retries:      4,
	}
	s.Insecure, _ = strconv.ParseBool(getenv("MLFLOW_TRACKING_INSECURE_TLS"))
	if n, err := strconv.Atoi(getenv("MLFLOW_HTTP_REQUEST_TIMEOUT")); err == nil && n > 0 {
		s.Timeout = time.Duration(n) * time.Second
	}
	if n, err := strconv.Atoi(getenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES")); err == nil && n >= 0 {
		s.Retries = n
	}
	return s
}

// Client speaks MLflow's REST API, version 2.0.
type Client struct {
	// Server is the address without credentials.
	Server string

	base     *url.URL
	settings Settings
	http     *http.Client
	pause    func(ctx context.Context, d time.Duration) error
}

// NewClient checks the settings; it does not ask the server anything.
func NewClient(s Settings) (*Client, error) {
	u, err := url.Parse(s.URI)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, fmt.Errorf("MLFLOW_TRACKING_URI is %q, which is not a server's address, http://… or https://…: `make mlflow-ui` starts a server", redacted(s.URI))
	}
	if u.User != nil && s.Username == "" {
		s.Username = u.User.Username()
		s.Password, _ = u.User.Password()
	}
	u.User, u.RawQuery, u.Fragment = nil, "", ""
	u.Path = strings.TrimSuffix(u.Path, "/")
	transport := http.DefaultTransport.(*http.Transport).Clone()
	if s.Insecure {
		transport.TLSClientConfig = &tls.Config{InsecureSkipVerify: true} //nolint:gosec // asked for
	}
	return &Client{
		Server: u.String(), base: u, settings: s, pause: pause,
		http: &http.Client{
			Transport: transport,
			Timeout:   s.Timeout,
			// A POST that is redirected would arrive as a GET without its body.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}, nil
}

// redacted is an address without its password.
func redacted(uri string) string {
	if before, after, ok := strings.Cut(uri, "@"); ok && strings.Contains(before, ":") {
		if scheme, _, ok := strings.Cut(before, "://"); ok {
			return scheme + "://" + after
		}
	}
	return uri
}

// Error is an answer of the server that is none.
type Error struct {
	Status  int
	Code    string // MLflow's, such as RESOURCE_DOES_NOT_EXIST
	Message string

	again bool          // it may be different the next time
	after time.Duration // before which there is no use in trying
}

func (e *Error) Error() string { return e.Message }

// isCode tells whether err is the server's answer with that code.
func isCode(err error, code string) bool {
	var e *Error
	return errors.As(err, &e) && e.Code == code
}

// call makes one request of the API, with in as its body, and decodes the
// answer into out, unless that is nil. A GET carries in's fields in its query.
func (c *Client) call(ctx context.Context, method, path string, in, out any) error {
	u := c.base.JoinPath("api/2.0/mlflow", path)
	var body io.Reader
	if query, ok := in.(url.Values); ok {
		u.RawQuery = query.Encode()
	} else {
		data, err := json.Marshal(in)
		if err != nil {
			return err
		}
		body = bytes.NewReader(data)
	}
	req, err := http.NewRequestWithContext(ctx, method, u.String(), body)
	if err != nil {
		return err
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	data, err := c.do(req)
	if err != nil || out == nil {
		return err
	}
	if err := json.Unmarshal(data, out); err != nil {
		return &Error{Message: fmt.Sprintf("%s gives an answer to %s that is not MLflow's: %v", c.Server, path, err)}
	}
	return nil
}

// do sends the request and returns the body of a good answer.
func (c *Client) do(req *http.Request) ([]byte, error) {
	switch s := c.settings; {
	case s.Username != "":
		req.SetBasicAuth(s.Username, s.Password)
	case s.Token != "":
		req.Header.Set("Authorization", "Bearer "+s.Token)
	}
	req.Header.Set("User-Agent", "housing-track")
	res, err := c.http.Do(req)
	if err != nil {
		return nil, c.noAnswer(err)
	}
	defer res.Body.Close()
	data, err := io.ReadAll(io.LimitReader(res.Body, 64<<20))
	if err != nil {
		return nil, c.noAnswer(err)
	}
	kind, _, _ := mime.ParseMediaType(res.Header.Get("Content-Type"))
	if res.StatusCode/100 == 2 && kind != "text/html" {
		return data, nil
	}
	return nil, c.refusal(res, kind, data)
}

// noAnswer is the error of a connection.
func (c *Client) noAnswer(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		if u.Timeout() {
			return &Error{Message: c.Server + " does not answer in time", again: true}
		}
		err = u.Err
	}
	if op := new(net.OpError); errors.As(err, &op) {
		err = op.Err // without the address, which stands before it
	}
	return &Error{Message: fmt.Sprintf("%s does not answer: %v", c.Server, err), again: true}
}

// refusal is the error of an answer.
func (c *Client) refusal(res *http.Response, kind string, data []byte) error {
	e := &Error{Status: res.StatusCode}
	var reply struct {
		Code    string `json:"error_code"`
		Message string `json:"message"`
	}
	isJSON := json.Unmarshal(data, &reply) == nil && reply.Code != ""
	switch s := res.StatusCode; {
	case s == http.StatusUnauthorized || s == http.StatusForbidden:
		e.Message = fmt.Sprintf("%s refuses access (%s): check MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN%s",
			c.Server, res.Status, detail(kind, reply.Message, data))
	case s == http.StatusTooManyRequests || s == http.StatusRequestTimeout || s >= 500:
		e.again, e.Code = true, reply.Code
		if n, err := strconv.Atoi(res.Header.Get("Retry-After")); err == nil {
			e.after = time.Duration(n) * time.Second
		}
		e.Message = fmt.Sprintf("%s fails (%s)%s", c.Server, res.Status, detail(kind, reply.Message, data))
	case isJSON:
		e.Code, e.Message = reply.Code, fmt.Sprintf("%s says %s: %s", c.Server, reply.Code, reply.Message)
	case s/100 == 3:
		e.Message = fmt.Sprintf("%s sends us to %s: check MLFLOW_TRACKING_URI", c.Server, redacted(res.Header.Get("Location")))
	case kind == "text/html":
		e.Message = fmt.Sprintf("%s answers with a web page and not as MLflow does (%s): check MLFLOW_TRACKING_URI, and whether a proxy is in between", c.Server, res.Status)
	default:
		e.Message = fmt.Sprintf("%s does not answer as MLflow does (%s): check MLFLOW_TRACKING_URI", c.Server, res.Status)
	}
	return e
}

// detail is what the server says about it, if that is a text and short.
func detail(kind, message string, data []byte) string {
	text := message
	if text == "" && kind == "text/plain" {
		text = string(data)
	}
	if text = strings.Join(strings.Fields(text), " "); text == "" {
		return ""
	}
	if r := []rune(text); len(r) > 200 {
		text = string(r[:200]) + "…"
	}
	return ": " + text
}

// Pauses between tries.
const (
	firstPause = 200 * time.Millisecond
	mostPause  = 10 * time.Second
)

// retry calls f until it succeeds, fails for good, or the tries or the time are
// spent. f may be called again after it was done at the server and the answer
// got lost.
func (c *Client) retry(ctx context.Context, f func(context.Context) error) error {
	wait := firstPause
	for try := 0; ; try++ {
		err := f(ctx)
		var e *Error
		if err == nil || !errors.As(err, &e) || !e.again || try >= c.settings.Retries {
			return err
		}
		if c.pause(ctx, min(max(wait, e.after), mostPause)) != nil {
			return err
		}
		wait *= 2
	}
}

// pause sleeps until the time is over or the context ends.
func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// post is call with retries, for what may arrive twice.
func (c *Client) post(ctx context.Context, path string, in, out any) error {
	return c.retry(ctx, func(ctx context.Context) error { return c.call(ctx, http.MethodPost, path, in, out) })
}

// get is call with retries.
func (c *Client) get(ctx context.Context, path string, query url.Values, out any) error {
	return c.retry(ctx, func(ctx context.Context) error { return c.call(ctx, http.MethodGet, path, query, out) })
}
