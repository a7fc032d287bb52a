package night

import (
	"testing"

	"pgregory.net/rapid"
)

func TestANightDrawsMoreOften(t *testing.T) {
	draws := func() (n int) {
		Check(t, func(*rapid.T) { n++ })
		return n
	}
	t.Setenv(Var, "")
	once := draws()
	t.Setenv(Var, "3")
	if got := draws(); once < 2 || got != 3*once || !Long(t) {
		t.Errorf("%d draws by day, %d by a night of 3", once, got)
	}
}
