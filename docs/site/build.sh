#!/usr/bin/env bash
# Builds the site of docs/ and the API reference into artifacts/site. A warning, such as a dead link, fails the build.
# docfx takes pages from below its configuration only, so they are copied together first, in the folders that their links expect.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

sources=artifacts/site-sources
rm -rf "$sources" artifacts/site
mkdir -p "$sources"
cp docs/site/{docfx.json,filter.yml,toc.yml,index.md,logo.svg} "$sources"
cp --parents README.md CHANGELOG.md CONTRIBUTING.md LICENSE docs/*.{md,svg} docs/site/*.png samples/*/*.{md,svg,png} samples/*/data/SOURCE.md samples/*/Models.cs \
    runtime/icon.png runtime/RnnGen/Attributes/Activation.cs tests/RnnGen.Benchmarks/Speed/Reference.cs "$sources"
rm -rf "$sources/samples/Templates"

dotnet tool restore
dotnet build runtime/RnnGen.Formats -c Release -f net10.0
dotnet build runtime/RnnGen.Compiler -c Release -f net10.0
dotnet build runtime/RnnGen.Audio -c Release -f net10.0
dotnet build runtime/RnnGen.Mpi -c Release -f net10.0
dotnet build runtime/RnnGen.Hosting -c Release -f net10.0
dotnet build runtime/RnnGen.Orleans -c Release -f net10.0
dotnet docfx metadata "$sources/docfx.json" --warningsAsErrors
dotnet docfx build "$sources/docfx.json" --warningsAsErrors
echo "the site is in artifacts/site; dotnet docfx serve artifacts/site shows it"
