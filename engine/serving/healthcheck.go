package serving

import (
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"time"
)

// Healthcheck asks the server with these settings, on this machine, whether it
// is ready.
func Healthcheck(settings Settings) error {
	host, port, err := net.SplitHostPort(settings.Address)
	if err != nil {
		return err
	}
	if ip := net.ParseIP(host); host == "" || ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	scheme := "http"
	if settings.TLS.Certificate != "" {
		scheme = "https"
	}
	client := http.Client{
		Timeout: 1500 * time.Millisecond,
		Transport: &http.Transport{
			// It talks to itself, by an address that its certificate need not name.
			TLSClientConfig: &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS12},
		},
	}
	r, err := client.Get(scheme + "://" + net.JoinHostPort(host, port) + "/readyz")
	if err != nil {
		return err
	}
	defer r.Body.Close()
	if r.StatusCode != http.StatusOK {
		return fmt.Errorf("not ready: %s", r.Status)
	}
	return nil
}
