<?php
# LOCALSTACK_API_KEY comes from the host
return [
    'image' => 'localstack/localstack-pro:3.1',
    'env' => [
        'SERVICES' => 's3',
        'LOCALSTACK_API_KEY' => env('LOCALSTACK_API_KEY', ''),
    ],
    // 'key' => getenv('LOCALSTACK_API_KEY'),
    'els' => getenv('ELS_API_KEY'),
];
