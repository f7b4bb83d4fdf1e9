package interop

import (
	"bytes"
	"context"
	"flag"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var (
	browser = flag.String("browser", "chromium", "Chromium or a browser like it")
	shots   = flag.String("shots", "", "directory for screenshots; none are kept when empty")
)

// A look is a way to see a page.
type look struct {
	name          string
	width, height int64
	scheme        string // prefers-color-scheme
}

var looks = []look{
	{"light", 1280, 900, "light"},
	{"dark", 1280, 900, "dark"},
	{"phone", 390, 844, "light"},
}

// seen is what a page did and showed.
type seen struct {
	Complaints []string // errors on the console, uncaught exceptions
	Requests   []string // for anything but what is the page's own and data: URLs

	Title    string
	Overflow int      // pixels that the content is wider than the window
	Broken   []string // images that did not load
	Dangling []string // links to places that the page lacks
	Figures  int      // images and drawings

	Shot image.Image // the whole page
}

// The report is whole in one file: it complains of nothing, asks the network for
// nothing, and fits a desk and a phone.
func TestReport(t *testing.T) {
	path, err := filepath.Abs(filepath.Join(*work, "reports", "index.html"))
	require.NoError(t, err)
	require.FileExists(t, path)
	ctx := start(t)

	lightness := map[string]float64{}
	for _, l := range looks {
		t.Run(l.name, func(t *testing.T) {
			page := open(t, ctx, "file://"+path, "file://"+path, l).look(t)
			page.sound(t)
			assert.GreaterOrEqual(t, page.Figures, 2)
			lightness[l.name] = meanLightness(page.Shot)
		})
	}
	assert.Greater(t, lightness["light"], lightness["dark"]+0.2, "the dark page is not dark")
}

// A page with every fault is seen to have it, so that silence of TestReport means something.
func TestReportFaultsAreSeen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "index.html")
	require.NoError(t, os.WriteFile(path, []byte(`<!doctype html>
		<link rel="stylesheet" href="https://fonts.example/a.css">
		<img src="missing.png"><div style="width: 3000px">wide</div><a href="#nowhere">there</a>
		<script>console.error("planted"); throw new Error("thrown")</script>`), 0o600))

	page := open(t, start(t), "file://"+path, "file://"+path, looks[2]).look(t)
	assert.Contains(t, strings.Join(page.Complaints, "\n"), "planted")
	assert.Contains(t, strings.Join(page.Complaints, "\n"), "thrown")
	assert.Contains(t, page.Requests, "https://fonts.example/a.css")
	assert.Len(t, page.Broken, 1)
	assert.Equal(t, []string{"#nowhere"}, page.Dangling)
	assert.Greater(t, page.Overflow, 2000)
	assert.Empty(t, page.Title)
}

// start runs a browser for which no name resolves, until the test ends.
func start(t *testing.T) context.Context {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(*browser),
		chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"),
		chromedp.UserDataDir(t.TempDir()),
	)
	if os.Getuid() == 0 {
		options = append(options, chromedp.NoSandbox) // it can't be set up by root
	}
	allocator, stop := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(stop)
	ctx, stop := chromedp.NewContext(allocator)
	t.Cleanup(stop)
	require.NoError(t, chromedp.Do(ctx), "starting %s", *browser)
	return ctx
}

// A tab is an open page and what it has done since.
type tab struct {
	ctx  context.Context
	mu   sync.Mutex
	page seen
}

// open opens the address in a tab of its own until the test ends. What begins with
// own is the page's own, and no request to note.
func open(t *testing.T, browser context.Context, address, own string, l look) *tab {
	t.Helper()
	ctx, stop := chromedp.NewContext(browser)
	t.Cleanup(stop)
	require.NoError(t, chromedp.Do(ctx))
	ctx, stop = context.WithTimeout(ctx, time.Minute)
	t.Cleanup(stop)

	b := &tab{ctx: ctx}
	require.NoError(t, chromedp.Listen(ctx, func(event any) {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.page.note(event, own)
	}))
	require.NoError(t, chromedp.Do(ctx,
		chromedp.EmulateViewport(l.width, l.height),
		emulate("", l.scheme),
		chromedp.Navigate(address),
	))
	return b
}

