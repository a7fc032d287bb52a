# fish has no export
set -gx AWS_REGION eu-west-1
set -gx LOCALSTACK_API_KEY (pass localstack)
set -e LOCALSTACK_API_KEY_OLD
function emu --description 'start the emulator'
    set -q LOCALSTACK_AUTH_TOKEN; or return 1
    localstack start $argv
end
