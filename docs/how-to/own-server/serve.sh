#!/usr/bin/env bash
# Runs the server and the proxy in front of it; when one of them ends, the container ends.
set -euo pipefail

mlflow models serve --model-uri /opt/ds/model/deployed_model --env-manager local \
    --host 127.0.0.1 --port 8080 --workers "${WEB_CONCURRENCY:-1}" &
server=$!
nginx -c /opt/server/nginx.conf &
proxy=$!

# the proxy first: it finishes the requests that it has begun
trap 'kill -QUIT "$proxy"; wait "$proxy" || true; kill -TERM "$server"; wait "$server" || true; exit 0' TERM INT
wait -n || true
kill -TERM "$proxy" "$server" 2>/dev/null || true
exit 1
