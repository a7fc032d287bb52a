if status is-interactive
    set -gx LOCALSTACK_API_KEY (pass show localstack/key)
    # set -gx LOCALSTACK_API_KEY test
end

function cloud-clean
    set -e LOCALSTACK_API_KEY
    docker rm -f localstack_main
end
