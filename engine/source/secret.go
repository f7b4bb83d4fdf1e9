package source

import (
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
)

// variable is what stands for a value of the environment in an address.
var variable = regexp.MustCompile(`\$\{(\w+)\}`)

// Withhold returns an address as it may be written down, in settings, records and messages: ${SOURCE_USER},
// ${SOURCE_PASSWORD} and ${SOURCE_QUERY} stand for its user, password and query, any of which may be a secret. It also
// returns the names of those. A path, and what variables stand for already, stays as it is.
func Withhold(address string) (text string, names []string) {
	if !IsRemote(address) {
		return address, nil
	}
	held := func(value, name string) string {
		if value == "" || variable.FindString(value) == value {
			return value
		}
		names = append(names, name)
		return "${" + name + "}"
	}
	address, _, _ = strings.Cut(address, "#")
	rest, query, hasQuery := strings.Cut(address, "?")
	scheme, rest, _ := strings.Cut(rest, "://")
	host, path, hasPath := strings.Cut(rest, "/")
	text = scheme + "://"
	if at := strings.LastIndex(host, "@"); at >= 0 {
		user, password, hasPassword := strings.Cut(host[:at], ":")
		text += held(user, "SOURCE_USER")
		if hasPassword {
			text += ":" + held(password, "SOURCE_PASSWORD")
		}
		text += "@"
		host = host[at+1:]
	}
	text += host
	if hasPath {
		text += "/" + path
	}
	if hasQuery {
		text += "?" + held(query, "SOURCE_QUERY")
	}
	return text, names
}

// withheld is the address as it may be written down.
func withheld(address string) string {
	text, _ := Withhold(address)
	return text
}

// Reveal puts the environment's values in the place of ${NAME} in an address. A name that the environment lacks is an
// error.
func Reveal(address string) (string, error) {
	missing := map[string]bool{}
	out := variable.ReplaceAllStringFunc(address, func(v string) string {
		name := variable.FindStringSubmatch(v)[1]
		value, ok := os.LookupEnv(name)
		if !ok {
			missing[name] = true
		}
		return value
	})
	if len(missing) > 0 {
		return "", fmt.Errorf("source %s: set %s in the environment", withheld(address), strings.Join(slices.Sorted(maps.Keys(missing)), " and "))
	}
	return out, nil
}
