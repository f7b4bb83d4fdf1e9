package drift_test

import (
	"os"

	"example.com/engine/drift"
	"example.com/engine/table"
)

// Incomes rise by a half, ages stay.
func ExampleProfile_Compare() {
	ages, before, now := make([]float64, 500), make([]float64, 500), make([]float64, 500)
	for i := range ages {
		ages[i], before[i] = float64(i%50), float64(i*i%97)
		now[i] = 1.5 * before[i]
	}
	trained := drift.Of(table.Must(table.Floats("age", ages), table.Floats("income", before)))
	asked := drift.Of(table.Must(table.Floats("age", ages), table.Floats("income", now)))
	r := trained.Compare(asked, drift.Options{Reference: "training rows", Current: "log", Settings: drift.Defaults()})
	r.Judge()
	r.WriteText(os.Stdout)
	// Output:
	// log (500 rows) against training rows (500 rows)
	//
	// column  kind    psi   jensen-shannon  wasserstein  test      p         q         nulls  was  unseen  drift
	// age     number  0     0               0            KS 0      1         1         0 %    0 %          no
	// income  number  1.13  0.376           0.78         KS 0.346  2.89e-15  5.77e-15  0 %    0 %          distribution
	//
	// warning: column "income": another distribution than in the reference: ks 0.346, wasserstein 0.78, psi 1.13; mean 71.1, was 47.4
}
