<?php
# LOCALSTACK_API_KEY
// getenv('LOCALSTACK_API_KEY')
$key = getenv('LOCALSTACK_API_KEY') ?: '';
putenv("LOCALSTACK_API_KEY=$key"); // LOCALSTACK_API_KEY
/* putenv("LOCALSTACK_API_KEY=x"); */
