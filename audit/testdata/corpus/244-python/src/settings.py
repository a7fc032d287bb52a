from typing import Optional

from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    AWS_DEFAULT_REGION: str = "us-east-1"
    ENDPOINT_URL: Optional[str] = None
    LOCALSTACK_API_KEY: Optional[str] = None

    class Config:
        env_file = ".env"


settings = Settings()
PRO = settings.LOCALSTACK_API_KEY is not None
