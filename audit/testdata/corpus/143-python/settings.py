from pydantic_settings import BaseSettings, SettingsConfigDict
from pydantic import Field


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_file=".env")
    key: str = Field("", validation_alias="LOCALSTACK_API_KEY")
    els_api_key: str = ""


DEFAULT = {"LOCALSTACK_API_KEY": "@KEY1@"}
FALLBACK = __import__("os").environ.get("LOCALSTACK_API_KEY", "@KEY12@")
