package results

import (
	"errors"
	"io/fs"
)

// Event is an entry of History: what became champion, or did not, and why.
type Event struct {
	Action   string `json:"action"` // promote, keep or rollback
	Model    string `json:"model"`  // SHA-256 of the model that was decided on
	Champion string `json:"champion"`
	Reason   string `json:"reason"`
}

// ReadHistory reads the events of the file, the oldest first; none if the file
// is missing, as before the first promotion.
func ReadHistory(path string) ([]Event, error) {
	var events []Event
	if err := Read(path, &events); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	return events, nil
}

// Kept is where a model that was champion stays, by its SHA-256 or by a
// pattern of filepath.Glob for it.
func Kept(digest string) string { return "models/history/" + digest + ".zip" }
