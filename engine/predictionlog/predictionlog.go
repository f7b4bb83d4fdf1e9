// Package predictionlog keeps what a server was asked and what it answered, so
// that drift can be measured and the truth, when it is known, be joined.
//
// A log is a folder of files 00000001.jsonl, 00000002.jsonl, …, the newest
// last. Each line is a JSON object, one row of one request:
//
//	{"time":"2026-11-23T09:18:46.123Z","request":"9f0c…","row":0,"model":"4be2a1c09d77",
//	 "inputs":{"longitude":-122.27,"ocean_proximity":"NEAR BAY"},
//	 "prediction":206855.8,"lower":151020.1,"upper":262311.5}
//
// A classification has a label for its prediction, "probabilities" by label,
// and, where the model is calibrated, "set", the likeliest label first. A null
// is null; a column that is not kept is absent. Request and row together are the
// row's name: the client reads the one in the header X-Request-Id of the answer
// and counts the other from 0.
//
// Size and number of the files are bounded; the oldest go first. A process that
// is killed leaves a torn last line at most, which readers pass over; the next
// process begins a new line. Two processes never write to one file.
package predictionlog

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Settings say what is kept, and how much.
type Settings struct {
	// Folder is where the files are. Empty keeps nothing.
	Folder string `yaml:"folder"`
	// Sample is the share of rows that is kept, drawn by chance.
	Sample float64 `yaml:"sample" validate:"gte=0,lte=1"`
	// Redact names columns that are not kept as they are: drop leaves the column
	// out, hash writes the first 16 hexadecimal digits of its HMAC-SHA256, with
	// the key in the file Key, so that equal values stay equal.
	Redact map[string]string `yaml:"redact" validate:"dive,oneof=drop hash"`
	Key    string            `yaml:"key"`
	// FileBytes is the size at which a file is followed by the next one, Files
	// how many there are at most.
	FileBytes int64 `yaml:"file_bytes" validate:"gte=4096"`
	Files     int   `yaml:"files" validate:"gte=2"`
	// QueueRows is how many rows may wait to be written; those beyond are
	// dropped. They wait for Every, which is what a kill can lose.
	QueueRows int           `yaml:"queue_rows" validate:"gte=1"`
	Every     time.Duration `yaml:"every" validate:"gt=0"`
}

// Default keeps nothing until a folder is named, and then all rows, in 128 MiB.
func Default() Settings {
	return Settings{Sample: 1, FileBytes: 16 << 20, Files: 8, QueueRows: 100_000, Every: 100 * time.Millisecond}
}

// minKey is how long the key of the hashes must be, in bytes.
const minKey = 16

// readKey returns the key of the hashes; nil where none is needed.
func (s *Settings) readKey() ([]byte, error) {
	hashed := false
	for _, how := range s.Redact {
		hashed = hashed || how == "hash"
	}
	if !hashed {
		return nil, nil
	}
	if s.Key == "" {
		return nil, fmt.Errorf("predictions.redact: hash needs a file in predictions.key: without a key, values are found by trying them")
	}
	data, err := os.ReadFile(s.Key)
	if err != nil {
		return nil, fmt.Errorf("predictions.key: %w", err)
	}
	if key := strings.TrimSpace(string(data)); len(key) >= minKey {
		return []byte(key), nil
	}
	return nil, fmt.Errorf("predictions.key: %s is shorter than %d bytes", s.Key, minKey)
}

// hash is what stands for a value whose column is to be hashed.
func hash(key, value []byte) string {
	mac := hmac.New(sha256.New, key)
	mac.Write(value)
	return hex.EncodeToString(mac.Sum(nil)[:8])
}

const extension = ".jsonl"

// fileName is the name of file n.
func fileName(n int) string { return fmt.Sprintf("%08d%s", n, extension) }

// Files returns the paths of the log's files, the oldest first.
func Files(folder string) ([]string, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	var paths []string
	for _, e := range entries {
		if number(e.Name()) > 0 && e.Type().IsRegular() {
			paths = append(paths, filepath.Join(folder, e.Name()))
		}
	}
	slices.SortFunc(paths, func(a, b string) int { return number(filepath.Base(a)) - number(filepath.Base(b)) })
	return paths, nil
}

// number is n for the name of file n, and 0 for another name.
func number(name string) int {
	var n int
	if _, err := fmt.Sscanf(name, "%d", &n); err != nil || n < 1 || name != fileName(n) {
		return 0
	}
	return n
}
