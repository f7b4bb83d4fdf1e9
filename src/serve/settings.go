package main

import (
	"net"
	"time"

	"example.com/housing/src/internal/config"
)

// Settings are serve.yaml.
type Settings struct {
	// Address is host:port to listen on; without a host, on all interfaces.
	Address string `yaml:"address"`
	// Strict refuses a value that the schema does not allow, such as one
	// outside its range. Else it is answered, with a warning.
	Strict bool     `yaml:"strict"`
	Limits Limits   `yaml:"limits"`
	Time   Timeouts `yaml:"timeouts"`
}

// Limits bound what one client, and all together, may take.
type Limits struct {
	// BodyBytes is the size of a request's body.
	BodyBytes int64 `yaml:"body_bytes" validate:"gte=1024"`
	// Rows is how many rows a JSON request may hold.
	Rows int `yaml:"rows" validate:"gte=1"`
}

// Timeouts end what takes too long.
type Timeouts struct {
	// Header is for the request's head, Read for all of the request.
	Header time.Duration `yaml:"header" validate:"gt=0"`
	Read   time.Duration `yaml:"read" validate:"gt=0"`
	// Write is for the answer, from the end of the request's head on.
	Write time.Duration `yaml:"write" validate:"gt=0"`
	// Idle is how long a connection may wait for its next request.
	Idle time.Duration `yaml:"idle" validate:"gt=0"`
	// Stop is how long the server waits, when it stops, for the requests that
	// it accepted.
	Stop time.Duration `yaml:"stop" validate:"gt=0"`
}

// Default returns the settings that hold where serve.yaml is silent.
func Default() Settings {
	return Settings{
		Address: ":8080",
		Limits:  Limits{BodyBytes: 16 << 20, Rows: 100_000},
		Time: Timeouts{
			Header: 5 * time.Second,
			Read:   10 * time.Second,
			Write:  30 * time.Second,
			Idle:   2 * time.Minute,
			Stop:   8 * time.Second,
		},
	}
}

// Validate checks what tags can't say.
func (s *Settings) Validate() error {
	if _, _, err := net.SplitHostPort(s.Address); err != nil {
		return config.Invalid("address", "%q is not host:port", s.Address)
	}
	return nil
}
