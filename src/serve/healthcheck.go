package main

import (
	"fmt"
	"net"
	"net/http"
	"time"
)

// healthcheck asks the server with these settings, on this machine, whether it
// is ready.
func healthcheck(settings Settings) error {
	host, port, err := net.SplitHostPort(settings.Address)
	if err != nil {
		return err
	}
	if ip := net.ParseIP(host); host == "" || ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	client := http.Client{Timeout: 1500 * time.Millisecond}
	r, err := client.Get("http://" + net.JoinHostPort(host, port) + "/readyz")
	if err != nil {
		return err
	}
	defer r.Body.Close()
	if r.StatusCode != http.StatusOK {
		return fmt.Errorf("not ready: %s", r.Status)
	}
	return nil
}
