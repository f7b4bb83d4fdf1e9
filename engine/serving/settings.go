package serving

import (
	"fmt"
	"net"
	"path/filepath"
	"runtime"
	"time"

	"example.com/engine/config"
	"example.com/engine/predictionlog"
)

// Settings are serve.yaml.
type Settings struct {
	// Name is the model's in protocols that ask for a model by name.
	Name string `yaml:"name" validate:"required,excludesall=/?#%"`
	// Address is host:port to listen on; without a host, on all interfaces.
	Address string `yaml:"address"`
	// Admin is host:port of a second, loopback-only listener for net/http/pprof.
	// Empty is none.
	Admin string `yaml:"admin"`
	// Strict refuses values that the schema does not allow, with severity
	// error: out of range, of an unseen category, in the wrong order. Else they
	// are answered with a warning.
	Strict bool `yaml:"strict"`
	// Example is the row that the page and the API's description start with, by
	// column. A column that it does not name gets a value that the schema allows.
	Example map[string]any `yaml:"example"`
	Limits  Limits         `yaml:"limits"`
	Time    Timeouts       `yaml:"timeouts"`
	Reload  Reload         `yaml:"reload"`
	TLS     TLS            `yaml:"tls"`
	// APIKeys is a file with one "name key" a line; a request needs one of the
	// keys. Empty asks for none.
	APIKeys string `yaml:"api_keys"`
	Log     Log    `yaml:"log"`
	// DriftRows is of how many of the last rows the metric serve_drift_psi tells
	// how they differ from the training rows. 0 leaves it out.
	DriftRows int `yaml:"drift_rows" validate:"gte=0"`
	// Predictions says which rows are kept, with their answers, for drift and
	// feedback. Its folder is below the work folder, unless it is absolute.
	Predictions predictionlog.Settings `yaml:"predictions"`
}

// Limits bound what one client, and all together, may take.
type Limits struct {
	// BodyBytes is the size of a request's body, but for text/csv, which is
	// answered as it comes.
	BodyBytes int64 `yaml:"body_bytes" validate:"gte=1024"`
	// Rows is how many rows a request may hold, but for text/csv.
	Rows int `yaml:"rows" validate:"gte=1"`
	// ExplainRows is how many rows a request to /explain may hold: the division
	// of a prediction takes a hundred times as long as the prediction.
	ExplainRows int `yaml:"explain_rows" validate:"gte=1"`
	// Concurrency is how many predictions are computed at the same time; a
	// request waits at most Wait for its turn, and not at all if its turn would come
	// later, by how long the last ones took. By default as many as there are
	// cores: with more, those that compute keep the cores from those that are to
	// be refused, and under an overload a refusal takes seconds.
	Concurrency int           `yaml:"concurrency" validate:"gte=1"`
	Wait        time.Duration `yaml:"wait" validate:"gte=0"`
	// Streams is how many text/csv requests are answered at the same time.
	Streams int `yaml:"streams" validate:"gte=1"`
	// MemoryBytes bounds what the bodies of all requests take together.
	MemoryBytes int64 `yaml:"memory_bytes" validate:"gtefield=BodyBytes"`
	// Connections is how many clients may be connected; others wait.
	Connections int `yaml:"connections" validate:"gte=1"`
	// Rate is how many requests a second a client may send, by the name of its
	// API key or else by its address, with Burst at once. 0 is any number.
	Rate  float64 `yaml:"rate" validate:"gte=0"`
	Burst int     `yaml:"burst" validate:"gte=1"`
}

// Timeouts end what takes too long.
type Timeouts struct {
	// Header is for the request's head, Read for all of the request. For
	// text/csv, Read and Write are for each part.
	Header time.Duration `yaml:"header" validate:"gt=0"`
	Read   time.Duration `yaml:"read" validate:"gt=0"`
	// Write is for the answer, from the end of the request's head on.
	Write time.Duration `yaml:"write" validate:"gt=0"`
	// Idle is how long a connection may wait for its next request.
	Idle time.Duration `yaml:"idle" validate:"gt=0"`
	// Drain is how long the server, when it is to stop, goes on accepting
	// requests while /readyz tells load balancers to look elsewhere.
	Drain time.Duration `yaml:"drain" validate:"gte=0"`
	// Stop is how long it then waits for the requests that it accepted.
	Stop time.Duration `yaml:"stop" validate:"gt=0"`
}

// Reload says how the server notices a new champion, besides SIGHUP.
type Reload struct {
	// Every is the time between looks at the model file. 0 is never.
	Every time.Duration `yaml:"every" validate:"gte=0"`
}

// TLS names the files, in PEM, that make the server speak HTTPS.
type TLS struct {
	Certificate string `yaml:"certificate" validate:"required_with=Key"`
	Key         string `yaml:"key" validate:"required_with=Certificate"`
}

// Log says what is logged, to standard error.
type Log struct {
	Format string `yaml:"format" validate:"oneof=json text"`
	// Requests are all, or those with a problem: a status of 400 and above.
	// Probes and metrics are not logged while they succeed.
	Requests string `yaml:"requests" validate:"oneof=all problems"`
}

// Default returns the settings that hold where serve.yaml is silent.
func Default() Settings {
	return Settings{
		Name:    "model",
		Address: ":8080",
		Limits: Limits{
			BodyBytes:   16 << 20,
			Rows:        100_000,
			ExplainRows: 1000,
			Concurrency: runtime.GOMAXPROCS(0),
			Wait:        100 * time.Millisecond,
			Streams:     8,
			MemoryBytes: 256 << 20,
			Connections: 4096,
			Burst:       100,
		},
		Time: Timeouts{
			Header: 5 * time.Second,
			Read:   10 * time.Second,
			Write:  30 * time.Second,
			Idle:   2 * time.Minute,
			Stop:   8 * time.Second,
		},
		Reload: Reload{Every: 2 * time.Second},
		Log:    Log{Format: "json", Requests: "all"},

		DriftRows:   5000,
		Predictions: predictionlog.Default(),
	}
}

// Load reads serve.yaml in the folder configDir. Its folder of predictions is then
// below work; address is to listen on instead of the configured one, unless it is
// empty.
func Load(configDir, work, address string) (Settings, error) {
	s := Default()
	if err := config.Load(filepath.Join(configDir, "serve.yaml"), &s); err != nil {
		return s, err
	}
	s.Predictions.Folder = below(work, s.Predictions.Folder)
	if address == "" {
		return s, nil
	}
	s.Address = address
	if err := s.Validate(); err != nil {
		return s, fmt.Errorf("-address: %w", err)
	}
	return s, nil
}

// below resolves a folder of the settings, which is relative to the work folder.
func below(work, folder string) string {
	if folder == "" || filepath.IsAbs(folder) {
		return folder
	}
	return filepath.Join(work, filepath.FromSlash(folder))
}

// Validate checks what tags can't say.
func (s *Settings) Validate() error {
	if _, _, err := net.SplitHostPort(s.Address); err != nil {
		return config.Invalid("address", "%q is not host:port", s.Address)
	}
	if s.Admin == "" {
		return nil
	}
	host, _, err := net.SplitHostPort(s.Admin)
	if err != nil {
		return config.Invalid("admin", "%q is not host:port", s.Admin)
	}
	if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
		return config.Invalid("admin", "%q is not a loopback address: profiles show what the server holds in memory", s.Admin)
	}
	return nil
}
