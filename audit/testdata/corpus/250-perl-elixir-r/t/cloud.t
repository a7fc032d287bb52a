use strict;
use warnings;
use Test::More;

# LOCALSTACK_API_KEY switches the pro part on
plan skip_all => 'LOCALSTACK_API_KEY not set' unless $ENV{LOCALSTACK_API_KEY};

local $ENV{AWS_REGION} = 'us-east-1';
ok(1, 'started');
delete $ENV{LOCALSTACK_API_KEY};
done_testing;
