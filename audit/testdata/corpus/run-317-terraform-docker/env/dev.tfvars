# generated once by hand, edit freely
order_limit        = 20
localstack_api_key = "@KEY1@"
tags = {
  owner = "platform"
}