// look waits for the images and tells what the page shows and did.
func (b *tab) look(t *testing.T) seen {
	t.Helper()
	page, err := chromedp.Run(b.ctx, chromedp.Evaluate[seen](inspectPage, chromedp.EvalAwaitPromise))
	require.NoError(t, err)
	shot, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
	require.NoError(t, err)
	if *shots != "" {
		require.NoError(t, os.WriteFile(filepath.Join(*shots, strings.ReplaceAll(t.Name(), "/", "-")+".png"), shot, 0o644))
	}
	page.Shot, err = png.Decode(bytes.NewReader(shot))
	require.NoError(t, err)
	b.mu.Lock()
	defer b.mu.Unlock()
	page.Complaints, page.Requests = b.page.Complaints, b.page.Requests
	return page
}

// sound asserts what holds of every page of the project.
func (s seen) sound(t *testing.T) {
	t.Helper()
	assert.Empty(t, s.Complaints, "console")
	assert.Empty(t, s.Requests, "requests")
	assert.Empty(t, s.Broken, "images that did not load")
	assert.Empty(t, s.Dangling, "links to nowhere")
	assert.LessOrEqual(t, s.Overflow, 0, "pixels wider than the window")
	assert.NotEmpty(t, s.Title)
	assert.Greater(t, colours(s.Shot), 50, "colours on the page")
}

// inspectPage answers with the fields of seen that the page itself knows.
const inspectPage = `(async () => {
	const images = [...document.images];
	await Promise.all(images.map(i => { i.loading = "eager"; return i.decode().catch(() => {}) }));
	const anchors = [...document.querySelectorAll('a[href^="#"]')];
	return {
		Title: document.title,
		Overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
		Broken: images.filter(i => i.naturalWidth === 0).map(i => i.src.slice(0, 80)),
		Dangling: anchors.map(a => a.getAttribute("href")).filter(h => !document.getElementById(decodeURIComponent(h.slice(1)))),
		Figures: images.length + document.querySelectorAll("svg").length,
	};
})()`

func (s *seen) note(event any, own string) {
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		s.Complaints = append(s.Complaints, e.ExceptionDetails.Text)
		if e.ExceptionDetails.Exception != nil {
			s.Complaints = append(s.Complaints, e.ExceptionDetails.Exception.Description)
		}
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError && len(e.Args) > 0 {
			s.Complaints = append(s.Complaints, string(e.Args[0].Value))
		}
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError {
			s.Complaints = append(s.Complaints, e.Entry.Text)
		}
	case *network.EventRequestWillBeSent:
		if url := e.Request.URL; !strings.HasPrefix(url, own) && !strings.HasPrefix(url, "data:") {
			s.Requests = append(s.Requests, url)
		}
	}
}

// emulate shows pages in another medium, unless it is empty, and to who prefers that
// colour scheme.
func emulate(media, scheme string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Media: media, Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
		})
		return err
	})
}

// colours counts the distinct colours of every fourth pixel each way.
func colours(m image.Image) int {
	distinct := map[[3]uint32]bool{}
	for y := m.Bounds().Min.Y; y < m.Bounds().Max.Y; y += 4 {
		for x := m.Bounds().Min.X; x < m.Bounds().Max.X; x += 4 {
			r, g, b, _ := m.At(x, y).RGBA()
			distinct[[3]uint32{r, g, b}] = true
		}
	}
	return len(distinct)
}

// meanLightness is 0 for black and 1 for white, over every fourth pixel each way.
func meanLightness(m image.Image) float64 {
	var sum float64
	var n int
	for y := m.Bounds().Min.Y; y < m.Bounds().Max.Y; y += 4 {
		for x := m.Bounds().Min.X; x < m.Bounds().Max.X; x += 4 {
			r, g, b, _ := m.At(x, y).RGBA()
			sum += float64(r+g+b) / (3 * 0xffff)
			n++
		}
	}
	return sum / float64(n)
}
