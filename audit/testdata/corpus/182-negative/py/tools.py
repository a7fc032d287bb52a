"""Helpers for the shop."""
import re
import sys

PATTERN = re.compile(r"\bLOCALSTACK_API_KEY\b")  # names we refuse


def fix(text: str) -> str:
    return text.replace("LOCALSTACK_API_KEY", "LOCALSTACK_AUTH_TOKEN")


def check(text: str) -> None:
    if re.search("LOCALSTACK_API_KEY", text):
        sys.exit("LOCALSTACK_API_KEY is not allowed any more")
