"""AWS's Python runtime as functions see it: the standard library and boto3, nothing else of this environment.

On the local AWS functions run on this environment's interpreter, which would hide dependencies missing from an
artefact. With PYTHONPATH on the folder made here it does not.
"""

from __future__ import annotations

import sysconfig
from pathlib import Path
from typing import Final

_BOTO3: Final = ("boto3", "botocore", "s3transfer", "urllib3", "dateutil", "six.py", "jmespath")
"""Packages of AWS's runtime: https://docs.aws.amazon.com/lambda/latest/dg/python-package.html."""

_HOOK: Final = '''\
"""Leaves the standard library, what is beside this file, and what the function brings."""

import os
import sys

_HERE = os.path.dirname(os.path.abspath(__file__))
_STANDARD = os.path.dirname(os.__file__)
sys.path[:] = [
    path
    for path in sys.path
    if path == _HERE or "packages" not in path and (path.startswith(_STANDARD) or path.endswith(".zip"))
]
sys.meta_path[:] = [finder for finder in sys.meta_path if "editable" not in str(getattr(finder, "__module__", ""))]
'''


def make(directory: Path) -> Path:
    """Create the folder and return it."""
    directory.mkdir(parents=True)
    installed = Path(sysconfig.get_path("purelib"))
    for name in _BOTO3:
        (directory / name).symlink_to(installed / name)
    (directory / "sitecustomize.py").write_text(_HOOK)
    return directory
