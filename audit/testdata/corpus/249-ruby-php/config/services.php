<?php

return [
    'pexels' => ['key' => env('PEXELS_API_KEY')],
    'localstack' => [
        'key' => env('LOCALSTACK_API_KEY'),
    ],
];
