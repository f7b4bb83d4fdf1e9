package tracking

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"time"

	"example.com/engine/stage"
)

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
