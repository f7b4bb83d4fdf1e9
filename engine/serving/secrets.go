package serving

import (
	"bytes"
	"crypto/sha256"
	"crypto/subtle"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
)

// certificate is the server's own, read again on SIGHUP.
type certificate struct {
	files   TLS
	current atomic.Pointer[tls.Certificate]
}

// loadCertificate returns nil where the settings name none.
func loadCertificate(files TLS) (*certificate, error) {
	if files.Certificate == "" {
		return nil, nil
	}
	c := &certificate{files: files}
	return c, c.load()
}

func (c *certificate) load() error {
	pair, err := tls.LoadX509KeyPair(c.files.Certificate, c.files.Key)
	if err != nil {
		return fmt.Errorf("tls: %w", err)
	}
	c.current.Store(&pair)
	return nil
}

func (c *certificate) listener(l net.Listener) net.Listener {
	return tls.NewListener(l, &tls.Config{
		MinVersion:     tls.VersionTLS12,
		NextProtos:     []string{"h2", "http/1.1"},
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return c.current.Load(), nil },
	})
}

// keys are the API keys that a request may carry, read again on SIGHUP.
type keys struct {
	path    string
	current atomic.Pointer[[]apiKey]
}

// apiKey is held as its hash, which takes the same time to compare whatever
// was sent.
type apiKey struct {
	name string
	hash [sha256.Size]byte
}

// minKey is how long a key must be, so that it can't be guessed.
const minKey = 16

// load reads the file: a name and a key on each line, # for a comment.
func (k *keys) load() error {
	data, err := os.ReadFile(k.path)
	if err != nil {
		return fmt.Errorf("API keys: %w", err)
	}
	var list []apiKey
	for i, line := range bytes.Split(data, []byte("\n")) {
		fields := strings.Fields(string(line))
		switch {
		case len(fields) == 0 || strings.HasPrefix(fields[0], "#"):
		case len(fields) != 2:
			return fmt.Errorf("API keys: %s:%d: a line is a name and a key", k.path, i+1)
		case len(fields[1]) < minKey:
			return fmt.Errorf("API keys: %s:%d: the key of %s is shorter than %d characters", k.path, i+1, fields[0], minKey)
		default:
			list = append(list, apiKey{fields[0], sha256.Sum256([]byte(fields[1]))})
		}
	}
	if len(list) == 0 {
		return errors.New("API keys: " + k.path + " holds none")
	}
	k.current.Store(&list)
	return nil
}

// owner returns the name of the key that the request carries, in
// "Authorization: Bearer KEY" or in "X-API-Key: KEY".
func (k *keys) owner(r *http.Request) (name string, ok bool) {
	sent := r.Header.Get("X-API-Key")
	if scheme, token, found := strings.Cut(r.Header.Get("Authorization"), " "); found && strings.EqualFold(scheme, "Bearer") {
		sent = strings.TrimSpace(token)
	}
	hash := sha256.Sum256([]byte(sent))
	for _, key := range *k.current.Load() {
		if subtle.ConstantTimeCompare(hash[:], key.hash[:]) == 1 {
			name, ok = key.name, true
		}
	}
	return name, ok
}
