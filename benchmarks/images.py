"""How large the image of a model is beside that of `mlflow models build-docker`, and what another version costs.

Both images are of one model with MLflow, scikit-learn and pandas, on the same small Debian, since no registry is
reached; sizes are those of the compressed layers. The second part is the whole update of a deployment to another
version of the model, from the call to its end, with the environment unchanged.

Of MLflow's usual image what its Dockerfile takes from a distribution is measured, with the model's packages once; what
comes from elsewhere (pyenv, another Python, the packages a second time) would come on top.

The last line has `image_bytes`, this project's size beside MLflow's, `image_bytes_local`, beside the smaller one that
``--env-manager local`` makes, and `rebuild_s`.

It needs what the tests need, an engine and Debian's docker-registry and mmdebstrap.

    python benchmarks/images.py [--folder DIR]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from images_parts.measures import measured
from images_parts.stage import stage


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, help="where to work (default: the system's temporary folder)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder, stage(Path(folder)) as place:
        found = measured(place)
    found.show()
    print(" ".join(f"{name}={value:.2f}" for name, value in found.values().items()))


if __name__ == "__main__":
    main()
