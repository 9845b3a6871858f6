#!/usr/bin/env bash
# Draws what `rnngen --help` prints as docs/rnngen-help.svg. A test fails if the picture no longer has the tool's words.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

dotnet build runtime/RnnGen.Tool -c Release -f net10.0 -v quiet
printed=$(dotnet runtime/RnnGen.Tool/bin/Release/net10.0/RnnGen.Tool.dll --help)
awk '
    function escape(text) { gsub(/&/, "\\&amp;", text); gsub(/</, "\\&lt;", text); gsub(/>/, "\\&gt;", text); return text }
    { lines[NR] = $0; if (length($0) > widest) widest = length($0) }
    END {
        # 14 pixels of a monospaced font take at most 8.5 across.
        width = int(widest * 8.5) + 40
        height = NR * 20 + 30
        printf "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\">\n", width, height, width, height
        printf "  <rect width=\"%d\" height=\"%d\" rx=\"8\" fill=\"#1e1646\" />\n", width, height
        print "  <g font-family=\"Consolas, Menlo, DejaVu Sans Mono, monospace\" font-size=\"14\" fill=\"#e8e4ff\">"
        for (line = 1; line <= NR; line++) {
            # The command, and the headings.
            color = lines[line] ~ /^\$/ ? " fill=\"#78dec4\"" : lines[line] ~ /^[A-Z]/ ? " fill=\"#ffc45c\"" : ""
            if (lines[line] != "")
                printf "    <text xml:space=\"preserve\" x=\"20\" y=\"%d\"%s>%s</text>\n", 10 + line * 20, color, escape(lines[line])
        }
        print "  </g>"
        print "</svg>"
    }' <<< "\$ rnngen --help
$printed" > docs/rnngen-help.svg
