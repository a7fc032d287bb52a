from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    localstack_api_key: str = ""
    region: str = "eu-central-1"
