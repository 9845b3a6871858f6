#!/usr/bin/env bash
# Compares exported models, and the recurrent parts of public ones, with ONNX Runtime. Needs npm and a network; what it downloads stays under artifacts.
#   compare.sh [COUNT]      COUNT random models (30), and the three Silero VAD models of @ricky0123/vad-web
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
work=$PWD/artifacts/onnxruntime
mkdir -p "$work"
rm -rf "$work/random" "$work/silero"

(cd "$work" && [ -f package.json ] || (cd "$work" && npm init --yes > /dev/null))
(cd "$work" && npm install --ignore-scripts --no-audit --no-fund onnxruntime-node@1.30.0 @ricky0123/vad-web@0.0.31 > /dev/null)

check() { dotnet run --project tests/RnnGen.FormatCheck -c Release -- "$@"; }
check write "$work/random" "${1:-30}"
for file in "$work"/node_modules/@ricky0123/vad-web/dist/silero_vad_*.onnx; do
    check part "$work/silero" "$file"
done

cp tests/RnnGen.FormatCheck/compare.js "$work/"
status=0
node "$work/compare.js" "$work/random" || status=1
node "$work/compare.js" "$work/silero" || status=1
exit $status
