import os

import nox


@nox.session
def cloud(session):
    session.install("localstack[runtime]==4.0.3")
    session.run("pytest", env={"LOCALSTACK_API_KEY": os.environ["LOCALSTACK_API_KEY"]})
