import { Display } from "./display.js";
import { Stream } from "./stream.js";

const at = id => document.getElementById(id);
const display = new Display(at("display"));
let stream = null, shown = { hops: [], sent: 0, answered: 0 };    // the stream, and the one that is looked at when it has ended

function start(kind) {
  at("problem").hidden = true;
  stream = new Stream(ended);
  shown = stream;
  buttons();
  stream.start(kind);
}

function ended(problem) {
  stream = null;
  if (problem) {
    at("problem").textContent = problem;
    at("problem").hidden = false;
  }
  buttons();
}

function buttons() {
  at("play").disabled = at("microphone").disabled = stream !== null;
  at("stop").disabled = stream === null;
}

function median(numbers) {
  return numbers.sort((a, b) => a - b)[numbers.length >> 1];
}

function show() {
  display.draw(shown.hops, shown.sent);
  const answered = shown.hops.filter(hop => hop.probability !== undefined), last = answered.at(-1);
  const state = !stream || !last ? "idle" : last.probability >= 0.5 ? "speech" : "quiet";
  const text = { idle: shown.sent > 0 && !stream ? "Stopped" : stream ? "Listening" : "Ready", speech: "Speech", quiet: "No speech" }[state];
  if (at("status").dataset.state !== state || at("status").textContent !== text) {
    at("status").dataset.state = state;
    at("status").textContent = text;
  }
  at("probability").textContent = last ? `${Math.round(100 * last.probability)} %` : "–";
  at("sent").textContent = `${(shown.sent / 62.5).toFixed(1)} s`;
  at("answers").textContent = shown.answered.toLocaleString("en");
  if (last)
    at("latency").textContent = `${median(answered.slice(-125).map(hop => hop.latency)).toFixed(0)} ms`;
  requestAnimationFrame(show);
}

async function count() {
  try {
    at("streams").textContent = (await (await fetch("stats")).json()).streams.toLocaleString("en");
  } catch {
    at("streams").textContent = "–";
  }
}

at("play").onclick = () => start("recording");
at("microphone").onclick = () => start("microphone");
at("stop").onclick = () => stream?.stop();
window.hops = () => shown.hops;    // for the console, and for tests
setInterval(count, 2000);
count();
show();
