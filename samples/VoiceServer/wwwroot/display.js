// The last eight seconds: sound above, the probability of speech below, now at the right edge.
const seconds = 8, hopsPerSecond = 62.5, shown = seconds * hopsPerSecond;

export class Display {
  #canvas;
  #drawing;
  #colors = {};

  constructor(canvas) {
    this.#canvas = canvas;
    this.#drawing = canvas.getContext("2d");
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { this.#colors = {}; });
  }

  draw(hops, sent) {
    const scale = devicePixelRatio, width = this.#canvas.clientWidth, height = this.#canvas.clientHeight;
    if (this.#canvas.width !== Math.round(width * scale) || this.#canvas.height !== Math.round(height * scale)) {
      this.#canvas.width = Math.round(width * scale);
      this.#canvas.height = Math.round(height * scale);
    }

    const d = this.#drawing, left = 46, bottom = 22, axis = height * 0.42, top = axis + 14, base = height - bottom;
    d.setTransform(scale, 0, 0, scale, 0, 0);
    d.clearRect(0, 0, width, height);
    d.font = "12px system-ui, sans-serif";
    this.#grid(d, left, width, top, base, sent / hopsPerSecond);

    const step = (width - left) / shown, first = Math.max(0, hops.length - shown), x = i => width - (hops.length - i) * step;
    for (let i = first; i < hops.length; i++) {
      const tall = Math.max(0.75, Math.sqrt(hops[i].peak) * axis / 2);    // roots: soft sounds are seen, too
      d.fillStyle = this.#color(hops[i].probability >= 0.5 ? "--speech" : "--sound");
      d.fillRect(x(i), axis / 2 - tall, Math.max(step * 0.8, 0.6), 2 * tall);
    }

    const answered = hops.slice(first).filter(hop => hop.probability !== undefined).length;
    if (answered < 2)
      return;
    const y = i => base - (hops[i].probability || 0) * (base - top), end = first + answered - 1;
    d.beginPath();
    for (let i = first; i <= end; i++)
      d.lineTo(x(i), y(i));
    d.lineWidth = 2;
    d.lineJoin = "round";
    d.strokeStyle = this.#color("--speech");
    d.stroke();
    d.lineTo(x(end), base);
    d.lineTo(x(first), base);
    d.globalAlpha = 0.18;
    d.fillStyle = this.#color("--speech");
    d.fill();
    d.globalAlpha = 1;
  }

  #grid(d, left, width, top, base, now) {
    d.strokeStyle = this.#color("--line");
    d.fillStyle = this.#color("--soft");
    d.lineWidth = 1;
    d.textAlign = "right";
    d.textBaseline = "middle";
    for (const share of [0, 0.5, 1]) {
      const y = Math.round(base - share * (base - top)) + 0.5;
      d.setLineDash(share === 0.5 ? [4, 4] : []);
      d.beginPath();
      d.moveTo(left, y);
      d.lineTo(width, y);
      d.stroke();
      d.fillText(`${100 * share} %`, left - 6, y);
    }
    d.setLineDash([]);
    d.textAlign = "center";
    d.textBaseline = "top";
    for (let second = Math.max(0, Math.ceil(now - seconds)); second <= now; second++) {
      const x = width - (now - second) * (width - left) / seconds;
      if (x > left + 8 && x < width - 12)
        d.fillText(`${second} s`, x, base + 6);
    }
  }

  #color(name) {
    return this.#colors[name] ??= getComputedStyle(document.documentElement).getPropertyValue(name);
  }
}
