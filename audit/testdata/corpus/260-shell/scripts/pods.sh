#!/usr/bin/env bash
localstack auth login --username "$LS_USER"
localstack pod push nightly
localstack auth logout
