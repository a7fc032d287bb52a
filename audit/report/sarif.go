package report

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"example.com/keyturn/audit/finding"
)

// What GitHub takes of one file; more of it is refused as a whole. What has to stay out is told of in the
// file itself.
const (
	mostResults = 25_000 // in a run
	mostRuns    = 20
)

// writeSARIF writes a run for each root, so that each can be uploaded to its own repository.
func writeSARIF(w io.Writer, r finding.Report, o Options) error {
	log := sarifLog{Schema: sarifSchema, Version: sarifVersion, Runs: []sarifRun{}}
	roots := o.roots(r)
	for _, root := range roots {
		log.Runs = append(log.Runs, runOf(r, o, root))
	}
	if len(roots) > mostRuns {
		said := &log.Runs[0].Invocations[0].Notifications
		*said = append(*said, notification("warning", fmt.Sprintf("This file has %d runs, and GitHub takes %d: audit and upload each root by itself.", len(roots), mostRuns)))
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(log); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	return nil
}

func runOf(r finding.Report, o Options, root string) sarifRun {
	run := sarifRun{
		Tool: sarifTool{Driver: driver(o.Version)}, ColumnKind: "unicodeCodePoints", Results: []sarifResult{},
		Automation: sarifAutomation{ID: automationID(root)},
		Bases:      map[string]sarifLocation{sourceRoot: {Description: &sarifText{Text: "The root of the checkout."}}},
	}
	in := sarifInvocation{Successful: true, Notifications: []sarifNotification{}}
	for _, s := range r.Skipped {
		if s.Root == root && s.Failed {
			in.Successful = false
			in.Notifications = append(in.Notifications, notification("error", "This was not read: "+clean(s.Reason), o.location(s.Root, s.Path)))
		}
	}
	for _, m := range r.Remarks {
		if m.Root == root {
			in.Notifications = append(in.Notifications, notification("note", clean(m.Text), o.location(m.Root, m.Path)))
		}
	}
	var mine []finding.Finding
	for _, f := range r.Findings {
		if f.Root == root {
			mine = append(mine, f)
		}
	}
	if left := len(mine) - mostResults; left > 0 {
		mine = worst(mine, mostResults)
		in.Notifications = append(in.Notifications, notification("warning", fmt.Sprintf("%d findings, the least severe, are left out: GitHub takes %d in a run. The other formats have them all.", left, mostResults)))
	}
	prints := fingerprints(mine)
	for i, f := range mine {
		run.Results = append(run.Results, o.result(f, prints[i]))
	}
	run.Invocations = []sarifInvocation{in}
	return run
}

// worst keeps the most severe findings, in their order.
func worst(list []finding.Finding, most int) []finding.Finding {
	sorted := slices.Clone(list)
	slices.SortStableFunc(sorted, func(a, b finding.Finding) int { return cmp.Compare(a.Severity.Rank(), b.Severity.Rank()) })
	kept := sorted[:most]
	finding.Sort(kept)
	return kept
}

// automationID is the category by which GitHub tells the runs of several roots apart. It ends in a slash:
// behind it would be the name of one run.
func automationID(root string) string {
	if root == "" {
		return "keyturn-audit/"
	}
	return "keyturn-audit/" + strings.Trim(uri(root), "/") + "/"
}

var semantic = regexp.MustCompile(`^v?([0-9]+\.[0-9]+\.[0-9]+(?:-[0-9A-Za-z.-]+)?)$`)

func driver(version string) sarifDriver {
	d := sarifDriver{Name: "keyturn", Version: version}
	if m := semantic.FindStringSubmatch(version); m != nil {
		d.SemanticVersion = m[1]
	}
	for _, rule := range finding.Rules() {
		d.Rules = append(d.Rules, sarifRule{
			ID: string(rule.Code), Name: pascal(rule.Code), Short: sarifText{Text: sentence(rule.Title)}, Full: sarifText{Text: rule.About},
			Help:       sarifText{Text: rule.About + "\n\nTo do: " + rule.ToDo, Markdown: rule.About + "\n\n**To do:** " + rule.ToDo},
			Default:    sarifDefault{Level: string(rule.Severity)},
			Properties: sarifRuleBag{Tags: tagsOf[rule.Code], Precision: "very-high", SecuritySeverity: securitySeverity[rule.Code]},
		})
	}
	return d
}

// securitySeverity ranks the kinds for GitHub: 7 and more is high, 4 and more medium, the rest low.
var securitySeverity = map[finding.Code]string{
	finding.HardcodedAuthToken: "8.5", finding.LegacyKeyLiteral: "7.5", finding.PersonalTokenInCI: "6.0",
	finding.LegacyEnvVar: "4.0", finding.LegacyActionInput: "4.0", finding.DeprecatedLogin: "4.0", finding.MisnamedTokenVar: "3.0",
	finding.OutdatedImage: "2.0", finding.OutdatedCLI: "2.0", finding.LegacySecretRef: "1.0",
}

var tagsOf = map[finding.Code][]string{
	finding.HardcodedAuthToken: {"security", "credentials", "external/cwe/cwe-798"}, finding.LegacyKeyLiteral: {"security", "credentials", "external/cwe/cwe-798"},
	finding.PersonalTokenInCI: {"security", "credentials"}, finding.LegacyEnvVar: {"security", "migration"}, finding.LegacyActionInput: {"security", "migration"},
	finding.DeprecatedLogin: {"security", "migration"}, finding.MisnamedTokenVar: {"security", "migration"}, finding.OutdatedImage: {"security", "migration"},
	finding.OutdatedCLI: {"security", "migration"}, finding.LegacySecretRef: {"security", "migration"},
}

// pascal is a code as SARIF wants names: LegacyEnvVar.
func pascal(code finding.Code) string {
	var b strings.Builder
	for word := range strings.SplitSeq(string(code), "-") {
		b.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return b.String()
}

// sentence makes one of a few words.
func sentence(words string) string { return strings.ToUpper(words[:1]) + words[1:] + "." }

// ruleIndex is where the rule of a kind stands among all of them.
var ruleIndex = func() map[finding.Code]int {
	index := map[finding.Code]int{}
	for i, r := range finding.Rules() {
		index[r.Code] = i
	}
	return index
}()

func (o Options) result(f finding.Finding, print string) sarifResult {
	column := max(f.Column, 1)
	line := max(f.Line, 1)
	where := o.location(f.Root, f.Path)
	r := sarifResult{
		RuleID: string(f.Code), RuleIndex: ruleIndex[f.Code], Level: string(f.Severity),
		Message:      sarifText{Text: message(clean(joined([]string{f.Message, fixLine(f), commitLine(f)})))},
		Locations:    []sarifPlace{{Physical: sarifPhysical{Artifact: where, Region: &sarifRegion{StartLine: line, StartColumn: column, EndLine: line, EndColumn: max(f.EndColumn, column)}}}},
		Fingerprints: map[string]string{"primaryLocationLineHash": print},
		Properties:   sarifResultBag{Fix: string(f.Fix.Kind), Subject: clean(f.Subject)},
	}
	if c := f.Commit; c != nil {
		r.Properties.Commit = &sarifCommit{Hash: c.Hash, Author: clean(c.Author), When: c.When.UTC(), Blob: c.Blob}
	}
	if f.Fix.Kind.Fixable() && f.Commit == nil && len(f.Fix.Edits) > 0 {
		change := sarifChange{Artifact: where}
		for _, e := range f.Fix.Edits {
			change.Replacements = append(change.Replacements, sarifReplacement{Deleted: sarifBytes{Offset: e.Start, Length: e.End - e.Start}, Inserted: sarifContent{Text: e.Text}})
		}
		r.Fixes = []sarifFix{{Description: sarifText{Text: message(clean(fixLine(f)))}, Changes: []sarifChange{change}}}
	}
	return r
}

// message is a text as messages of SARIF hold it, in which single braces stand for arguments.
func message(text string) string { return doubleBraces.Replace(text) }

var doubleBraces = strings.NewReplacer("{", "{{", "}", "}}")

// fingerprints tell findings apart and stay the same when lines move: the kind, the path, and the line with
// its values cut out, for which a short key cannot be guessed back; then which of equal ones it is.
func fingerprints(list []finding.Finding) []string {
	seen := map[string]int{}
	out := make([]string, len(list))
	for i, f := range list {
		line := strings.Join(strings.Fields(f.Excerpt), " ")
		sum := sha256.Sum256([]byte(string(f.Code) + "\x00" + f.Path + "\x00" + cmp.Or(line, f.Subject)))
		hash := hex.EncodeToString(sum[:8])
		seen[hash]++
		out[i] = hash + ":" + strconv.Itoa(seen[hash])
	}
	return out
}

func notification(level, text string, at ...sarifLocation) sarifNotification {
	n := sarifNotification{Level: level, Message: sarifText{Text: message(text)}}
	for _, where := range at {
		n.Locations = append(n.Locations, sarifPlace{Physical: sarifPhysical{Artifact: where}})
	}
	return n
}

func (o Options) location(root, file string) sarifLocation {
	return sarifLocation{URI: uri(o.place(root, file)), BaseID: sourceRoot}
}

// uri is a path as a relative reference: whatever could mean something else in one is percent-encoded.
func uri(file string) string {
	const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/"
	var b strings.Builder
	for i := range len(file) {
		if strings.IndexByte(plain, file[i]) >= 0 {
			b.WriteByte(file[i])
		} else {
			fmt.Fprintf(&b, "%%%02X", file[i])
		}
	}
	return b.String()
}
