"""Software bill of materials (CycloneDX 1.6, JSON) of an image's files: sbom.py --root FOLDER --service NAME > NAME.cdx.json

Taken from what is in the image, not from what was asked for: Python packages (their own metadata, with licences), Debian
packages (dpkg's list), Python itself, and the stance model's files with their checksums. Nothing in it depends on when or
where it was made. It is validated against CycloneDX's schema; a document that does not fit is an error (exit 1).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from collections.abc import Iterator
from importlib.metadata import Distribution, distributions
from pathlib import Path

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL

MODEL_FILES = ("stance_classifier/**/*.onnx", "stance_classifier/**/tokenizer.json")
LONGEST_LICENCE = 120  # some packages put the whole text where its name belongs


def python_packages(root: Path) -> Iterator[Component]:
    """What is installed in the image's environment."""
    for folder in sorted((root / "opt/venv/lib").glob("python3*/site-packages")):
        for found in sorted(distributions(path=[str(folder)]), key=lambda each: each.name.lower()):
            name = re.sub(r"[-_.]+", "-", found.name).lower()
            purl = PackageURL("pypi", None, name, found.version)
            component = Component(
                name=name, version=found.version, purl=purl, bom_ref=str(purl), type=ComponentType.LIBRARY
            )
            if licence := licence_of(found):
                component.licenses.add(LicenseFactory().make_from_string(licence))
            yield component


def licence_of(found: Distribution) -> str:
    """The licence's name as the package gives it; empty where it gives a text or nothing."""
    metadata = found.metadata
    named = metadata["License-Expression"] or metadata["License"] or ""
    if not named or len(named) > LONGEST_LICENCE or "\n" in named:
        classifiers = metadata.get_all("Classifier") or []
        told = [each.rpartition(" :: ")[2] for each in classifiers if each.startswith("License :: ")]
        return told[0] if told else ""
    return str(named)


def interpreter(root: Path) -> Iterator[Component]:
    """Python, of which dpkg knows nothing in the official image."""
    for line in (root / "opt/venv/pyvenv.cfg").read_text(encoding="utf-8").splitlines():
        key, _, value = line.partition("=")
        if key.strip() == "version":
            purl = PackageURL("generic", None, "python", value.strip())
            yield Component(
                name="python",
                version=value.strip(),
                purl=purl,
                bom_ref=str(purl),
                type=ComponentType.PLATFORM,
            )


def debian_packages(root: Path) -> Iterator[Component]:
    """What dpkg has installed."""
    status = root / "var/lib/dpkg/status"
    text = status.read_text(encoding="utf-8") if status.is_file() else ""
    for block in text.split("\n\n"):
        fields = dict(re.findall(r"^([A-Z][\w-]*): (.*)$", block, re.M))
        if fields.get("Status", "").endswith(" installed"):
            purl = PackageURL(
                "deb", "debian", fields["Package"], fields["Version"], {"arch": fields["Architecture"]}
            )
            yield Component(
                name=fields["Package"],
                version=fields["Version"],
                purl=purl,
                bom_ref=str(purl),
                type=ComponentType.LIBRARY,
            )


def model_files(root: Path) -> Iterator[Component]:
    """The stance models in the image: the bundled one, and one of the hub that was baked in."""
    packages = [
        path for pattern in MODEL_FILES for path in (root / "opt/venv/lib").glob(f"*/site-packages/{pattern}")
    ]
    hub = root / "models/hub"
    # The hub's client leaves its notes in .cache.
    baked = [
        each for each in hub.rglob("*") if each.is_file() and ".cache" not in each.relative_to(hub).parts
    ]
    for path in sorted(packages + baked):
        name = str(path.relative_to(root))
        yield Component(
            name=name,
            bom_ref=f"file:{name}",
            type=ComponentType.MACHINE_LEARNING_MODEL if path.suffix == ".onnx" else ComponentType.FILE,
            hashes=[
                HashType(alg=HashAlgorithm.SHA_256, content=hashlib.sha256(path.read_bytes()).hexdigest())
            ],
        )


def document(root: Path, service: str) -> str:
    """The bill of materials as JSON. Raises ValueError when it does not fit its schema."""
    components = [
        *interpreter(root), *python_packages(root), *debian_packages(root), *model_files(root)
    ]  # fmt: skip
    own = next(each for each in components if each.name == "stancewatch-shared")
    image = Component(
        name=f"stancewatch/{service}", version=own.version, type=ComponentType.CONTAINER, bom_ref="image"
    )
    bom = Bom(components=components)
    bom.metadata.component = image
    bom.register_dependency(image, components)
    content = json.loads(JsonV1Dot6(bom).output_as_string())
    # CycloneDX asks for neither; with them no two runs would be alike.
    del content["serialNumber"], content["metadata"]["timestamp"]
    text = json.dumps(content, indent=1, ensure_ascii=False)
    if (error := JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)) is not None:
        raise ValueError(f"the bill of materials of {service} does not fit CycloneDX 1.6: {error}")
    return text + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--root", type=Path, required=True, help="the image's files (a mount, or a `docker export` unpacked)"
    )
    parser.add_argument("--service", required=True)
    options = parser.parse_args()
    if not (options.root / "opt/venv/pyvenv.cfg").is_file():
        print(f"error: {options.root} is not one of our images: no opt/venv", file=sys.stderr)
        return 2
    try:
        sys.stdout.write(document(options.root, options.service))
    except ValueError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
