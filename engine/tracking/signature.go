package tracking

import "example.com/engine/schema"

// ColumnOf describes a column of the schema as MLflow's signatures do. Whole
// numbers are doubles, so that they may be null; times are long, nanoseconds
// since 1970, as the graph of a model takes them.
func ColumnOf(c schema.Column) Column {
	types := map[schema.Type]string{
		schema.Number: "double", schema.Integer: "double", schema.Category: "string", schema.Text: "string", schema.Time: "long",
	}
	return Column{Type: types[c.Type], Name: c.Name, Required: !c.Nullable}
}
