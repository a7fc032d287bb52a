//go:build unix

package proof_test

import "strings"

// death is where a console is killed.
type death struct {
	flow  consoleFlow
	point string
}

// eachName takes one death for each name of a point: in another flow each time, and in the middle of how often
// the flow comes there.
func eachName(all []death) (some []death) {
	of := map[string][][]death{} // the deaths of one name, by flow
	var order []string
	for _, d := range all {
		name, _, _ := strings.Cut(d.point, " #")
		through := of[name]
		if through == nil {
			order = append(order, name)
		}
		if last := len(through) - 1; last >= 0 && through[last][0].flow.name == d.flow.name {
			through[last] = append(through[last], d)
		} else {
			through = append(through, []death{d})
		}
		of[name] = through
	}
	for i, name := range order {
		times := of[name][i%len(of[name])]
		some = append(some, times[(len(times)-1)/2])
	}
	return some
}
