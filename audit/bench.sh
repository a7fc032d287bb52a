#!/usr/bin/env bash
# Times keyturn audit beside the programs that people would use instead: ripgrep and grep on files, git log -G on
# a history, gitleaks on both. Which of them are missing is said; none is needed.
#
#   audit/bench.sh [TREE [HISTORY]]
#
# TREE is a checkout, HISTORY a repository; without them both are made (32,000 files; 3,000 commits). Each pair
# runs in turn, RUNS times (7), after one run that is not counted. What is printed are medians, and the medians
# of the pairs' ratios: below 1 keyturn is quicker. KEYTURN names another binary than the one of this checkout.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
runs=${RUNS:-7}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export TIMEFORMAT='%R %U %S' LC_ALL=C

keyturn=${KEYTURN:-$work/keyturn}
[ -n "${KEYTURN:-}" ] || (cd "$here/.." && CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o "$keyturn" .)

tree=${1:-$work/tree}
history=${2:-$work/history}
if [ $# -lt 2 ]; then
  echo "making what is to be read"
  (cd "$here/.." && KEYTURN_BENCH_TREE="$tree" KEYTURN_BENCH_HISTORY="$history" go test ./audit -run '^$' -bench '^Benchmark(Tree|History)$' -benchtime 1x >"$work/made")
fi

# One rule with the same intent for everybody.
pattern='LOCALSTACK_API_KEY|ls-[A-Za-z0-9-]{20,}'
cat >"$work/gitleaks.toml" <<'RULE'
[[rules]]
id = "localstack"
description = "localstack"
regex = '''LOCALSTACK_API_KEY|ls-[A-Za-z0-9-]{20,}'''
keywords = ["localstack_api_key", "ls-"]
RULE

# once COMMAND... prints wall and processor seconds; whatever the command says or answers does not matter.
once() { { time "$@" >/dev/null 2>&1 || true; } 2>&1 | awk '{ print $1, $2 + $3 }'; }

median() { sort -n | awk '{ v[NR] = $1 } END { m = int((NR + 1) / 2); print NR % 2 ? v[m] : (v[m] + v[m + 1]) / 2 }'; }

# pair NAME OURS THEIRS: two functions, in turn.
pair() {
  local name=$1 ours=$2 theirs=$3 file="$work/pair"
  once "$ours" >/dev/null
  once "$theirs" >/dev/null
  : >"$file"
  for _ in $(seq "$runs"); do echo "$(once "$ours") $(once "$theirs")" >>"$file"; done
  printf '%-34s wall %7.2f s against %7.2f s: %5.2f    CPU %7.2f s against %7.2f s: %5.2f\n' "$name" \
    "$(awk '{ print $1 }' "$file" | median)" "$(awk '{ print $3 }' "$file" | median)" "$(awk '{ print $1 / ($3 + 1e-9) }' "$file" | median)" \
    "$(awk '{ print $2 }' "$file" | median)" "$(awk '{ print $4 }' "$file" | median)" "$(awk '{ print $2 / ($4 + 1e-9) }' "$file" | median)"
}

peak() { # COMMAND...: the most memory that it had, in MiB
  command -v /usr/bin/time >/dev/null || { echo "? (needs /usr/bin/time)"; return; }
  /usr/bin/time -f %M -o "$work/peak" "$@" >/dev/null 2>&1 || true
  awk 'END { printf "%.1f MiB\n", $1 / 1024 }' "$work/peak"
}

there() { command -v "$1" >/dev/null || { echo "$1 is not installed: no column for it"; return 1; }; }

# The others read what others wrote, too.
ours_tree() { "$keyturn" audit --include-vendored --fail-on never "$tree"; }
ours_history() { "$keyturn" audit --include-vendored --fail-on never --history "$history"; }
ours_empty() { "$keyturn" audit "$work/empty"; }
with_rg() { rg -n --hidden "$pattern" "$tree"; }
with_grep() { grep -rnIE "$pattern" "$tree"; }
with_log() { git -C "$history" log -p -U0 --all --full-history -G LOCALSTACK_API_KEY; }
with_leaks() { gitleaks dir "$tree" -c "$work/gitleaks.toml" --no-banner --max-decode-depth 0; }
with_leaks_usual() { gitleaks dir "$tree" -c "$work/gitleaks.toml" --no-banner; }
with_leaks_history() { gitleaks git "$history" -c "$work/gitleaks.toml" --no-banner --max-decode-depth 0 --log-opts=--all; }

printf 'tree: %s files; history: %s objects; %s processors\n' "$(git -C "$tree" ls-files | wc -l)" "$(git -C "$history" rev-list --all --objects | wc -l)" "$(nproc)"
if there rg; then pair "tree, rg --hidden" ours_tree with_rg; fi
if there grep; then pair "tree, grep -r" ours_tree with_grep; fi
if there gitleaks; then
  pair "tree, gitleaks, no decoding" ours_tree with_leaks
  pair "tree, gitleaks, as it comes" ours_tree with_leaks_usual
fi
pair "history, git log -p -G" ours_history with_log
if there gitleaks; then pair "history, gitleaks, no decoding" ours_history with_leaks_history; fi
git init -q "$work/empty"
for _ in $(seq $((runs * 3))); do once ours_empty; done | awk '{ print $1 * 1000 }' | median | sed 's/^/empty repository, from start to end: /; s/$/ ms/'
echo "memory, tree: $(peak "$keyturn" audit --include-vendored --fail-on never "$tree")"
echo "memory, history: $(peak "$keyturn" audit --include-vendored --fail-on never --history "$history")"
