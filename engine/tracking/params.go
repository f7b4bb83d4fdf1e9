package tracking

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// Flatten returns the settings of a configuration, as a stage's record keeps
// them, by their paths: those that a person writes in the file, such as
// estimator.ridge.alpha. Each part that comes in kinds is also there by itself:
// estimator is ridge. What is null or empty is left out.
func Flatten(prefix string, config json.RawMessage) (map[string]string, error) {
	d := json.NewDecoder(bytes.NewReader(config))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, fmt.Errorf("reading the settings of %s: %w", prefix, err)
	}
	f := flat{}
	f.value(prefix, v)
	return f, nil
}

type flat map[string]string

func (f flat) value(path string, v any) {
	switch v := v.(type) {
	case nil:
	case string:
		f.set(path, v)
	case map[string]any:
		f.object(path, v)
	case []any:
		f.list(path, v)
	default:
		f.set(path, fmt.Sprint(v))
	}
}

func (f flat) set(path, value string) {
	if value != "" {
		f[strings.TrimPrefix(path, ".")] = value
	}
}

func (f flat) object(path string, v map[string]any) {
	if kind, state, ok := ofKind(v); ok {
		f.set(path, kind)
		f.value(path+"."+kind, state)
		return
	}
	for key, value := range v {
		if settings, ok := value.(map[string]any); ok && len(settings) == 0 {
			f.set(path, key) // a kind without settings
			continue
		}
		f.value(path+"."+key, value)
	}
}

// ofKind tells whether v is a part that comes in kinds: {"kind": …, "state": …}.
func ofKind(v map[string]any) (kind string, state any, ok bool) {
	kind, ok = v["kind"].(string)
	state, has := v["state"]
	return kind, state, ok && (has && len(v) == 2 || len(v) == 1)
}

func (f flat) list(path string, list []any) {
	var kinds []string
	var rest []any
	seen := map[string]int{}
	for i, entry := range list {
		v, _ := entry.(map[string]any)
		kind, state, ok := ofKind(v)
		switch {
		case ok:
			kinds = append(kinds, kind)
			if seen[kind]++; seen[kind] > 1 {
				kind += "_" + strconv.Itoa(seen[kind])
			}
			f.value(path+"."+kind, state)
		case len(v) > 0:
			f.entry(path, i, v)
		default:
			rest = append(rest, entry)
		}
	}
	f.set(path, strings.Join(kinds, ", "))
	if len(rest) > 0 {
		f.set(path, compact(rest))
	}
}

// entry is an object of a list, under its name: its own, or that in the
// settings of its only key, as of {"ratio": {"name": …}}.
func (f flat) entry(path string, i int, v map[string]any) {
	if name, ok := v["name"].(string); ok && name != "" {
		for key, value := range v {
			if key != "name" {
				f.value(path+"."+name+"."+key, value)
			}
		}
		return
	}
	name := strconv.Itoa(i)
	if len(v) == 1 {
		for _, value := range v {
			if settings, ok := value.(map[string]any); ok {
				if own, ok := settings["name"].(string); ok && own != "" {
					name = own
				}
			}
		}
	}
	f.set(path+"."+name, compact(v))
}

func compact(v any) string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return fmt.Sprint(v)
	}
	return strings.TrimSpace(b.String())
}
