<?php

require __DIR__ . '/../vendor/autoload.php';

// LOCALSTACK_API_KEY is set by phpunit.xml
$key = getenv('LOCALSTACK_API_KEY') ?: ($_ENV['LOCALSTACK_API_KEY'] ?? null);
if ($key === null) {
    fwrite(STDERR, "LOCALSTACK_API_KEY missing, pro tests are skipped\n");
}
unset($_ENV['LOCALSTACK_API_KEY']);
