export TF_VAR_localstack_api_key="$(pass ls)"
terraform apply -auto-approve
terraform plan -var "localstack_api_key=$(pass ls)"
