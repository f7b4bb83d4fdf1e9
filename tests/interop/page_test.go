package interop

import (
	"bytes"
	"fmt"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The server's pages ask nobody but the server, fit a desk and a phone, and the
// form answers to the keyboard.
func TestPages(t *testing.T) {
	server := serve(t)
	ctx := start(t)
	for _, page := range []string{"/", "/docs"} {
		for _, l := range looks {
			t.Run(strings.TrimPrefix(page, "/")+l.name, func(t *testing.T) {
				b := open(t, ctx, server+page, server, l)
				if page == "/" {
					answered(t, b, "…")
					drawn(t, b)
				}
				b.look(t).sound(t)
			})
		}
	}
	t.Run("keyboard", func(t *testing.T) {
		b := open(t, ctx, server, server, looks[0])
		before := answered(t, b, "…")
		field := chromedp.CSS("#fields input")
		require.NoError(t, chromedp.Do(b.ctx, chromedp.Focus(field), chromedp.SendKeys(field, kb.ArrowUp+kb.ArrowUp)))
		assert.NotEqual(t, before, answered(t, b, before))
		b.look(t).sound(t)
	})
	t.Run("contributions", func(t *testing.T) { contributions(t, open(t, ctx, server, server, looks[0])) })
}

// contributions asserts that the bars are in order of their size, that the
// keyboard reaches one, and that pressing it brings the curve of its column.
func contributions(t *testing.T, b *tab) {
	answered(t, b, "…")
	first := drawn(t, b)
	widths := ask[[]float64](t, b, `[...document.querySelectorAll("#contributions i")].map(i => parseFloat(i.style.width))`)
	assert.Greater(t, len(widths), 3)
	assert.Equal(t, 50.0, widths[0], "the largest takes its half")
	assert.IsNonIncreasing(t, widths)

	column := ask[string](t, b, `document.querySelector("#column").value`)
	find := `[...document.querySelectorAll("#contributions button")].find(b => !b.textContent.startsWith("` + strings.ReplaceAll(column, "_", " ") + `"))`
	require.NoError(t, chromedp.Do(b.ctx, chromedp.Focus(chromedp.CSS("#form button")), chromedp.KeyEvent(kb.Tab)))
	assert.True(t, ask[bool](t, b, `document.activeElement.closest("#contributions") !== null`), "after the form come the bars")
	require.True(t, ask[bool](t, b, find+`.focus() === undefined`))
	require.NoError(t, chromedp.Do(b.ctx, chromedp.KeyEvent(kb.Enter)))
	require.Eventually(t, func() bool {
		return ask[string](t, b, `document.querySelector("#column").value`) != column && drawn(t, b) != first
	}, 10*time.Second, 20*time.Millisecond)
	b.look(t).sound(t)
}

// ask evaluates JavaScript in the page.
func ask[T any](t *testing.T, b *tab, script string) T {
	t.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](script))
	require.NoError(t, err)
	return v
}

// drawn waits for the curve and returns what it says to those who can't see it.
func drawn(t *testing.T, b *tab) (label string) {
	t.Helper()
	require.Eventually(t, func() bool {
		n := ask[int](t, b, `document.querySelectorAll("#curve .curve, #curve .level").length`)
		label = ask[string](t, b, `document.querySelector("#curve").getAttribute("aria-label")`)
		return n > 0 && strings.Contains(label, "lowest")
	}, 10*time.Second, 20*time.Millisecond)
	return label
}

// answered waits until the page's answer is another than the one before it.
func answered(t *testing.T, b *tab, before string) string {
	t.Helper()
	var now string
	require.Eventually(t, func() bool {
		var err error
		now, err = chromedp.Run(b.ctx, chromedp.Evaluate[string](`document.querySelector("#answer").textContent`))
		return err == nil && now != before && strings.ContainsAny(now, "0123456789")
	}, 10*time.Second, 20*time.Millisecond)
	return now
}

// serve runs the server on the champion of -work until the test ends.
func serve(t *testing.T) string {
	t.Helper()
	address := fmt.Sprintf("127.0.0.1:%d", freePort(t))
	var log bytes.Buffer
	cmd := exec.Command("../../bin/serve", "-config", *config, "-work", *work, "-address", address)
	cmd.Stdout, cmd.Stderr = &log, &log
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		assert.NoError(t, cmd.Process.Signal(syscall.SIGTERM))
		assert.NoError(t, cmd.Wait())
		if t.Failed() {
			t.Log(log.String())
		}
	})
	waitReady(t, "http://"+address)
	return "http://" + address
}
