// Package tree grows and evaluates decision trees: gradient boosting on
// histograms, random forests, extra trees and single trees.
//
// It takes numbers and gives numbers and depends on nothing else of this
// module. A missing value is NaN; a categorical feature holds codes 0, 1, 2….
package tree
