<?php
// getenv('LOCALSTACK_API_KEY')
# getenv('LOCALSTACK_API_KEY')
$key = getenv('LOCALSTACK_API_KEY') ?: null;
putenv('LOCALSTACK_API_KEY');
$t = $_ENV["LOCALSTACK_API_KEY"] ?? '';
