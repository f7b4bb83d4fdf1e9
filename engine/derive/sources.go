package derive

import "example.com/engine/table"

// Sources returns for each derived column the names of the fields that it is
// made from, in their order, also through other derived columns. Check must
// have accepted the list for these fields.
func (l List) Sources(fields []table.Field) map[string][]string {
	from := map[string]map[string]bool{} // by column, the fields it is made from
	for _, f := range fields {
		from[f.Name] = map[string]bool{f.Name: true}
	}
	made := map[string][]string{}
	for _, s := range l {
		of := map[string]bool{}
		for _, in := range s.inputs() {
			for name := range from[in.Column] {
				of[name] = true
			}
		}
		for _, out := range s.outputs() {
			from[out.Name] = of
			for _, f := range fields {
				if of[f.Name] {
					made[out.Name] = append(made[out.Name], f.Name)
				}
			}
		}
	}
	return made
}
