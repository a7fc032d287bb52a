package plain

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"example.com/keyturn/actions"
	"example.com/keyturn/audit/finding"
	"example.com/keyturn/ui/follow"
	"example.com/keyturn/ui/kit"
	"example.com/keyturn/ui/screens/cells"
	"example.com/keyturn/ui/screens/repos"
	"example.com/keyturn/ui/term"
	"example.com/keyturn/ui/words"
)

// askRepos asks which checkouts were scanned before, beside the session, and hands it over.
func (s *session) askRepos(ctx context.Context) {
	if s.Ports.Auditor == nil {
		close(s.repoList)
		return
	}
	known, err := follow.Ask(ctx, s.Ports.Auditor.Known)
	s.post(func() {
		s.Book.Repos.PutKnown(known)
		if s.Book.Repos.Trouble = err; err != nil {
			s.news.put("repositories", "Which repositories were scanned before could not be read: "+err.Error()+".")
		}
		s.repos().outdated()
		close(s.repoList)
	})
}

// reposKnown waits until it is known which checkouts were scanned before.
func (s *session) reposKnown(ctx context.Context) bool {
	return s.await(ctx, func(ctx context.Context) error {
		select {
		case <-s.repoList:
		case <-ctx.Done():
		}
		return ctx.Err()
	}) == nil
}

// may reports whether an action on checkouts or findings can be done now, and says why not.
func (s *session) may(id actions.ID) bool {
	if why := s.repos().refuses(id); why != "" {
		s.refuse(id, why)
		return false
	}
	return true
}

// scan scans the checkouts that are meant, one after the other. After a stop the rest is left.
func (s *session) scan(ctx context.Context, _ string) {
	if !s.may(actions.Scan) {
		return
	}
	r := s.repos()
	roots := r.roots()
	r.checkouts.clearMarks()
	s.scanAll(ctx, roots)
}

func (s *session) scanAll(ctx context.Context, roots []string) {
	for i, root := range roots {
		if !s.scanOne(ctx, root) {
			if rest := len(roots) - i - 1; rest > 0 {
				s.say("Not scanned: %s.", words.Repositories(rest))
			}
			return
		}
	}
}

func (s *session) stopScan(context.Context, string) { s.may(actions.StopScan) }

// scanned is how a scan ended.
type scanned struct {
	report finding.Report
	err    error
}

// sayEvery is how long a scan goes on between two lines about it.
const sayEvery = 10 * time.Second

// scanOne scans a checkout, and reports whether it came to its end. Ctrl+c stops it, and keeps what was found;
// a second one does not wait for that.
func (s *session) scanOne(ctx context.Context, root string) bool {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var far atomic.Pointer[kit.Progress]
	over := make(chan scanned, 1)
	go s.beside(func() {
		report, err := s.Ports.Auditor.Scan(ctx, root, func(p kit.Progress) { far.Store(&p) })
		over <- scanned{report, err}
	})
	began, stopped := s.Ports.Now(), false
	slow := time.NewTimer(patience)
	defer slow.Stop()
	for {
		select {
		case end := <-over:
			s.scanEnded(ctx, root, end, stopped)
			return !stopped && ctx.Err() == nil
		case <-slow.C:
			s.sayProgress(root, far.Load(), s.Ports.Now().Sub(began))
			slow.Reset(sayEvery)
		case do := <-s.events:
			do()
		case <-s.interrupts:
			if stopped {
				s.say("The scan was given up: what it found is lost.")
				return false
			}
			stopped = true
			stop()
		}
	}
}

func (s *session) sayProgress(root string, p *kit.Progress, elapsed time.Duration) {
	if p == nil {
		p = &kit.Progress{}
	}
	s.say("Scanning %s: %s. Ctrl+c stops, and keeps what was found.", nameOfRoot(root), words.Reading(*p, elapsed))
}

func nameOfRoot(root string) string { return term.Clean((&kit.Repo{Root: root}).Name()) }

