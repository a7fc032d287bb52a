package policy

import (
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"example.com/keyturn/models"
)

// MayImport refuses whoever may not import, before anybody reads what they send.
func MayImport(c Caller) error { return require(c, models.MayImport) }

// Import makes the workspace agree with an inventory: it creates what is missing and updates what
// differs, and never deletes. Importing the same inventory again changes nothing. A dry run writes
// nothing and reports what would change.
func (t *Tx) Import(inv models.Inventory, dryRun bool) (models.ImportReport, error) {
	return t.ImportArriving(Arriving{
		Workspace: inv.Workspace, Sunset: inv.Sunset,
		Members: slices.Values(inv.Members), CITokens: slices.Values(inv.CITokens), LegacyKeys: slices.Values(inv.LegacyKeys),
	}, dryRun)
}

// Arriving is an inventory whose lists come entry by entry, each once: who imports a large one need not hold it.
type Arriving struct {
	Workspace  models.InventoryWorkspace
	Sunset     *models.Sunset
	Members    iter.Seq[models.InventoryMember]
	CITokens   iter.Seq[models.InventoryCredential]
	LegacyKeys iter.Seq[models.InventoryCredential]
}

// ImportArriving is Import of an inventory that is not there as a whole.
func (t *Tx) ImportArriving(inv Arriving, dryRun bool) (models.ImportReport, error) {
	if err := MayImport(t.caller); err != nil {
		return models.ImportReport{}, err
	}
	im := &importer{
		Tx: t, dry: dryRun, report: models.ImportReport{DryRun: dryRun, Changes: []models.ImportChange{}},
		joined: map[string]models.MemberRef{}, made: map[string]made{}, entries: map[entryKey]bool{}, values: map[string]bool{},
	}
	if err := im.load(); err != nil {
		return im.report, err
	}
	for _, step := range []func(Arriving) error{im.workspace, im.sunset, im.members, im.ciTokens, im.legacyKeys} {
		if err := step(inv); err != nil {
			return im.report, err
		}
	}
	if dryRun || im.report.Created+im.report.Updated == 0 {
		return im.report, nil
	}
	return im.report, t.event(models.Event{
		Action: models.EventImported, Name: im.space.Name,
		Detail: fmt.Sprintf("%d created, %d updated, %d unchanged", im.report.Created, im.report.Updated, im.report.Unchanged),
	})
}

// importer carries one import through its steps. In a dry run it compares but does not write.
type importer struct {
	*Tx
	dry     bool
	report  models.ImportReport
	space   models.Workspace
	byEmail map[string]models.Member
	joined  map[string]models.MemberRef    // members whom the file has brought, by e-mail
	shared  map[string]models.Credential   // CI tokens and legacy CI keys that are not revoked, by name
	made    map[string]made                // those that the file has brought, by name
	revoked map[string]bool                // names of revoked shared credentials
	legacy  map[entryKey]models.Credential // legacy API keys by owner's e-mail, or by name without one
	entries map[entryKey]bool              // what the file has named
	values  map[string]bool                // keyed hashes of the values that the file has brought
	through string                         // which list is gone through
	at      int                            // at which of its entries
}

// eachOf goes through a list of the file.
func eachOf[T any](im *importer, name string, list iter.Seq[T], do func(T) error) error {
	im.through, im.at = name, 0
	for want := range list {
		if err := do(want); err != nil {
			return err
		}
		im.at++
	}
	return nil
}

// called is what an entry is called: by its name, or else by its place.
func (im *importer) called(what, name string) string {
	if strings.TrimSpace(name) == "" {
		return fmt.Sprintf("%s[%d]", im.through, im.at)
	}
	return what + " " + name
}

// made is what has to be known of a shared credential that the file has brought: of a large file there are many.
type made struct {
	id    models.CredentialID
	kind  models.Kind
	state models.CredentialState
}

// entryKey is what an entry is known by among those of its kind.
type entryKey struct{ kind, name string }

