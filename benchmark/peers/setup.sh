#!/usr/bin/env bash
# Makes the virtual environment in which the benchmark suite runs peers.py. Takes some minutes, and
# about 6 GB for torch, which torchcachex needs; "setup.sh --without-torchcachex" leaves both out.
set -euo pipefail
cd "$(dirname "$0")"
python3 -m venv venv
venv/bin/pip install --quiet -r requirements.txt
if [ "${1:-}" != "--without-torchcachex" ]; then
    commit=e069d93d4527c406e39f42736861cd8969db8743
    source=${TORCHCACHEX:-git+https://github.com/dahlem/torchcachex@$commit}
    venv/bin/pip install --quiet -r requirements-torchcachex.txt
    venv/bin/pip install --quiet --no-deps "$source" ||
        echo "torchcachex could not be installed; its figure is left out"
fi
venv/bin/python -c 'import lance, datasets, numpy; print("ready: the suite finds benchmark/peers/venv")'
