package tracking

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"
	"unicode"

	"example.com/engine/stage"
)

// Limits of the server.
const (
	batchItems  = 1000
	batchParams = 100
	batchTags   = 100
	batchBytes  = 900_000 // of the 1 MB, to leave room for what is around the items
	keyRunes    = 250
	paramRunes  = 6000
	tagRunes    = 5000
)

// batch is the request of runs/log-batch.
type batch struct {
	Run     string  `json:"run_id"`
	Metrics []point `json:"metrics,omitempty"`
	Params  []pair  `json:"params,omitempty"`
	Tags    []pair  `json:"tags,omitempty"`

	bytes int
}

// batches packs parameters, tags and metrics into as few requests as the server
// takes.
type batches struct{ list []*batch }

// room returns the last batch if the item fits in, or else a new one.
func (b *batches) room(item any, full func(*batch) bool) *batch {
	data, _ := json.Marshal(item) // strings and finite numbers
	size := len(data) + 1
	if n := len(b.list); n > 0 {
		last := b.list[n-1]
		items := len(last.Metrics) + len(last.Params) + len(last.Tags)
		if items < batchItems && last.bytes+size <= batchBytes && !full(last) {
			last.bytes += size
			return last
		}
	}
	b.list = append(b.list, &batch{bytes: size})
	return b.list[len(b.list)-1]
}

func (b *batches) params(m map[string]string) {
	for _, p := range sortedPairs(m, paramRunes) {
		to := b.room(p, func(b *batch) bool { return len(b.Params) >= batchParams })
		to.Params = append(to.Params, p)
	}
}

func (b *batches) tags(m map[string]string) {
	for _, p := range sortedPairs(m, tagRunes) {
		to := b.room(p, func(b *batch) bool { return len(b.Tags) >= batchTags })
		to.Tags = append(to.Tags, p)
	}
}

func (b *batches) metrics(list []Metric, at time.Time) {
	for _, m := range list {
		for i, v := range m.Values {
			p := point{Key(m.Key), v, at.UnixMilli(), m.Step(i)}
			to := b.room(p, func(*batch) bool { return false })
			to.Metrics = append(to.Metrics, p)
		}
	}
}

// send logs all batches into the run. All of it may be there already: MLflow
// keeps one of equal points, and takes an equal parameter again.
func (b *batches) send(ctx context.Context, c *Client, run string) error {
	for _, one := range b.list {
		one.Run = run
		if err := c.post(ctx, "runs/log-batch", one, nil); err != nil {
			return err
		}
	}
	return nil
}

// Key is a name as the server takes it: letters, digits and _ - . space : /,
// with a path that is clean. What differs stays different.
func Key(name string) string {
	key := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("_-. :/", r) {
			return r
		}
		return '_'
	}, name)
	if path.Clean(key) != key || strings.HasPrefix(key, "/") || strings.HasPrefix(key, "..") {
		key = strings.ReplaceAll(key, "/", "_")
	}
	r := []rune(key)
	if key == name && len(r) <= keyRunes {
		return key
	}
	sum := sha256.Sum256([]byte(name))
	return string(r[:min(len(r), keyRunes-9)]) + "-" + hex.EncodeToString(sum[:4])
}

// Shorten cuts a text that is longer than the server takes, and says so at its
// end, with the beginning of the SHA-256 of the whole, so that texts that
// differ stay different.
func Shorten(text string, most int) string {
	r := []rune(text)
	if len(r) <= most {
		return text
	}
	sum := sha256.Sum256([]byte(text))
	note := fmt.Sprintf("… (%d characters, sha256 %s)", len(r), hex.EncodeToString(sum[:6]))
	return string(r[:most-len([]rune(note))]) + note
}

// uploader puts files below an address of artifacts.
type uploader struct {
	client *Client
	root   *url.URL
}

// unsupported is the error of a server whose artifacts only the SDK of some
// store can write.
type unsupported struct{ uri string }

func (u unsupported) Error() string {
	return fmt.Sprintf("artifacts of this server go to %s, where this program can't write: let the server do it (mlflow server --artifacts-destination)", redacted(u.uri))
}

// uploader returns what writes below uri: mlflow-artifacts: through the server;
// a folder itself, which is then one that this machine shares with the server.
func (c *Client) uploader(uri string) (*uploader, error) {
	u, err := url.Parse(uri)
	if err != nil {
		return nil, fmt.Errorf("%s gives the address %q for artifacts: %w", c.Server, uri, err)
	}
	switch u.Scheme {
	case "mlflow-artifacts", "http", "https", "file", "":
		return &uploader{c, u}, nil
	}
	return nil, unsupported{uri}
}

// put writes one file, whole or not at all.
func (u *uploader) put(ctx context.Context, name string, data []byte) error {
	switch u.root.Scheme {
	case "file", "":
		to := filepath.Join(filepath.FromSlash(u.root.Path), filepath.FromSlash(name))
		if err := stage.WriteAtomic(to, "track", data); err != nil {
			return fmt.Errorf("writing an artifact where the server says: %w", err)
		}
		return nil
	case "mlflow-artifacts":
		base := *u.client.base
		if u.root.Host != "" {
			base.Host = u.root.Host
		}
		return u.upload(ctx, base.JoinPath("api/2.0/mlflow-artifacts/artifacts", u.root.Path, name), data)
	default:
		return u.upload(ctx, u.root.JoinPath(name), data)
	}
}

func (u *uploader) upload(ctx context.Context, to *url.URL, data []byte) error {
	// Large files get the time that they need at 256 KB a second.
	ctx, cancel := context.WithTimeout(ctx, u.client.settings.Timeout+time.Duration(len(data)>>18)*time.Second)
	defer cancel()
	return u.client.retry(ctx, func(ctx context.Context) error {
		req, err := http.NewRequestWithContext(ctx, http.MethodPut, to.String(), bytes.NewReader(data))
		if err != nil {
			return err
		}
		if kind := mime.TypeByExtension(path.Ext(to.Path)); kind != "" {
			req.Header.Set("Content-Type", kind)
		}
		_, err = u.client.do(req)
		return err
	})
}

// content returns the bytes of an artifact as it was when the run was noted.
// Those of old runs may be gone.
func (s Store) content(a Artifact) ([]byte, bool, error) {
	for _, name := range []string{s.File(a.SHA256), filepath.Join(s.work, filepath.FromSlash(a.From))} {
		data, err := os.ReadFile(name)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, false, err
		}
		if err == nil && hexSum(data) == a.SHA256 {
			return data, true, nil
		}
	}
	return nil, false, nil
}
