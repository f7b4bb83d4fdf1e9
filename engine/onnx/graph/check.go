package graph

import "fmt"

// Check tells in an error whether a tensor is made twice, or read before it is
// made: what a runtime would refuse when it loads the file.
func (g *Graph) Check() error {
	c := checker{"": true}
	for _, t := range g.constants {
		if err := c.make(t.name); err != nil {
			return err
		}
	}
	return c.check(g)
}

// checker holds the names of tensors made so far.
type checker map[string]bool

func (c checker) make(name string) error {
	if c[name] {
		return fmt.Errorf("two tensors are named %q", name)
	}
	c[name] = true
	return nil
}

func (c checker) check(g *Graph) error {
	for _, v := range g.Inputs {
		if err := c.make(v.Name); err != nil {
			return err
		}
	}
	for _, n := range g.nodes {
		if err := c.node(n); err != nil {
			return err
		}
	}
	for _, v := range g.Outputs {
		if !c[v.Name] {
			return fmt.Errorf("no node makes the output %q", v.Name)
		}
	}
	return nil
}

func (c checker) node(n node) error {
	for _, in := range n.inputs {
		if !c[in] {
			return fmt.Errorf("%s reads %q before it is made", n.name, in)
		}
	}
	for _, a := range n.attributes {
		if body, ok := a.value.(*Graph); ok {
			if err := c.check(body); err != nil {
				return err
			}
		}
	}
	for _, out := range n.outputs {
		if err := c.make(out); err != nil {
			return err
		}
	}
	return nil
}
