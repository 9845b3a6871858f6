// Runs every case of a directory in ONNX Runtime, and prints the largest difference from what it should compute.
const fs = require('fs');
const path = require('path');
const ort = require('onnxruntime-node');

const LARGEST = 1e-5;
const directory = process.argv[2];

function tensor({ dims, data, isInteger }) {
    return isInteger ? new ort.Tensor('int64', BigInt64Array.from(data.map(v => BigInt(v))), dims) : new ort.Tensor('float32', Float32Array.from(data), dims);
}

(async () => {
    let failed = 0, worst = 0, count = 0;
    for (const file of fs.readdirSync(directory).filter(f => f.endsWith('.onnx')).sort()) {
        const name = file.slice(0, -5);
        const { inputs, outputs } = JSON.parse(fs.readFileSync(path.join(directory, name + '.json')));
        const session = await ort.InferenceSession.create(path.join(directory, file), { logSeverityLevel: 3 });
        const feeds = Object.fromEntries(session.inputNames.map(n => [n, tensor(inputs[n])]));
        const results = await session.run(feeds);
        let largest = 0, numbers = 0;
        for (const [output, expected] of Object.entries(outputs)) {
            const actual = results[output].data;
            if (actual.length !== expected.data.length)
                throw new Error(`${name}: ${output} has ${actual.length} numbers, not ${expected.data.length}`);
            numbers += actual.length;
            // NaN is larger than anything.
            expected.data.forEach((v, i) => { const d = Math.abs(v - actual[i]); if (!(d <= largest)) largest = d; });
        }
        console.log(`${name}: ${numbers} numbers, largest difference ${largest.toExponential(1)}`);
        count++;
        worst = Math.max(worst, largest);
        if (!(largest <= LARGEST))
            failed++;
    }
    console.log(`${count} models, ${failed} with a difference above ${LARGEST}; the largest is ${worst.toExponential(1)}; ONNX Runtime ${ort.env.versions.common}`);
    process.exit(failed || count === 0 ? 1 : 0);
})();
