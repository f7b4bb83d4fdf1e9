package source

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"path"
	"slices"
	"strings"
	"time"
)

// Downloader gets a file over HTTP in as many attempts as that takes, each of
// which goes on where the last one ended.
type Downloader struct {
	Client   *http.Client
	Attempts int           // that get no further, until it gives up
	Wait     time.Duration // before the second attempt, doubled before each further one
	Stall    time.Duration // without a byte, until an attempt is given up
	MaxBytes int64
	// Progress is told how many bytes are there and how many there will be, -1
	// where the server does not say, and is then written what arrives. It may
	// be nil.
	Progress func(have, total int64) io.WriteCloser
}

// NewDownloader returns a downloader with patience for a bad line.
func NewDownloader(maxBytes int64) *Downloader {
	return &Downloader{
		Client: http.DefaultClient, Attempts: 5, Wait: 500 * time.Millisecond, Stall: 30 * time.Second, MaxBytes: maxBytes,
	}
}

// errStalled is the cause of a request that was ended for its silence.
var errStalled = errors.New("the server sends nothing more")

// permanent is an error that another attempt would meet as well.
type permanent struct{ error }

func (p permanent) Unwrap() error { return p.error }

// Get downloads the address to the file part. What an earlier call left there
// of the same address is completed, if the server says that its file is still
// the same: it must have sent an ETag or a date, which is kept beside part,
// under its name and ".tag".
func (d *Downloader) Get(ctx context.Context, address, part string) error {
	u, err := url.Parse(address)
	if err != nil {
		return fmt.Errorf("%s is no address: %w", withheld(address), plainError(err))
	}
	furthest, wait := int64(0), d.Wait
	for failed := 0; ; {
		err := d.attempt(ctx, u, part)
		if err == nil {
			return nil
		}
		if size := fileSize(part); size > furthest {
			furthest, failed, wait = size, 0, d.Wait
			if errors.Is(err, errMore) {
				continue
			}
		}
		failed++
		if errors.Is(err, errOther) {
			err = errors.Join(err, Forget(part))
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if errors.As(err, new(permanent)) || failed >= d.Attempts {
			return fmt.Errorf("downloading %s: %w", withheld(address), plainError(err))
		}
		pause := wait
		if busy := new(busyError); errors.As(err, &busy) {
			pause = max(wait, busy.after)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
		wait *= 2
	}
}

// Forget removes what Get left of a download.
func Forget(part string) error {
	for _, name := range []string{part, tagFile(part)} {
		if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

func tagFile(part string) string { return part + ".tag" }

func (d *Downloader) attempt(ctx context.Context, u *url.URL, part string) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	watchdog := time.AfterFunc(d.Stall, func() { cancel(errStalled) })
	defer watchdog.Stop()
	req, have, err := request(ctx, u, part)
	if err != nil {
		return permanent{err}
	}
	resp, err := d.client().Do(req)
	if err != nil {
		return because(ctx, err)
	}
	defer resp.Body.Close()
	from, total, done, err := startOf(resp, have, readTag(part))
	if err != nil || done {
		return err
	}
	if err := d.acceptable(resp, u, total); err != nil {
		return permanent{err}
	}
	if from == 0 {
		if err := keepTag(resp, part, total); err != nil {
			return permanent{err}
		}
	}
	body := &patient{r: resp.Body, reset: func() { watchdog.Reset(d.Stall) }}
	if err := d.save(body, part, from, total); err != nil {
		return because(ctx, err)
	}
	if resp.StatusCode == http.StatusPartialContent && (total < 0 || fileSize(part) < total) {
		return errMore
	}
	return nil
}

// mostRedirects is how many are followed, as browsers and net/http do about.
const mostRedirects = 10

// client is Client, which gives up at once where redirects lead in a circle.
func (d *Downloader) client() *http.Client {
	c := *d.Client
	c.CheckRedirect = func(req *http.Request, via []*http.Request) error {
		here := req.URL.String()
		again := slices.ContainsFunc(via, func(r *http.Request) bool { return r.URL.String() == here })
		if again || len(via) >= mostRedirects {
			return permanent{fmt.Errorf("the server redirects without end, %d times so far, to %s", len(via), withheld(here))}
		}
		return nil
	}
	return &c
}

// acceptable refuses pages that ask to log in and files that are too large.
func (d *Downloader) acceptable(resp *http.Response, u *url.URL, total int64) error {
	isPage := strings.HasPrefix(resp.Header.Get("Content-Type"), "text/html")
	if isPage && !strings.HasPrefix(path.Ext(u.Path), ".htm") {
		return errors.New("the server answered with a web page, not with a file")
	}
	if total > d.MaxBytes {
		return tooLarge(d.MaxBytes)
	}
	return nil
}

func tooLarge(limit int64) error {
	return fmt.Errorf("it has more than %d bytes: if that is right, raise fetch.max_bytes in data.yaml", limit)
}

// save appends the body to the part, which has so many bytes of the total.
func (d *Downloader) save(body io.Reader, part string, from, total int64) error {
	f, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o644)
	if err != nil {
		return permanent{err}
	}
	defer f.Close()
	var w io.Writer = f
	if d.Progress != nil {
		bar := d.Progress(from, total)
		defer bar.Close()
		w = io.MultiWriter(f, bar)
	}
	n, err := io.Copy(w, io.LimitReader(body, d.MaxBytes-from+1))
	if err == nil && from+n > d.MaxBytes {
		return permanent{tooLarge(d.MaxBytes)}
	}
	return errors.Join(err, f.Close())
}

// patient tells of each read that brought something.
type patient struct {
	r     io.Reader
	reset func()
}

func (p *patient) Read(b []byte) (int, error) {
	n, err := p.r.Read(b)
	if n > 0 {
		p.reset()
	}
	return n, err
}

// because puts the cause in the place of "context canceled".
func because(ctx context.Context, err error) error {
	if err != nil && errors.Is(context.Cause(ctx), errStalled) {
		return errStalled
	}
	var notFound *net.DNSError
	if errors.As(err, &notFound) && notFound.IsNotFound {
		return permanent{err}
	}
	return err
}

// plainError drops `Get "https://…":` from the front, which says again what
// stands there already.
func plainError(err error) error {
	var e *url.Error
	if errors.As(err, &e) {
		return e.Err
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("the connection ends before the file does, time and again")
	}
	return err
}

func fileSize(name string) int64 {
	info, err := os.Stat(name)
	if err != nil {
		return 0
	}
	return info.Size()
}
