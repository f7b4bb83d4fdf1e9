package stage

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"

	"example.com/engine/parallel"
)

// hashReader reads r to its end.
func hashReader(path string, r io.Reader) (File, error) {
	h := sha256.New()
	n, err := io.CopyBuffer(onlyWriter{h}, onlyReader{r}, make([]byte, 1<<18))
	if err != nil {
		return File{}, fmt.Errorf("reading %s: %w", path, err)
	}
	return File{Path: path, SHA256: hex.EncodeToString(h.Sum(nil)), Bytes: n}, nil
}

// onlyReader and onlyWriter hide WriterTo and ReaderFrom, which would copy in
// pieces of 32 KB.
type (
	onlyReader struct{ io.Reader }
	onlyWriter struct{ io.Writer }
)

// hashFile returns the facts of the file at open, under the name path.
func hashFile(path, open string) (File, error) {
	f, err := os.Open(open)
	if err != nil {
		return File{}, err
	}
	defer f.Close()
	return hashReader(path, f)
}

// do does the tasks on all cores and returns the error of the first in the list
// that has one.
func do(tasks []func() error) error {
	return parallel.Try(len(tasks), func(i int) error { return tasks[i]() })
}

// Digest returns the SHA-256 of the file.
func Digest(path string) (string, error) {
	f, err := hashFile(path, path)
	return f.SHA256, err
}
