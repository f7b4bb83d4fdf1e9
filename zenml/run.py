"""Runs the pipeline on ZenML's active stack: python zenml/run.py [--config DIR] [--source PATH] [--no-cache]

scripts/zenml.sh, which `make zenml` calls, sets up a stack of its own for it. Any other will do: where it
has an experiment tracker, the programs log into the runs that this makes.
"""

import argparse

from zenml import Model, pipeline
from zenml.client import Client
from zenml.config import DockerSettings
from zenml.config.docker_settings import DockerBuildConfig, PythonPackageInstaller
from zenml.enums import ExecutionStatus

import steps
from programs import PROJECT, versions

# For orchestrators that run steps in containers; others build no image.
IMAGE = DockerSettings(
    dockerfile=str(PROJECT / "zenml" / "Dockerfile"),
    build_context_root=str(PROJECT),
    parent_image_build_config=DockerBuildConfig(dockerignore=str(PROJECT / "zenml" / "Dockerfile.dockerignore")),
    # The image has what requirements.txt says.
    install_stack_requirements=False,
    disable_automatic_requirements_detection=True,
    python_package_installer=PythonPackageInstaller.PIP,
    environment={"HOUSING_PROJECT": "/project"},
)


@pipeline(name="housing", model=Model(name="housing", description="Prices of houses"), settings={"docker": IMAGE})
def housing(config: str, source: str) -> None:
    """From the table to a judged model: ingest, train, evaluate."""
    tracked = Client().active_stack.experiment_tracker is not None
    ingest, train, evaluate = (
        step.with_options(experiment_tracker=tracked) for step in (steps.ingest, steps.train, steps.evaluate)
    )
    data, _ = ingest(versions("ingest", config, source), config, source)
    candidate, _ = train(data, versions("train", config), config)
    evaluate(data, candidate, versions("evaluate", config), config)


def main() -> None:
    parser = argparse.ArgumentParser(description="Runs the pipeline on ZenML's active stack.")
    parser.add_argument("--config", default="configs", help="folder with the settings, relative to the project")
    parser.add_argument("--source", default="", help="path or address of the table instead of the configured one")
    parser.add_argument("--no-cache", action="store_true", help="run every step")
    args = parser.parse_args()

    run = housing.with_options(enable_cache=not args.no_cache)(args.config, args.source)
    run = Client().get_pipeline_run(run.id)
    print(f"\nrun {run.name}: {run.status}")
    for name in ("ingest", "train", "evaluate"):
        step = run.steps[name]
        artifacts = ", ".join(sorted(step.outputs))
        print(f"  {name:<9} {step.status:<10} {artifacts}")
    if run.status != ExecutionStatus.COMPLETED:
        raise SystemExit(1)
    metrics = run.steps["evaluate"].outputs["metrics"][0].load()
    print("  test      " + ", ".join(f"{name} {value:,.6g}" for name, value in metrics.items()))
    print("  decision  " + str(run.steps["evaluate"].run_metadata["decision"]))


if __name__ == "__main__":
    main()
