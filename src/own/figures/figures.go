// Package figures is where a project adds figures to its report, a file each:
//
//	func init() {
//		figures.Register("residuals_by_age", figures.Figure{Title: …, Caption: …, Draw: …})
//	}
//
// example.com/engine/figures has the bundled ones in the same form, and says what
// they are drawn from. Only the program plot imports this package, for that effect: the
// others stay without gonum/plot, and a change here draws anew but trains nothing.
package figures
