alias lsup='LOCALSTACK_API_KEY=$(cat ~/.ls_key) localstack start -d'
alias lsclean='unset LOCALSTACK_API_KEY LOCALSTACK_AUTH_TOKEN'
# alias lsold='LOCALSTACK_API_KEY=@KEY1@ localstack start'
