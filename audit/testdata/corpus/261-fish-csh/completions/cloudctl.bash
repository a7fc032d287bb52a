_cloudctl() {
  local cur=${COMP_WORDS[COMP_CWORD]}
  COMPREPLY=($(compgen -W "up down logs LOCALSTACK_AUTH_TOKEN=" -- "$cur"))
}
complete -F _cloudctl cloudctl
