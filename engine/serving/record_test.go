package serving

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/must"
	"example.com/engine/predictionlog"
	"example.com/engine/serving/servingtest"
)

func recorded(t *testing.T, folder string) []predictionlog.Record {
	t.Helper()
	r := must.Get(predictionlog.NewReader(folder))(t)
	var all []predictionlog.Record
	for {
		record, err := r.Next()
		if errors.Is(err, io.EOF) {
			require.Zero(t, r.Skipped())
			return all
		}
		require.NoError(t, err)
		all = append(all, record)
	}
}

func TestClassesAreKept(t *testing.T) {
	settings := Default()
	settings.Predictions.Folder = t.TempDir()
	url, stop := Recording(t, "kind", settings, func(_ testing.TB, s *Server) http.Handler { return s.routes() })
	_, _ = servingtest.Post(t, url+"/predict", "application/json", servingtest.ToyRow)
	stop()
	all := recorded(t, settings.Predictions.Folder)
	require.Len(t, all, 1)
	assert.Len(t, all[0].Probabilities, 3)
	assert.Contains(t, all[0].Probabilities, all[0].Prediction)
	assert.NotEmpty(t, all[0].Set)
}

// A folder that can't be written to costs no answer: it is told of once, and
// counted.
func TestPredictionsThatCannotBeKept(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	settings := Default()
	settings.Predictions.Folder, settings.Predictions.Every = filepath.Join(file, "predictions"), time.Millisecond
	var log syncBuffer
	s := newTestServer(t, settings, &log)
	h := httptest.NewServer(s.routes())
	defer h.Close()
	for range 5 {
		status, _ := servingtest.Post(t, h.URL+"/predict", "application/json", servingtest.ToyRow)
		assert.Equal(t, http.StatusOK, status)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	require.NoError(t, s.recorder.close(ctx))
	assert.Contains(t, metricsText(t, s), `serve_predictions_logged_total{result="failed"} 5`)
	assert.Equal(t, 1, strings.Count(log.String(), "predictions are not kept"))
}

// A name to redact that is no column's keeps the server from starting, since the
// column that was meant would be kept; a later model may lack it.
func TestRedactionOfWhatIsNotThere(t *testing.T) {
	settings := Default()
	settings.Predictions.Folder = t.TempDir()
	settings.Predictions.Redact = map[string]string{"notes": "drop"}
	_, err := New(settings, servingtest.Toy(t, "price"), io.Discard)
	require.ErrorContains(t, err, `predictions.redact: "notes" is not an input; did you mean "note"?`)

	settings.Predictions.Redact = nil
	var log syncBuffer
	s := newTestServer(t, settings, &log)
	s.settings.Predictions.Redact = map[string]string{"notes": "drop"}
	second := must.Get(other())(t)
	s.path = second
	require.NoError(t, s.load())
	assert.Contains(t, log.String(), "a column to redact is none of the model's")
}

// selfSigned writes a certificate for 127.0.0.1.
func selfSigned(t *testing.T, serial int64) TLS {
	t.Helper()
	key := must.Get(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))(t)
	of := &x509.Certificate{
		SerialNumber: big.NewInt(serial), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	der := must.Get(x509.CreateCertificate(rand.Reader, of, of, &key.PublicKey, key))(t)
	secret := must.Get(x509.MarshalPKCS8PrivateKey(key))(t)
	files := TLS{servingtest.InRunDir("cert.pem"), servingtest.InRunDir("key.pem")}
	write(t, files.Certificate, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})))
	write(t, files.Key, string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret})))
	return files
}

func TestTLS(t *testing.T) {
	settings := Default()
	settings.TLS = selfSigned(t, 1)
	s := newTestServer(t, settings, io.Discard)
	c := must.Get(loadCertificate(settings.TLS))(t)
	l := must.Get(net.Listen("tcp", "127.0.0.1:0"))(t)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx, c.listener(s.limits.listener(l)), s.routes()) }()

	ask := func() *http.Response {
		client := http.Client{Transport: &http.Transport{
			ForceAttemptHTTP2: true, TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, // the certificate signs itself
		}}
		defer client.CloseIdleConnections()
		r, err := client.Post("https://"+l.Addr().String()+"/predict", "application/json", strings.NewReader(servingtest.ToyRow))
		require.NoError(t, err)
		r.Body.Close()
		return r
	}
	r := ask()
	assert.Equal(t, http.StatusOK, r.StatusCode)
	assert.Equal(t, 2, r.ProtoMajor)
	assert.NotEmpty(t, r.Header.Get("Strict-Transport-Security"))
	assert.EqualValues(t, 1, r.TLS.PeerCertificates[0].SerialNumber.Int64())
	selfSigned(t, 2)
	s.renew(c)
	assert.EqualValues(t, 2, ask().TLS.PeerCertificates[0].SerialNumber.Int64(), "read again on SIGHUP")
	settings.Address = l.Addr().String()
	assert.NoError(t, Healthcheck(settings))
	cancel()
	assert.NoError(t, <-done)
	assert.Error(t, Healthcheck(settings))
}
