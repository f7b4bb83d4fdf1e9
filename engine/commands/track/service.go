package track

import (
	"github.com/goccy/go-yaml/ast"

	"example.com/engine/config"
)

// service is what serve.yaml says of the model's name, which MLflow has it
// under too. The other settings are for the server to check.
type service struct{ Name string }

// UnmarshalYAML reads the name.
func (v *service) UnmarshalYAML(node ast.Node) error {
	var all map[string]any
	if err := config.Decode(node, &all); err != nil {
		return err
	}
	if name, ok := all["name"].(string); ok {
		v.Name = name
	}
	return nil
}

// service returns the name that serve.yaml gives the model, or else that of the
// target.
func (c *collector) service() (service, error) {
	var v service
	if err := c.s.Config("serve.yaml", &v); err != nil {
		return v, err
	}
	if v.Name == "" {
		v.Name = c.schema().Target
	}
	if v.Name == "" {
		v.Name = "model"
	}
	return v, nil
}
