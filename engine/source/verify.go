package source

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"strings"
)

// MismatchError says that a file is not the one that was asked for.
type MismatchError struct {
	File      string
	Want, Got string // SHA-256
}

func (e *MismatchError) Error() string {
	return fmt.Sprintf("%s has SHA-256 %s, expected %s", e.File, e.Got, e.Want)
}

// Verify returns the SHA-256 of the file and a *MismatchError where it is not
// the wanted one. An empty want fits any file.
func Verify(file, want string) (string, error) {
	f, err := os.Open(file)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", fmt.Errorf("reading %s: %w", file, err)
	}
	got := hex.EncodeToString(h.Sum(nil))
	if want != "" && !strings.EqualFold(got, want) {
		return got, &MismatchError{file, strings.ToLower(want), got}
	}
	return got, nil
}
