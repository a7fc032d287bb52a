package plan

import (
	"fmt"
	"strings"

	"example.com/keyturn/models"
	"example.com/keyturn/rotation"
	"example.com/keyturn/rotation/bulk"
)

// Forgetting says what is given up with something that was left, what may have happened all the same, and where to
// look. name is that of the credential of a request; a plan has its own.
func Forgetting(one rotation.Loose, name string, clock Clock) []string {
	if one.IsPlan() {
		return forgettingPlan(one, clock)
	}
	i := one.Intent
	made := ""
	if !i.At.IsZero() {
		made = clock.Moment(i.At) + ", "
	}
	may := "If it was done, "
	if i.Rotate != nil {
		may += begun(i.Rotate.Overlap)
	} else {
		may += fmt.Sprintf("that step of the rotation %s was taken.", i.Step.Rotation)
	}
	return []string{
		fmt.Sprintf("%s %s, asked %sby %s at %s.", i.What(), Called(name, i.Credential()), made, i.MemberName, i.Endpoint),
		"Whether it was done is not known, and forgetting it does not find out: nothing is asked, and nothing is taken back.",
		may,
		fmt.Sprintf("Look at its rotations and at the activity for what %s began then: keyturn cannot ask for it any more.", i.MemberName),
	}
}

// Called is a credential by its name and its id, or by the id alone where nobody tells the name.
func Called(name string, id models.CredentialID) string {
	if name == string(id) {
		return name
	}
	return fmt.Sprintf("%s (%s)", name, id)
}

// begun says what a rotation that nobody knows of means.
func begun(o models.Overlap) string {
	if o.Mode == models.OverlapNone {
		return "its old secret has ended, and whoever has not got the new one is refused."
	}
	return "it has a new secret, and the old one ends as it was asked: overlap " + o.String() + "."
}

func forgettingPlan(one rotation.Loose, clock Clock) []string {
	s := one.Plan
	failed := ""
	if s.Failed > 0 {
		failed = fmt.Sprintf(", %d failed", s.Failed)
	}
	made := ""
	if !s.Plan.At.IsZero() {
		made = ", made " + clock.Moment(s.Plan.At)
	}
	lines := []string{
		fmt.Sprintf("A plan of %d rotations%s, by %s at %s: %d done%s, %d to go. What is done stays done.",
			len(s.Plan.Items), made, s.Plan.MemberName, s.Plan.Endpoint, s.Done, failed, s.ToGo()),
	}
	if len(one.Left) > 0 {
		lines = append(lines, "Not begun, as far as is written down, and not asked for any more: "+namesOf(one.Left)+".")
	}
	if len(one.Unknown) == 0 {
		return append(lines, "Its file goes. Nothing is asked, and nothing is taken back.")
	}
	for _, item := range one.Unknown {
		lines = append(lines, fmt.Sprintf("Not known whether done: rotate %s. If it was, %s", Called(item.Name, item.Credential), begun(item.Request.Overlap)))
	}
	return append(lines,
		"Its file goes, and forgetting it does not find out: nothing is asked, and nothing is taken back.",
		fmt.Sprintf("Look at their rotations and at the activity for what %s began then: keyturn cannot ask for it any more.", s.Plan.MemberName))
}

// maxNames is how many of those that were not begun are named. What is not known is always named.
const maxNames = 12

func namesOf(list []bulk.Item) string {
	var names []string
	for i, item := range list {
		if i == maxNames {
			return strings.Join(names, ", ") + fmt.Sprintf(" and %d more", len(list)-i)
		}
		names = append(names, item.Name)
	}
	return strings.Join(names, ", ")
}

// Forgotten says how things stand once something was given up.
func Forgotten(one rotation.Loose, name string) string {
	if !one.IsPlan() {
		return fmt.Sprintf("forgotten: %s %s; whether it was done is still not known", one.Intent.What(), name)
	}
	text := fmt.Sprintf("forgotten: a plan of %d rotations", len(one.Plan.Plan.Items))
	var unknown []string
	for _, item := range one.Unknown {
		unknown = append(unknown, item.Name)
	}
	if len(unknown) > 0 {
		text += "; still not known whether done: " + strings.Join(unknown, ", ")
	}
	return text
}

// Uncertain is what is given up without anybody knowing what became of it; whoever does has to mean it. find knows
// credentials by their id; nil: it does not.
func Uncertain(one rotation.Loose, find func(models.CredentialID) *models.Credential) (list []*models.Credential) {
	if !one.IsPlan() {
		id := one.Intent.Credential()
		if c := find(id); c != nil {
			return append(list, c)
		}
		return append(list, &models.Credential{ID: id, Name: string(id)})
	}
	for _, item := range one.Unknown {
		list = append(list, &models.Credential{ID: item.Credential, Name: item.Name, Kind: item.Kind})
	}
	return list
}
