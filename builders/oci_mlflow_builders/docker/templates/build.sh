# Makes the environment from the files that lie beside this one. Its status says which part failed.
set -u
umask 022
cd /tmp/oci-mlflow || exit 70
. ./variables.sh

for place in '' /opt/conda/bin/ /opt/mamba/bin/ /opt/miniforge3/bin/ /root/miniconda3/bin/ /usr/local/bin/; do
    for name in micromamba mamba conda; do
        tool=${tool:-$(command -v "$place$name" 2>/dev/null)}
    done
done
[ -n "$tool" ] || exit 71

printf 'building with %s (%s)\n' "$tool" "$("$tool" --version 2>&1 | tail -n 1)"
defaults=
[ "${tool##*/}" = conda ] && defaults=--no-default-packages
"$tool" create --yes $defaults --prefix "$PWD/prefix" --file "$PWD/explicit.txt" || exit 72

python=$PWD/prefix/bin/python
with_pip() {
    export PYTHONPATH="$PWD/limits"
    if "$python" -m pip --version >/dev/null 2>&1; then
        "$python" -m pip "$@"
        return
    fi
    # The Python brings pip for those who have none, in a wheel that runs as it is.
    for wheel in "$PWD"/prefix/lib/python3*/ensurepip/_bundled/pip-*.whl; do
        [ -f "$wheel" ] && { "$python" "$wheel/pip" "$@"; return; }
    done
    echo 'the environment has no pip: add it to the dependencies of conda.yaml' >&2
    return 1
}
if [ -s requirements.txt ]; then
    with_pip install --no-deps --no-compile --require-hashes -r requirements.txt || exit 73
fi
if [ -s repositories.txt ]; then
    with_pip install --no-deps --no-compile -r repositories.txt || exit 73
fi

# Its answer is one line of JSON, told last so that it is found.
unset PYTHONPATH
answer=$("$python" settle.pyz "$PWD/prefix" --package-cache "$PWD/pkgs" --channels "$PWD/channels.json") || {
    printf '%s\n' "$answer"
    exit 74
}
