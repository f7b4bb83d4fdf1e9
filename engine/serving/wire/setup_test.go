package wire

import (
	"testing"

	"example.com/engine/serving/servingtest"
)

func TestMain(m *testing.M) { servingtest.Main(m) }
