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
