"""Write the services' Dockerfiles: one template, since they differ in a name, a lock and a port.

generate.py writes; generate.py --check says what is stale and exits 1. The base image stands in python_image.txt
(repin.py renews its digest). A Dockerfile per service and no shared base image: each is built by one plain `docker build`,
and nothing has to be pushed first.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parents[1]


@dataclass(frozen=True)
class Service:
    """What one image has of its own."""

    name: str
    package: str
    port: int
    more_ports: tuple[int, ...] = ()
    environment: tuple[str, ...] = ()
    bakes_a_model: bool = False

    @property
    def dockerfile(self) -> Path:
        return REPOSITORY / "services" / self.package / "Dockerfile"


SERVICES = (
    Service("fetcher", "fetcher", 8101),
    Service(
        "classifier",
        "stance_classifier",
        8102,
        environment=("STANCEWATCH_DATA_DIR=/tmp/faust",),
        bakes_a_model=True,
    ),
    Service("alerting", "alerting", 8103, more_ports=(8113,)),
    Service("timeline", "timeline", 8104),
)


def dockerfile(service: Service) -> str:
    """The content of a service's Dockerfile."""
    put_in = {
        "@FOLDER@": f"services/{service.package}",
        "@SERVICE@": service.name,
        "@LOCK@": f"{service.package}.txt",
        "@PYTHON_IMAGE@": (HERE / "python_image.txt").read_text(encoding="utf-8").strip(),
        "@PORT@": str(service.port),
        "@ENVIRONMENT@": "".join(f" \\\n    {each}" for each in service.environment),
        "@EXPOSED@": " ".join(map(str, (service.port, *service.more_ports))),
        "@BAKE@\n": "\n",
        "@BAKED@": "",
    }
    if service.bakes_a_model:
        put_in["@BAKE@\n"] = (HERE / "bake_model.template").read_text(encoding="utf-8") + "\n"
        put_in["@BAKED@"] = "COPY --from=build /models /models\n"
    text = (HERE / "Dockerfile.template").read_text(encoding="utf-8")
    for mark, content in put_in.items():
        text = text.replace(mark, content)
    return text


def main() -> int:
    """Write or check; the exit status."""
    wanted = {service.dockerfile: dockerfile(service) for service in SERVICES}
    stale = [
        path
        for path, text in wanted.items()
        if not path.is_file() or path.read_text(encoding="utf-8") != text
    ]
    for path in stale:
        if "--check" in sys.argv[1:]:
            print(f"{path} is stale: run deploy/images/generate.py")
        else:
            path.write_text(wanted[path], encoding="utf-8")
            print(f"wrote {path}")
    return 1 if stale and "--check" in sys.argv[1:] else 0


if __name__ == "__main__":
    sys.exit(main())