// once refuses an entry that the file has already had: which of them counts?
func (im *importer) once(entry string, key entryKey) error {
	if im.entries[key] {
		return importRefused(entry, "it is in the file twice")
	}
	im.entries[key] = true
	return nil
}

// fresh refuses a value that another credential has: a value names one credential.
func (im *importer) fresh(entry string, value models.Secret) error {
	if value.Empty() {
		return nil
	}
	key, err := im.key()
	if err != nil {
		return err
	}
	lookup := key.Lookup(value)
	found, err := im.Presented(lookup)
	if err != nil {
		return err
	}
	if im.values[string(lookup)] || found.Known() {
		return importRefused(entry, "another credential has the same value")
	}
	im.values[string(lookup)] = true
	return nil
}

// kept notes that the file brings another value than the one there is: a value is only ever
// replaced by a rotation.
func (im *importer) kept(entry string, have models.Credential, value models.Secret) error {
	if value.Empty() {
		return nil
	}
	key, err := im.key()
	if err != nil {
		return err
	}
	lookup := key.Lookup(value)
	if im.values[string(lookup)] {
		return importRefused(entry, "another credential has the same value")
	}
	im.values[string(lookup)] = true
	switch found, err := im.Presented(lookup); {
	case err != nil:
		return err
	case !found.Known():
		im.report.Kept++
		im.list(models.ImportChange{
			Verb: "keep", What: have.Kind.Label(), Name: have.Label(), Detail: "the file has another value, which was not taken: " + insteadOfValue(have),
		})
		return nil
	case found.Credential != have.ID:
		return importRefused(entry, "another credential has the same value")
	}
	return nil
}

// insteadOfValue says how a credential comes by another value, or why it never does.
func insteadOfValue(c models.Credential) string {
	switch {
	case c.State == models.Revoked:
		return "it is revoked; create a CI token instead"
	case c.Kind == models.PersonalToken:
		return "reset it instead"
	case c.Kind == models.LegacyAPIKey:
		return "a legacy API key has no successor; its owner moves to the personal token"
	}
	return "rotate it instead"
}

func (im *importer) load() error {
	var err error
	if im.space, err = im.Workspace(); err != nil {
		return err
	}
	im.byEmail = map[string]models.Member{}
	for after := models.MemberID(""); ; {
		page, err := im.Members(after, models.MaxPage)
		if err != nil {
			return err
		}
		for _, m := range page {
			im.byEmail[emailKey(m.Email)] = m
			after = m.ID
		}
		if len(page) < models.MaxPage {
			break
		}
	}
	return im.loadCredentials()
}

func (im *importer) loadCredentials() error {
	im.shared, im.revoked, im.legacy = map[string]models.Credential{}, map[string]bool{}, map[entryKey]models.Credential{}
	filter := models.NotPersonal()
	for after := models.CredentialID(""); ; {
		page, err := im.Credentials(filter, after, models.MaxPage)
		if err != nil {
			return err
		}
		for _, c := range page {
			after = c.ID
			switch {
			case c.Kind == models.LegacyAPIKey:
				im.legacy[legacyKeyOf(c.Name, c.Owner)] = c
			case c.State == models.Revoked:
				im.revoked[c.Name] = true
			default:
				im.shared[c.Name] = c
			}
		}
		if len(page) < models.MaxPage {
			return nil
		}
	}
}

