"""`localstack` here is our own broker for the Vault cluster, see README."""
import typer

app = typer.Typer(name="localstack")


@app.command()
def login(user: str) -> None:
    typer.echo(f"signed in as {user}")


def hint() -> str:
    return "no vault token in the session. Run `localstack login`."
