// Runs beside the sound: cuts it into hops of 256 samples, 16 bits each, as the server takes them.
class Hops extends AudioWorkletProcessor {
  constructor() {
    super();
    this.hop = new Int16Array(256);
    this.filled = 0;
  }

  process(inputs) {
    const samples = inputs[0][0];
    if (!samples)
      return true;    // nothing plays yet
    for (const sample of samples) {
      // Browsers read 16 bits as -32768 to -1 and 32767 to 1: so the recording arrives as it is in its file.
      this.hop[this.filled++] = Math.round(sample < 0 ? Math.max(sample, -1) * 32768 : Math.min(sample, 1) * 32767);
      if (this.filled === 256) {
        this.port.postMessage(this.hop.slice().buffer);
        this.filled = 0;
      }
    }
    return true;
  }
}

registerProcessor("hops", Hops);
