# export LOCALSTACK_API_KEY=old
export LOCALSTACK_API_KEY=$(pass localstack)
alias ls1="ls -l"
alias stack='LOCALSTACK_API_KEY=$KEY localstack start' # LOCALSTACK_API_KEY
