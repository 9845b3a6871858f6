// Sound to the server, answers back. The server answers every hop of 16 ms, in order.
const rate = 16000;
const most = 64 * 1024;    // bytes that may wait in the browser
const kept = 1024;         // hops that are kept: twice what is shown

export class Stream {
  hops = [];        // the last ones. Of each: when it was sent, its loudest sample from 0 to 1, the answer and how long that took
  sent = 0;         // all hops
  answered = 0;
  #context;
  #socket;
  #source;
  #tracks = [];

  constructor(ended) {
    this.ended = ended;    // called once, with a problem or nothing
  }

  async start(kind) {
    try {
      this.#context = new AudioContext({ sampleRate: rate });
      await this.#context.audioWorklet.addModule("hops.js");
      this.#source = kind === "microphone" ? await this.#microphone() : await this.#recording();
      await this.#connect();
      const worklet = new AudioWorkletNode(this.#context, "hops", { numberOfInputs: 1, numberOfOutputs: 0, channelCount: 1, channelCountMode: "explicit" });
      worklet.port.onmessage = event => this.#send(event.data);
      this.#source.connect(worklet);
      await this.#context.resume();
      this.#source.start?.();
    } catch (error) {
      this.stop(error.message);
    }
  }

  stop(problem) {
    if (!this.ended)
      return;
    const ended = this.ended;
    this.ended = null;
    for (const track of this.#tracks)
      track.stop();
    this.#socket?.close();
    if (this.#context?.state !== "closed")
      this.#context?.close();
    ended(problem);
  }

  async #microphone() {
    if (!navigator.mediaDevices)
      throw new Error("The browser gives the microphone to pages of https and of localhost only.");
    let media;
    try {
      media = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1, noiseSuppression: false, autoGainControl: false } });
    } catch (error) {
      throw new Error(`There is no sound from the microphone: ${error.message}`);
    }
    this.#tracks = media.getTracks();
    return this.#context.createMediaStreamSource(media);
  }

  async #recording() {
    const response = await fetch("noisy.wav");
    if (!response.ok)
      throw new Error(`The recording cannot be had: ${response.status} ${response.statusText}`);
    const source = this.#context.createBufferSource();
    source.buffer = await this.#context.decodeAudioData(await response.arrayBuffer());
    source.connect(this.#context.destination);
    source.onended = () => setTimeout(() => this.stop(), 300);    // the last answers are still under way
    return source;
  }

  #connect() {
    return new Promise((connected, failed) => {
      const socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/speech`);
      socket.binaryType = "arraybuffer";
      socket.onopen = connected;
      socket.onmessage = event => this.#take(new DataView(event.data));
      socket.onclose = event => {
        const problem = new Error(event.reason || "The server cannot be reached.");
        failed(problem);
        this.stop(problem.message);
      };
      this.#socket = socket;
    });
  }

  #send(hop) {
    if (this.#socket.readyState !== WebSocket.OPEN)
      return;
    if (this.#socket.bufferedAmount > most)
      return this.stop("The connection is too slow for the sound.");
    let peak = 0;
    for (const sample of new Int16Array(hop))
      peak = Math.max(peak, Math.abs(sample));
    this.#socket.send(hop);
    this.hops.push({ sent: performance.now(), peak: peak / 32768, probability: undefined, latency: undefined });
    this.sent++;
    if (this.hops.length === 2 * kept)
      this.hops.splice(0, kept);
  }

  #take(answer) {
    const number = answer.getUint32(0, true), now = performance.now(), dropped = this.sent - this.hops.length;
    for (let i = 0; 4 + 4 * i < answer.byteLength; i++) {
      const hop = this.hops[number + i - dropped];
      if (hop) {
        hop.probability = answer.getFloat32(4 + 4 * i, true);
        hop.latency = now - hop.sent;
      }
      this.answered = number + i + 1;
    }
  }
}
