package config

import (
	"bytes"
	"encoding/json"
	"strings"
)

// Quote returns s in double quotes, as JSON has it, which YAML reads alike.
func Quote(s string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // a string always encodes
	return strings.TrimSuffix(b.String(), "\n")
}

// QuoteList returns the strings as a list on one line, each in double quotes.
func QuoteList(all []string) string {
	quoted := make([]string, len(all))
	for i, s := range all {
		quoted[i] = Quote(s)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}
