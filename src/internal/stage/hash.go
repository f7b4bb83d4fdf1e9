package stage

import (
	"bytes"
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

// headBytes of an executable hold every copy of Go's build id.
const headBytes = 1 << 16

// Program returns the identity of this program: the SHA-256 of its file with
// Go's build id blanked out. The id changes whenever any source of the
// program does, the rest only when the compiled code does, so editing a
// function that another program calls leaves this one as it was.
//
// Note: linking with -buildid= would leave the id out, but go build can then
// not tell that a program is up to date and links it anew every time.
func Program() (string, error) {
	path, err := os.Executable()
	if err != nil {
		return "", err
	}
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	head := make([]byte, headBytes)
	n, err := io.ReadFull(f, head)
	if err != nil && err != io.ErrUnexpectedEOF {
		return "", err
	}
	blankBuildID(head[:n])
	program, err := hashReader(path, io.MultiReader(bytes.NewReader(head[:n]), f))
	return program.SHA256, err
}

// blankBuildID overwrites every copy of the build id. It stands, between
// these marks, at the start of the code and once more in a note of the
// executable's header.
func blankBuildID(head []byte) {
	_, after, found := bytes.Cut(head, []byte("\xff Go build ID: \""))
	id, _, closed := bytes.Cut(after, []byte("\"\n \xff"))
	if !found || !closed || len(id) == 0 {
		return
	}
	blank := make([]byte, len(id))
	copy(head, bytes.ReplaceAll(head, bytes.Clone(id), blank))
}

// parallel calls f(0) … f(n-1) on all cores and returns the error of the
// lowest index.
func parallel(n int, f func(i int) error) error {
	errs := make([]error, n)
	next := make(chan int)
	var wg sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		wg.Go(func() {
			for i := range next {
				errs[i] = f(i)
			}
		})
	}
	for i := range n {
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
