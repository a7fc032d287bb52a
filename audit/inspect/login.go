package inspect

import (
	"slices"
	"strings"

	"example.com/keyturn/audit/finding"
	"example.com/keyturn/audit/pattern"
)

var (
	login       = pattern.New(`(?:^|[\s;&|("'` + "`" + `$>@=\[])localstack(?:(?:[ \t]+|["'],\s*["'])--?[\w-]+)*(?:[ \t]+|["'],\s*["'])(?:auth(?:[ \t]+|["'],\s*["']))?login\b`)
	loginAction = pattern.New(`(?i)localstack/localstack-github-actions-login\b`)
	loginRest   = pattern.New(`^(?:["'],\s*["']|[ \t]+)(?:--?([a-z][\w-]*)|([A-Za-z]\w*))`)
	goesOn      = pattern.New(`^(?:to|and|first|again|before|after|command|with|or|in|on|once|is|if|then|do|done|else|fi|so|when|from|for|as|here|which|that|will|works)$`)
	ownCommand  = pattern.New(`(?m)^\s*(?:function\s+)?localstack\s*\(\)|^\s*alias\s+localstack=|^\s*function\s+localstack\b|^\s*def\s+localstack\(`)
)

// loginOptions are those that LocalStack's login takes; with any other it is somebody else's program.
var loginOptions = []string{"u", "p", "username", "password", "email", "help", "h", "provider", "debug", "password-stdin"}

// judgeLogins tells of logins with a password.
func (d *document) judgeLogins() []finding.Finding {
	var list []finding.Finding
	commands, actions := d.findAll(login), d.findAll(loginAction)
	if len(commands)+len(actions) == 0 || ownCommand.Match(d.text) {
		return nil
	}
	told := 0 // the line of the last one: one is enough
	for _, m := range commands {
		if d.lineNumber(m[1]) == told {
			continue
		}
		if len(list) >= most {
			break
		}
		start := m[0] + strings.Index(string(d.text[m[0]:m[1]]), "localstack")
		if d.isLogin(start, m[1]) {
			list = append(list, d.loginAt(span{start: start, end: m[1]}, "the command "))
			told = d.lineNumber(m[1])
		}
	}
	for _, m := range actions {
		s := span{start: m[0], end: m[1]}
		if d.classAt(s.start) != comment && !d.saidAgainst(s.start) {
			list = append(list, d.loginAt(s, "the action "))
		}
	}
	return onePerLine(list)
}

func (d *document) loginAt(s span, noun string) finding.Finding {
	f := d.at(s, finding.DeprecatedLogin)
	f.Subject = strings.Join(strings.Fields(strings.NewReplacer(`"`, " ", `'`, " ", ",", " ").Replace(d.slice(s))), " ")
	f.Message = noun + f.Subject + " is deprecated"
	f.Fix = manual("use localstack auth set-token on a developer's machine")
	if d.kind.ci {
		f.Severity = finding.Warning
		f.Fix = manual("set LOCALSTACK_AUTH_TOKEN from a CI token, and leave the login out")
	}
	return f
}

// isLogin reports whether the words at a place log in to LocalStack, rather than to something else of that
// name, and are not merely spoken against.
func (d *document) isLogin(start, end int) bool {
	if d.classAt(start) == comment || d.saidAgainst(start) {
		return false
	}
	rest := d.text[end:d.to(end)]
	if len(rest) > 0 && (rest[0] == '-' || rest[0] == '=' || rest[0] == ':' && !d.kind.docs || rest[0] == '(') {
		return false
	}
	if start > 0 && (d.text[start-1] == '=' || d.text[start-1] == '$') {
		return false
	}
	m := loginRest.FindSubmatch(rest)
	switch {
	case m == nil:
	case len(m[1]) > 0 && !slices.Contains(loginOptions, string(m[1])):
		return false
	case len(m[2]) > 0 && !goesOn.Match(m[2]):
		return false
	}
	return d.isCommand(start)
}

var (
	wrappers = pattern.New(`^(?:sudo|-\w+|--[\w-]+(?:=\S+)?|exec|docker|compose|run|poetry|uv|pipenv|npx|time|env|\w+=\S*|yes|nohup|winpty|wsl|bash|sh|pdm|hatch|rye|tox|timeout|\d+\w?|command|call|start|then|do|else|&|\d+\.|[-*+]|RUN|CMD|ENTRYPOINT|script:|run:|command:|cmd:|@|exec:|-c|\[+)$`)
	invites  = pattern.New(`(?i)\b(?:run|use|with|via|execute|type|call|using|do|by|and|or|try|the|a|after|before|needs?|requires?|:)\s+$`)
)

// isCommand reports whether the word at a place is the program that is called, not the argument of another.
func (d *document) isCommand(at int) bool {
	before := d.command(at)
	if before == "" || strings.ContainsAny(before[len(before)-1:], "\"'`($>@[") {
		words := strings.Fields(lead.ReplaceAllString(before, ""))
		return len(words) == 0 || !slices.Contains(seekers, strings.ToLower(words[0]))
	}
	said := d.kind.docs && d.blockAt(at) < 0
	if s, ok := spanAt(d.spans, at); ok && s.class == quoted && d.isProse(s) {
		said = true
	}
	words := strings.Fields(lead.ReplaceAllString(before, ""))
	if len(words) > 0 && slices.Contains(speakers, strings.ToLower(words[0])) {
		said = true
	}
	if said && invites.MatchString(before) {
		return true
	}
	return !slices.ContainsFunc(words, func(w string) bool { return !wrappers.MatchString(w) })
}

func (d *document) saidAgainst(at int) bool {
	if d.kind.docs && d.blockAt(at) < 0 {
		return against.MatchString(sentenceAround(d.text, at))
	}
	if s, ok := spanAt(d.spans, at); ok && s.class == quoted && d.isProse(s) {
		return against.MatchString(d.slice(s))
	}
	return false
}

// onePerLine keeps the first finding of each line and code.
func onePerLine(list []finding.Finding) []finding.Finding {
	type spot struct {
		line int
		code finding.Code
	}
	seen := map[spot]bool{}
	kept := list[:0]
	for _, f := range list {
		if !seen[spot{f.Line, f.Code}] {
			seen[spot{f.Line, f.Code}] = true
			kept = append(kept, f)
		}
	}
	return kept
}
