package config

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// unmarshaler is a type that reads its own node.
type unmarshaler interface{ UnmarshalYAML(ast.Node) error }

var unmarshalerType = reflect.TypeFor[unmarshaler]()

// Decode reads a node into v, a pointer that holds the defaults, and
// validates it. A nil node or an empty value leaves the defaults. The errors
// are of type [*Error] and name the place.
func Decode(node ast.Node, v any) error {
	dst := reflect.ValueOf(v)
	if dst.Kind() != reflect.Pointer || dst.IsNil() {
		panic("config: the target is not a pointer")
	}
	if node != nil {
		if err := decode(node, dst.Elem()); err != nil {
			return err
		}
	}
	return check(node, v)
}

// OneOf takes a node of the form `kind` or `kind: settings` apart. The
// settings are nil where there are none.
func OneOf(node ast.Node) (kind string, settings ast.Node, err error) {
	switch n := node.(type) {
	case *ast.StringNode:
		return n.Value, nil, nil
	case ast.MapNode:
		pairs, err := mapping(node)
		if err != nil {
			return "", nil, err
		}
		if len(pairs) != 1 {
			return "", nil, errorAt(node, "expected one kind over its settings, got %d keys", len(pairs))
		}
		if settings = pairs[0].value; isEmpty(settings) {
			settings = nil
		}
		return pairs[0].name, settings, nil
	}
	return "", nil, errorAt(node, "expected a kind, or a kind over its settings, got %s", describe(node))
}

// decode reads the node into dst, which can be set.
func decode(node ast.Node, dst reflect.Value) error {
	if isEmpty(node) {
		return nil
	}
	if u, ok := asUnmarshaler(dst); ok {
		return placed(u.UnmarshalYAML(node), node)
	}
	if done, err := decodeText(node, dst); done {
		return err
	}
	switch dst.Kind() {
	case reflect.Pointer:
		return decodePointer(node, dst)
	case reflect.Interface:
		return decodeAny(node, dst)
	case reflect.Struct:
		return decodeStruct(node, dst)
	case reflect.Map:
		return decodeMap(node, dst)
	case reflect.Slice:
		return decodeSlice(node, dst)
	}
	return decodeScalar(node, dst)
}

func asUnmarshaler(dst reflect.Value) (unmarshaler, bool) {
	u, ok := dst.Addr().Interface().(unmarshaler)
	if !ok {
		if _, other := dst.Addr().Type().MethodByName("UnmarshalYAML"); other {
			panic(fmt.Sprintf("config: UnmarshalYAML of %s must take an ast.Node", dst.Type()))
		}
	}
	return u, ok
}

// decodePointer sets nil for null and else fills in what the pointer points
// to, made anew so that defaults shared with others stay as they are.
func decodePointer(node ast.Node, dst reflect.Value) error {
	if node.Type() == ast.NullType {
		dst.SetZero()
		return nil
	}
	v := reflect.New(dst.Type().Elem())
	if !dst.IsNil() {
		v.Elem().Set(dst.Elem())
	}
	if err := decode(node, v.Elem()); err != nil {
		return err
	}
	dst.Set(v)
	return nil
}

// decodeStruct goes through the keys in the order of the file, so that the
// first error is the topmost.
func decodeStruct(node ast.Node, dst reflect.Value) error {
	pairs, err := mapping(node)
	if err != nil {
		return err
	}
	known := fieldsOf(dst)
	for _, pair := range pairs {
		i := known.index(pair.name)
		if i < 0 {
			return unknownKey(pair, known.names())
		}
		if err := decode(pair.value, known[i].value); err != nil {
			return err
		}
	}
	return nil
}

func unknownKey(pair pair, known []string) error {
	if pair.name == "<<" {
		return errorAt(pair.key, "merge keys are not supported; repeat the settings")
	}
	e := errorAt(pair.key, "unknown key; %s", suggestion(pair.name, known))
	if name := pair.name; e.Key != name && !strings.HasSuffix(e.Key, "."+name) {
		e.Key = joinKey(e.Key, name)
	}
	return e
}

func decodeMap(node ast.Node, dst reflect.Value) error {
	pairs, err := mapping(node)
	if err != nil {
		return err
	}
	t := dst.Type()
	if t.Key().Kind() != reflect.String {
		panic(fmt.Sprintf("config: the keys of %s are not strings", t))
	}
	m := reflect.MakeMapWithSize(t, len(pairs))
	for _, pair := range pairs {
		v := reflect.New(t.Elem()).Elem()
		if err := decode(pair.value, v); err != nil {
			return err
		}
		m.SetMapIndex(reflect.ValueOf(pair.name).Convert(t.Key()), v)
	}
	dst.Set(m)
	return nil
}

func decodeSlice(node ast.Node, dst reflect.Value) error {
	n, ok := node.(*ast.SequenceNode)
	if !ok {
		return errorAt(node, "expected a list, got %s", describe(node))
	}
	s := reflect.MakeSlice(dst.Type(), len(n.Values), len(n.Values))
	for i, value := range n.Values {
		if isEmpty(value) {
			return errorAt(value, "the item is empty; write \"\" for an empty text")
		}
		if err := decode(value, s.Index(i)); err != nil {
			return err
		}
	}
	dst.Set(s)
	return nil
}

// pair is one key of a mapping with its value.
type pair struct {
	name  string
	key   ast.Node
	value ast.Node
}

// mapping returns the pairs in the order of the file. The parser has refused
// keys that stand there twice.
func mapping(node ast.Node) ([]pair, error) {
	n, ok := node.(ast.MapNode)
	if !ok {
		return nil, errorAt(node, "expected keys with values, got %s", describe(node))
	}
	var pairs []pair
	for it := n.MapRange(); it.Next(); {
		name, err := keyName(it.Key())
		if err != nil {
			return nil, err
		}
		pairs = append(pairs, pair{name, it.Key(), it.Value()})
	}
	return pairs, nil
}

// keyName returns a key as it is written, numbers and truth values included.
func keyName(node ast.Node) (string, error) {
	switch n := node.(type) {
	case *ast.MappingKeyNode:
		if n.Value != nil {
			return keyName(n.Value)
		}
	case *ast.StringNode:
		return n.Value, nil
	case *ast.MergeKeyNode, *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.NullNode:
		return node.GetToken().Value, nil
	}
	return "", errorAt(node, "expected a name as key, got %s", describe(node))
}
