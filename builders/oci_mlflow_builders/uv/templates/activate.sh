# To be sourced by a POSIX shell: puts this environment's programs first on PATH. "deactivate" undoes it.

_oci_mlflow_prefix='@PLACEHOLDER@'
if [ -n "${BASH_SOURCE:-}" ]; then
    _oci_mlflow_prefix=$(CDPATH='' cd -- "$(dirname -- "$BASH_SOURCE")/.." && pwd -P)
elif [ -n "${ZSH_VERSION:-}" ]; then
    # Other shells cannot even read this expression.
    eval '_oci_mlflow_prefix=$(CDPATH="" cd -- "$(dirname -- "${(%):-%x}")/.." && pwd -P)'
fi

if [ -x "$_oci_mlflow_prefix/bin/python" ]; then
    if command -v deactivate >/dev/null 2>&1 && [ -n "${_OCI_MLFLOW_OLD_PATH:-}" ]; then
        deactivate
    fi
    _OCI_MLFLOW_OLD_PATH=$PATH
    _OCI_MLFLOW_OLD_CONDA_PREFIX=${CONDA_PREFIX:-}
    PATH="$_oci_mlflow_prefix/bin:$PATH"
    CONDA_PREFIX=$_oci_mlflow_prefix
    export PATH CONDA_PREFIX
    deactivate() {
        PATH=$_OCI_MLFLOW_OLD_PATH
        export PATH
        if [ -n "$_OCI_MLFLOW_OLD_CONDA_PREFIX" ]; then
            CONDA_PREFIX=$_OCI_MLFLOW_OLD_CONDA_PREFIX
        else
            unset CONDA_PREFIX
        fi
        unset _OCI_MLFLOW_OLD_PATH _OCI_MLFLOW_OLD_CONDA_PREFIX
        unset -f deactivate
        hash -r 2>/dev/null
    }
    hash -r 2>/dev/null
    unset _oci_mlflow_prefix
else
    echo "activate: run bin/conda-unpack of this environment first" >&2
    unset _oci_mlflow_prefix
    false
fi