// scanEnded takes in what a scan has found, says it, and keeps how much it was for the next session.
func (s *session) scanEnded(ctx context.Context, root string, end scanned, stopped bool) {
	err := end.err
	if stopped && errors.Is(err, context.Canceled) {
		err = nil
	}
	partial := stopped && end.err != nil
	s.Book.Repos.Put(root, end.report, s.Ports.Now(), partial, err)
	s.repos().outdated()
	counts := kit.CountFindings(end.report.Findings)
	switch {
	case err != nil:
		s.tell(kit.Toast{Level: kit.Fail, Text: nameOfRoot(root) + " could not be scanned: " + term.Clean(err.Error()) + "."})
		return
	case partial:
		s.tell(kit.Toast{Text: nameOfRoot(root) + ": stopped; found until then: " + words.Found(counts) + "."})
	default:
		s.tell(kit.Toast{Text: nameOfRoot(root) + ": found " + sentence(words.Found(counts), words.Mendable(counts)) + "."})
	}
	if n := end.report.Stats.Failed; n > 0 {
		s.say("%s could not be read: detail names them.", cells.Plural(int64(n), "file"))
	}
	keep := s.Book.Repos.Find(root).Last
	s.keep(context.WithoutCancel(ctx), func(ctx context.Context) error { return s.Ports.Auditor.Remember(ctx, keep) })
}

// keep changes the list that is kept for the next session.
func (s *session) keep(ctx context.Context, do func(context.Context) error) {
	if err := s.await(ctx, do); err != nil {
		s.tell(kit.Toast{Text: "The list of repositories could not be kept: " + err.Error() + "."})
	}
}

// addRepo puts a checkout on the list and scans it. The path is asked for if it was not typed with the word.
func (s *session) addRepo(ctx context.Context, path string) {
	if !s.may(actions.AddRepo) {
		return
	}
	root := ""
	check := func(path string) error {
		return s.await(ctx, func(ctx context.Context) (err error) {
			root, err = s.Ports.Auditor.Folder(ctx, path)
			return err
		})
	}
	if path != "" {
		if err := check(path); err != nil {
			s.say("That does not do: %s.", term.Clean(err.Error()))
			path = ""
		}
	}
	if path == "" {
		if _, ok := s.written(ctx, "Write the path of a checkout or a folder.", check); !ok {
			return
		}
	}
	s.Book.Repos.Add(root)
	r := s.repos()
	r.outdated()
	r.leave()
	s.scanAll(ctx, []string{root})
	r.take(root)
	s.saySelected(ctx)
}

func (s *session) removeRepos(ctx context.Context, _ string) {
	if !s.may(actions.RemoveRepo) {
		return
	}
	r := s.repos()
	roots := r.roots()
	r.checkouts.clearMarks()
	r.leave()
	for _, root := range roots {
		s.Book.Repos.Remove(root)
		s.keep(ctx, func(ctx context.Context) error { return s.Ports.Auditor.Forget(ctx, root) })
	}
	r.outdated()
	s.tell(kit.Toast{Text: "Taken off the list: " + words.Repositories(len(roots)) + ". No file was touched."})
}

// openFindings reads what was found in the checkouts that are meant.
func (s *session) openFindings(_ context.Context, _ string) {
	if !s.may(actions.OpenFindings) {
		return
	}
	within := map[string]bool{}
	for _, root := range s.repos().roots() {
		within[root] = true
	}
	s.repos().enter(repos.ByFile, within)
	s.readList(s.repos())
}

// regroup reads what was found everywhere, and then gathered in the other way.
func (s *session) regroup(_ context.Context, _ string) {
	if !s.may(actions.Regroup) {
		return
	}
	r := s.repos()
	switch {
	case !r.inside:
		r.enter(repos.ByFile, nil)
	case r.by == repos.ByFile:
		r.enter(repos.ByCredential, r.within)
	default:
		r.enter(repos.ByFile, r.within)
	}
	s.readList(r)
}

