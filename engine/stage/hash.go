package stage

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"runtime"
	"sync"
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

// parallel does the tasks on all cores and returns the error of the first in
// the list that has one.
func parallel(tasks []func() error) error {
	errs := make([]error, len(tasks))
	next := make(chan int)
	var wg sync.WaitGroup
	for range min(len(tasks), runtime.GOMAXPROCS(0)) {
		wg.Go(func() {
			for i := range next {
				errs[i] = tasks[i]()
			}
		})
	}
	for i := range tasks {
		next <- i
	}
	close(next)
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// Digest returns the SHA-256 of the file.
func Digest(path string) (string, error) {
	f, err := hashFile(path, path)
	return f.SHA256, err
}
