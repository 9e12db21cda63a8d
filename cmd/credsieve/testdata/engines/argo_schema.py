"""Says which fields of a workflow Argo does not know: argo_schema.py FILE. Its types leave out what they do not know, and refuse the rest."""
import sys

import yaml
from hera.workflows.models import Workflow


def unknown(given, known, path=""):
    if isinstance(given, dict) and isinstance(known, dict):
        for name in given:
            yield from unknown(given[name], known.get(name), f"{path}.{name}")
    elif isinstance(given, list) and isinstance(known, list) and len(given) == len(known):
        for n, both in enumerate(zip(given, known)):
            yield from unknown(*both, f"{path}[{n}]")
    elif given != known:
        yield path


with open(sys.argv[1]) as file:
    workflow = yaml.safe_load(file)
left = list(unknown(workflow, Workflow.model_validate(workflow).model_dump(by_alias=True, exclude_unset=True, mode="json")))
sys.exit("\n".join(left) or 0)
