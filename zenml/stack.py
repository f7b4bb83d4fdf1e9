"""Makes a stack on this machine and activates it: python zenml/stack.py TRACKING_URI

The stack runs steps one after the other in this process, keeps artifacts in ZenML's own folder, and has
MLflow's server at TRACKING_URI as its experiment tracker. User, password and token are MLflow's variables.
"""

import os
import sys

from zenml.client import Client
from zenml.enums import StackComponentType

NAME = "housing"


def main(tracking_uri: str) -> None:
    # A server of one's own may have no accounts; ZenML wants to name one all the same.
    account = {
        "tracking_username": os.environ.get("MLFLOW_TRACKING_USERNAME") or "nobody",
        "tracking_password": os.environ.get("MLFLOW_TRACKING_PASSWORD") or "none",
    }
    if token := os.environ.get("MLFLOW_TRACKING_TOKEN"):
        account = {"tracking_token": token}
    configuration = {"tracking_uri": tracking_uri} | account

    client, kind = Client(), StackComponentType.EXPERIMENT_TRACKER
    if client.list_stack_components(type=kind, name=NAME).total:
        client.update_stack_component(NAME, kind, configuration=configuration)
    else:
        client.create_stack_component(NAME, "mlflow", kind, configuration)
    if not client.list_stacks(name=NAME).total:
        parts = (StackComponentType.ORCHESTRATOR, StackComponentType.ARTIFACT_STORE)
        client.create_stack(NAME, {part: "default" for part in parts} | {kind: NAME})
    client.activate_stack(NAME)
    # The dashboard asks a new user for name and address before it shows anything.
    client.update_user(client.active_user.id, updated_email_opt_in=False, updated_metadata={"finished_onboarding_survey": True})


if __name__ == "__main__":
    main(sys.argv[1])
