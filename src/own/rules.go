package own

import (
	"github.com/go-gota/gota/dataframe"

	"example.com/engine/cleaning"
)

// Rules change or drop rows before the table is checked and split. They are no
// part of the model: rows that come to the server have not passed them. Those
// that clean.rules of data.yaml names are applied, in its order:
//
//	clean:
//	  rules: [drop_contradictions]
//
// What a rule sees, and must not do: engine/cleaning/rules.go.
func init() {
	cleaning.Register("drop_contradictions", dropContradictions)
}

// dropContradictions drops block groups with more households than people. A
// null keeps its row.
func dropContradictions(df dataframe.DataFrame) dataframe.DataFrame {
	people, households := df.Col("population").Float(), df.Col("households").Float()
	keep := make([]bool, df.Nrow())
	for i := range keep {
		keep[i] = !(households[i] > people[i])
	}
	return df.Subset(keep)
}