func emailKey(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

func legacyKeyOf(name string, owner *models.MemberRef) entryKey {
	if owner != nil {
		return entryKey{"owner", emailKey(owner.Email)}
	}
	return entryKey{"name", name}
}

// note counts an entry as created, updated or unchanged.
func (im *importer) note(created bool, what, name string, details []string) {
	verb := "update"
	switch {
	case created:
		im.report.Created++
		verb = "create"
	case len(details) == 0:
		im.report.Unchanged++
		return
	default:
		im.report.Updated++
	}
	im.list(models.ImportChange{Verb: verb, What: what, Name: name, Detail: strings.Join(details, ", ")})
}

func (im *importer) list(c models.ImportChange) {
	if len(im.report.Changes) < models.MaxImportChanges {
		im.report.Changes = append(im.report.Changes, c)
	}
}

func differs[T comparable](details []string, field string, have, want T) []string {
	if have == want {
		return details
	}
	return append(details, fmt.Sprintf("%s: %v → %v", field, have, want))
}

func importRefused(entry, format string, args ...any) error {
	e := models.Invalid("import-refused", "%s: %s", entry, fmt.Sprintf(format, args...))
	e.Fix = "correct the file; nothing was written"
	return e
}

func (im *importer) workspace(inv Arriving) error {
	want := im.space
	if inv.Workspace.Name != "" {
		name, err := checkName(inv.Workspace.Name)
		if err != nil {
			return importRefused("workspace", "%v", err)
		}
		want.Name = name
	}
	if reveal := inv.Workspace.PersonalReveal; reveal != "" {
		if reveal != models.RevealAdmins && reveal != models.RevealOwner {
			return importRefused("workspace", "personal_token_reveal must be admins or owner")
		}
		want.PersonalReveal = reveal
	}
	if inv.Workspace.MembersUseCI != nil {
		want.MembersUseCI = *inv.Workspace.MembersUseCI
	}
	var details []string
	details = differs(details, "name", im.space.Name, want.Name)
	details = differs(details, "personal_token_reveal", im.space.PersonalReveal, want.PersonalReveal)
	details = differs(details, "members_use_ci", im.space.MembersUseCI, want.MembersUseCI)
	if len(details) == 0 {
		return nil
	}
	im.note(false, "workspace", want.Name, details)
	return im.saveSpace(want)
}

func (im *importer) saveSpace(want models.Workspace) error {
	im.space = want
	if im.dry {
		return nil
	}
	return im.saveSettings(&im.space)
}

func (im *importer) sunset(inv Arriving) error {
	if inv.Sunset == nil {
		return nil
	}
	if err := checkSunset(*inv.Sunset); err != nil {
		return err
	}
	if sameSunset(im.space.Sunset, *inv.Sunset) {
		im.note(false, "sunset calendar", "", nil)
		return nil
	}
	downtimes := fmt.Sprintf("%d downtimes", len(inv.Sunset.Downtimes))
	if len(inv.Sunset.Downtimes) == 1 {
		downtimes = "1 downtime"
	}
	im.note(false, "sunset calendar", "", []string{downtimes})
	want := im.space
	want.Sunset = *inv.Sunset
	return im.saveSpace(want)
}

func checkSunset(s models.Sunset) error {
	if !s.Start.IsZero() && !s.End.IsZero() && !s.Start.Before(s.End) {
		return importRefused("sunset", "it ends before it starts")
	}
	ids := map[string]bool{}
	for _, d := range s.Downtimes {
		switch {
		case d.ID == "":
			return importRefused("sunset", "a downtime has no id")
		case ids[d.ID]:
			return importRefused("downtime "+d.ID, "this id is used twice")
		case d.Start.IsZero() || d.End.IsZero():
			return importRefused("downtime "+d.ID, "it needs a start and an end")
		case !d.Start.Before(d.End):
			return importRefused("downtime "+d.ID, "it ends before it starts")
		}
		ids[d.ID] = true
	}
	return nil
}

func sameSunset(a, b models.Sunset) bool {
	if !sameMoment(a.Start, b.Start) || !sameMoment(a.End, b.End) || a.Source != b.Source || len(a.Downtimes) != len(b.Downtimes) {
		return false
	}
	have := map[string]models.Downtime{}
	for _, d := range a.Downtimes {
		have[d.ID] = d
	}
	for _, d := range b.Downtimes {
		h, ok := have[d.ID]
		if !ok || !sameMoment(h.Start, d.Start) || !sameMoment(h.End, d.End) || h.Note != d.Note {
			return false
		}
	}
	return true
}

// sameMoment compares times as they are kept: in whole milliseconds.
func sameMoment(a, b time.Time) bool { return a.UnixMilli() == b.UnixMilli() }
