package main

import (
	"context"
	"os"
	"sync"

	"example.com/keyturn/audit"
	"example.com/keyturn/audit/checkouts"
	"example.com/keyturn/audit/finding"
	"example.com/keyturn/audit/known"
	"example.com/keyturn/audit/mend"
	"example.com/keyturn/audit/prove"
	"example.com/keyturn/audit/source"
	"example.com/keyturn/models"
	"example.com/keyturn/ui/kit"
)

// workspace is whom the console asks about what it finds in checkouts.
type workspace interface {
	Identify(ctx context.Context, values []models.Secret) ([]*models.Identified, error)
	Members(ctx context.Context, page models.Page) (models.MemberPage, error)
}

// auditor joins the console with audits of checkouts.
type auditor struct {
	list   checkouts.List
	places checkouts.Places
	space  workspace

	mu       sync.Mutex // scans that were given up may still go on
	identify prove.Identify
	people   *prove.People
}

// newAuditor audits checkouts from where keyturn was started, and remembers them in the state folder.
func newAuditor(space workspace, state string) *auditor {
	a := &auditor{list: checkouts.List{Disk: diskOf("checkouts"), Dir: state}, space: space}
	a.places.Home, _ = os.UserHomeDir() // without one, paths are written whole
	a.places.Cwd, _ = os.Getwd()        // without one, nothing is offered
	a.identify = prove.Once(a.ask)
	return a
}

// Known is what was scanned before, and where keyturn was started.
func (a *auditor) Known(context.Context) (kit.KnownRepos, error) {
	k := kit.KnownRepos{Here: a.places.Here(), Home: a.places.Home}
	list, err := a.list.Load()
	for _, e := range list {
		k.Scanned = append(k.Scanned, kit.Scanned{
			Root: e.Root, At: e.At, Partial: e.Partial,
			Counts: kit.FindingCounts{Errors: e.Errors, Warnings: e.Warnings, Notes: e.Notes, Fixable: e.Fixable},
		})
	}
	return k, err
}

// Remember keeps what a scan counted.
func (a *auditor) Remember(ctx context.Context, s kit.Scanned) error {
	c := s.Counts
	return a.list.Put(ctx, checkouts.Entry{
		Root: s.Root, At: s.At.UTC(), Partial: s.Partial, Errors: c.Errors, Warnings: c.Warnings, Notes: c.Notes, Fixable: c.Fixable,
	})
}

// Forget takes a checkout off the list.
func (a *auditor) Forget(ctx context.Context, root string) error { return a.list.Remove(ctx, root) }

// Folder makes a root of what was typed.
func (a *auditor) Folder(_ context.Context, typed string) (string, error) {
	return a.places.Resolve(typed)
}

// Complete returns the folders that what was typed may become.
func (a *auditor) Complete(_ context.Context, typed string) ([]string, error) {
	return a.places.Complete(typed)
}

// Scan audits a checkout as the command does, and asks the workspace whose the literals are. What it does not
// answer is told in a remark: what the files say is worth showing without it.
func (a *auditor) Scan(ctx context.Context, root string, tell func(kit.Progress)) (finding.Report, error) {
	var unproven error
	people, err := a.members(ctx)
	if err != nil {
		unproven = err
	}
	report, err := audit.Run(ctx, audit.Options{
		Options: source.Options{Paths: []string{root}},
		Ignore: func(text []byte, list []finding.Finding) ([]finding.Finding, int, []string) {
			return known.Ignore(text, list, false)
		},
		People: people,
		Identify: func(ctx context.Context, values []models.Secret) ([]*finding.Identity, error) {
			a.mu.Lock()
			defer a.mu.Unlock()
			found, err := a.identify(ctx, values)
			if err != nil && ctx.Err() == nil {
				unproven = err
				return make([]*finding.Identity, len(values)), nil
			}
			return found, err
		},
		Progress: func(p audit.Progress) { tell(kit.Progress{Files: p.Files, Bytes: p.Bytes, Findings: p.Findings}) },
	})
	for i := range report.Findings {
		report.Findings[i].Root = root
	}
	if unproven != nil && ctx.Err() == nil {
		report.Remarks = append(report.Remarks, finding.Remark{Path: ".", Text: "whose the credentials are was not proven: " + unproven.Error()})
	}
	return report, err
}

// ask asks the workspace whose values are.
func (a *auditor) ask(ctx context.Context, values []models.Secret) ([]*finding.Identity, error) {
	found, err := a.space.Identify(ctx, values)
	if err != nil {
		return nil, err
	}
	identities := make([]*finding.Identity, len(values))
	for i, one := range found {
		if one != nil {
			who := prove.Identity(*one)
			identities[i] = &who
		}
	}
	return identities, nil
}

// members is everybody after whom a secret may be called; it is asked for once.
func (a *auditor) members(ctx context.Context) (*prove.People, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.people != nil {
		return a.people, nil
	}
	var list []models.MemberRef
	page := models.Page{Limit: models.MaxPage}
	for {
		got, err := a.space.Members(ctx, page)
		if err != nil {
			return nil, err
		}
		for _, m := range got.Items {
			list = append(list, models.MemberRef{ID: m.ID, Name: m.Name, Email: m.Email})
		}
		if page.Cursor = got.Next; page.Cursor == "" {
			break
		}
	}
	a.people = prove.NewPeople(list)
	return a.people, nil
}

// Preview works out what mends findings.
func (a *auditor) Preview(_ context.Context, picked []finding.Finding) (kit.Mending, error) {
	o := mend.Options{}
	changes, refused, err := mend.Plan(picked, mend.Read(o), o)
	if err != nil {
		return kit.Mending{}, err
	}
	m := kit.Mending{Refused: outcomesOf(refused)}
	for _, c := range changes {
		diff := kit.FileDiff{Root: c.Root, Path: c.Path, Findings: len(c.Findings)}
		c.Root = "" // it stands in the title: the name of the file is that in the checkout
		for _, line := range mend.Lines(c) {
			diff.Lines = append(diff.Lines, kit.DiffLine{Part: diffParts[line.Part], Text: line.Text})
		}
		m.Files = append(m.Files, diff)
	}
	m.Write = func(ctx context.Context) ([]kit.FileOutcome, error) {
		written, more, err := mend.Write(ctx, changes, o)
		files := outcomesOf(append(refused, more...))
		for _, w := range written {
			files = append(files, kit.FileOutcome{Root: w.Root, Path: w.Path, Note: w.Unsure, Findings: len(w.Findings)})
		}
		return files, err
	}
	return m, nil
}

var diffParts = map[mend.Part]kit.DiffPart{
	mend.Name: kit.DiffFile, mend.Place: kit.DiffPlace, mend.Same: kit.DiffSame, mend.Gone: kit.DiffGone, mend.Made: kit.DiffMade, mend.Hint: kit.DiffHint,
}

func outcomesOf(refused []mend.Refusal) []kit.FileOutcome {
	var list []kit.FileOutcome
	for _, r := range refused {
		list = append(list, kit.FileOutcome{Root: r.Root, Path: r.Path, Refused: r.Reason, Findings: len(r.Findings)})
	}
	return list
}
