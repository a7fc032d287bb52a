// Package inspect looks at one file at a time: text in, findings out. It reads nothing from disk and knows
// no checkout; what it needs to know of a file beside its text is its path.
//
// A look goes from what is cheap to what means something:
//
//   - Worth (worth.go, token.go) throws out what cannot hold a finding: nearly every file.
//   - kindOf (kind.go) tells what a file is; lex (lex.go), readYAML, readJSON and examples (yaml.go, json.go,
//     blocks.go) find its comments, strings, structure and examples, all with their places. A file that does
//     not parse is looked at line by line, and a remark says so.
//   - windows (window.go) are the lines that can matter; names.go and roles.go find where a variable is named
//     and what is done with it, literal.go what it is given, refs.go which secrets feed it, pins.go and
//     version.go which versions are too old, scope.go what counts where.
//   - idle.go knows what uses nothing: lines that remove, search, forbid or migrate a name; spoken.go sentences,
//     guard.go questions after which a program complains.
//   - judge.go, login.go and input.go make findings of that, and fix.go what mends them: edits of bytes.
//   - Settle (settle.go) judges what spans files.
//
// Whoever adds a rule adds its cases to audit/testdata/corpus first: positives, and what only looks like one.
package inspect
