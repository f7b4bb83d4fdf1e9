package interop

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// mostBytes is how large the report may be, however many rows it is about.
const mostBytes = 1_000_000

// legible is what a person needs to read a page.
type legible struct {
	Faint     []string // texts whose colour is too near that of what is behind
	Tiny      []string // texts of figures that are drawn too small
	Unnamed   int      // figures without a name for who can't see them
	Lost      []string // links of the navigation that lead out of sight
	Open      int      // rows of errors that stand open
	Paper     string   // background of the page
	Sections  int
	Navigated bool // whether the navigation is shown
}

func (b *tab) read(t *testing.T) legible {
	t.Helper()
	page, err := chromedp.Run(b.ctx, chromedp.Evaluate[legible](readPage, chromedp.EvalAwaitPromise))
	require.NoError(t, err)
	return page
}

func report(t *testing.T) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join(*work, "reports", "index.html"))
	require.NoError(t, err)
	info, err := os.Stat(path)
	require.NoError(t, err)
	assert.Less(t, info.Size(), int64(mostBytes))
	return "file://" + path
}

// The report can be read in the light, in the dark and on a phone: texts stand
// out, figures have names, and every link of the navigation leads to its section.
func TestReportIsLegible(t *testing.T) {
	address, browser := report(t), start(t)
	for _, l := range looks {
		t.Run(l.name, func(t *testing.T) {
			b := open(t, browser, address, address, l)
			page := b.read(t)
			assert.Empty(t, page.Faint)
			assert.Empty(t, page.Tiny)
			assert.Empty(t, page.Lost)
			assert.Zero(t, page.Unnamed)
			assert.Greater(t, page.Sections, 8)
			assert.True(t, page.Navigated)
		})
	}
}

// Rows worth reading open by the keyboard.
func TestReportByKeyboard(t *testing.T) {
	address := report(t)
	b := open(t, start(t), address, address, looks[0])
	closed := chromedp.CSS("details.row:not([open]) summary")
	before := b.read(t).Open
	require.NoError(t, chromedp.Do(b.ctx, chromedp.Focus(closed), chromedp.SendKeys(closed, kb.Enter)))
	assert.Equal(t, before+1, b.read(t).Open)
}

// On paper the page is white with its links left out, also for who likes it dark.
func TestReportOnPaper(t *testing.T) {
	address := report(t)
	b := open(t, start(t), address, address, looks[1])
	require.NoError(t, chromedp.Do(b.ctx, emulate("print", "dark")))
	page := b.read(t)
	assert.Equal(t, "rgb(255, 255, 255)", page.Paper)
	assert.False(t, page.Navigated)
	assert.Empty(t, page.Faint)
}

// readPage answers with the fields of legible. Contrast is that of WCAG 2.2: 4.5
// for texts, 3 for those of figures.
const readPage = `(async () => {
	const numbers = c => (c.match(/[\d.]+/g) || []).map(Number);
	const light = ([r, g, b]) => [r, g, b].map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
		.reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
	const behind = e => {
		for (; e; e = e.parentElement) {
			const c = numbers(getComputedStyle(e).backgroundColor);
			if (c.length === 3 || c[3] > 0) return c;
		}
		return [255, 255, 255];
	};
	const contrast = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p); return (x + 0.05) / (y + 0.05) };
	const shown = e => e.checkVisibility();
	const texts = [...document.querySelectorAll("main *, nav *, header *, footer *")].filter(e =>
		!e.closest("svg") && shown(e) && [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()));
	const drawn = [...document.querySelectorAll("svg text")].filter(shown);
	const faint = texts.filter(e => contrast(numbers(getComputedStyle(e).color), behind(e)) < 4.5)
		.concat(drawn.filter(e => {
			const c = contrast(numbers(getComputedStyle(e).fill), behind(e.closest("svg")));
			return e.closest("figure") && c > 1.05 && c < 3; // text of the page's own colour stands on something drawn
		}));
	const lost = [];
	document.documentElement.style.scrollBehavior = "auto";
	for (const a of document.querySelectorAll("nav a")) {
		if (!shown(a)) continue;
		a.click();
		await new Promise(done => setTimeout(done, 0));
		const at = document.querySelector(a.getAttribute("href")).getBoundingClientRect();
		if (at.top > innerHeight - 40 || at.bottom < 40) lost.push(a.textContent);
	}
	return {
		Faint: faint.map(e => e.tagName + " " + e.textContent.trim().slice(0, 40)),
		Tiny: drawn.filter(e => e.closest("figure") && parseFloat(getComputedStyle(e).fontSize) * e.getScreenCTM().a < 6
			&& !e.getAttribute("transform")).map(e => e.textContent),
		Unnamed: [...document.querySelectorAll("figure svg")].filter(e => !e.getAttribute("aria-label")).length,
		Lost: lost,
		Open: document.querySelectorAll("details.row[open]").length,
		Paper: getComputedStyle(document.body).backgroundColor,
		Sections: document.querySelectorAll("main > section").length,
		Navigated: shown(document.querySelector("nav")),
	};
})()`
