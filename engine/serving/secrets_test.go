package serving

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/serving/servingtest"
)

// selfSigned writes a certificate for 127.0.0.1.
func selfSigned(t *testing.T, serial int64) TLS {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	of := &x509.Certificate{
		SerialNumber: big.NewInt(serial), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	der, err := x509.CreateCertificate(rand.Reader, of, of, &key.PublicKey, key)
	require.NoError(t, err)
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	files := TLS{servingtest.InRunDir("cert.pem"), servingtest.InRunDir("key.pem")}
	write(t, files.Certificate, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})))
	write(t, files.Key, string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret})))
	return files
}

func TestTLS(t *testing.T) {
	settings := Default()
	settings.TLS = selfSigned(t, 1)
	s := newTestServer(t, settings, io.Discard)
	c, err := loadCertificate(settings.TLS)
	require.NoError(t, err)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
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