// mending asks what mends the findings that are meant, and reads it; nil: nothing can be done.
func (s *session) mending(ctx context.Context, id actions.ID) *kit.Mending {
	if !s.may(id) {
		return nil
	}
	picked := s.repos().fixable()
	var m kit.Mending
	err := s.await(ctx, func(ctx context.Context) (err error) {
		m, err = s.Ports.Auditor.Preview(ctx, picked)
		return err
	})
	if err != nil {
		s.tell(kit.Toast{Level: kit.Fail, Text: "What would change is not known: " + term.Clean(err.Error()) + "."})
		return nil
	}
	s.say("%s can be fixed in %s.", cells.Plural(int64(len(picked)), "finding"), cells.Plural(int64(len(m.Files)), "file"))
	for _, f := range m.Files {
		s.say("In %s:", term.Clean(f.Path))
		s.sayAll(spokenDiff(f.Lines))
	}
	for _, f := range m.Refused {
		s.say("%s.", words.Outcome(f))
	}
	return &m
}

// spokenDiff is a diff for ears: where, what goes and what comes.
func spokenDiff(lines []kit.DiffLine) []string {
	var said []string
	for _, line := range lines {
		switch line.Part {
		case kit.DiffPlace:
			said = append(said, "At line "+lineOf(line.Text)+":")
		case kit.DiffGone:
			said = append(said, "goes: "+term.Clean(strings.TrimSpace(strings.TrimPrefix(line.Text, "-"))))
		case kit.DiffMade:
			said = append(said, "comes: "+term.Clean(strings.TrimSpace(strings.TrimPrefix(line.Text, "+"))))
		}
	}
	return said
}

// lineOf is the line at which a part of a diff begins: "@@ -12,7 +12,7 @@" begins at 12.
func lineOf(head string) string {
	_, rest, _ := strings.Cut(head, "-")
	end := strings.IndexFunc(rest, func(r rune) bool { return r < '0' || r > '9' })
	return rest[:max(0, end)]
}

func (s *session) previewFix(ctx context.Context, _ string) {
	if s.mending(ctx, actions.PreviewFix) != nil {
		s.say("Nothing is written: fix does it.")
	}
}

// fix reads what would change, writes it after asking, says what became of each file and scans again.
func (s *session) fix(ctx context.Context, _ string) {
	m := s.mending(ctx, actions.Fix)
	if m == nil || len(m.Files) == 0 {
		return
	}
	if !s.agreed(ctx, question{lines: []string{"Nothing else in these files changes."}, verb: "write " + cells.Plural(int64(len(m.Files)), "file")}) {
		return
	}
	var files []kit.FileOutcome
	err := s.await(ctx, func(ctx context.Context) (err error) {
		files, err = m.Write(ctx)
		return err
	})
	text, _ := words.Wrote(files)
	if err != nil {
		text += "; then it failed: " + term.Clean(err.Error())
	}
	s.tell(kit.Toast{Text: strings.ToUpper(text[:1]) + text[1:] + "."})
	var roots []string
	for _, f := range files {
		s.say("%s.", words.Outcome(f))
		if f.Refused == "" && !slices.Contains(roots, f.Root) {
			roots = append(roots, f.Root)
		}
	}
	s.scanAll(ctx, roots)
}

// learnRight asks how the selected finding's line looks once it is mended, for its details.
func (s *session) learnRight(ctx context.Context) {
	r := s.repos()
	if s.place != actions.Repositories || !r.inside || s.Ports.Auditor == nil {
		return
	}
	e := r.findings[r.by].current()
	if e == nil || e.IsHead() || !kit.Fixable(e.Finding) {
		return
	}
	var m kit.Mending
	err := s.await(ctx, func(ctx context.Context) (err error) {
		m, err = s.Ports.Auditor.Preview(ctx, []finding.Finding{*e.Finding})
		return err
	})
	r.right[e.Key()] = repos.RightOf(m, err)
}
