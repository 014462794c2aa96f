// @ts-check
/** Lines over time, for figures of operations. */
import { niceSteps } from "./canvas-scale.js";
import { shortTime } from "./format.js";

/**
 * @typedef {object} Line
 * @property {string} name
 * @property {string} colour
 * @property {boolean} [isDashed]
 * @property {(number | null)[]} values one for each time
 */

/**
 * The range of the axis: from 0, or in powers of ten.
 * @param {Line[]} lines
 * @param {boolean} isLogarithmic
 * @returns {[number, number]}
 */
export function valueRange(lines, isLogarithmic) {
  let [low, high] = [Infinity, 0];
  for (const { values } of lines) {
    for (const value of values) {
      if (value === null || (isLogarithmic && value <= 0)) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  if (high === 0) return isLogarithmic ? [1, 10] : [0, 1];
  if (!isLogarithmic) return [0, high * 1.1];
  return [10 ** Math.floor(Math.log10(low)), 10 ** Math.ceil(Math.log10(high * 1.0001))];
}

/**
 * Stretches of a line without holes, as indices.
 * @param {(number | null)[]} values
 * @returns {[number, number][]} first and last of each
 */
export function stretches(values) {
  /** @type {[number, number][]} */ const found = [];
  values.forEach((value, index) => {
    if (value === null) return;
    const last = found[found.length - 1];
    if (last && last[1] === index - 1) last[1] = index;
    else found.push([index, index]);
  });
  return found;
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {number[]} times
 * @param {Line[]} lines
 * @param {{ text: string, grid: string, font: string, unit: (value: number) => string,
 *   isLogarithmic?: boolean, places: number }} look `places`: as many times as the axis has room for
 */
export function drawLines(canvas, times, lines, look) {
  const ratio = globalThis.devicePixelRatio || 1;
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  if (width === 0) return;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const pen = canvas.getContext("2d");
  if (!pen) return;
  pen.scale(ratio, ratio);
  pen.font = `11px ${look.font}`;
  const [low, high] = valueRange(lines, look.isLogarithmic ?? false);
  const plot = { left: 56, top: 8, width: width - 64, height: height - 30 };
  const share = (/** @type {number} */ value) => look.isLogarithmic
    ? Math.log10(Math.max(value, low) / low) / Math.log10(high / low)
    : (value - low) / (high - low);
  const y = (/** @type {number} */ value) => plot.top + (1 - share(value)) * plot.height;
  const x = (/** @type {number} */ index) =>
    plot.left + ((look.places - times.length + index) / (look.places - 1)) * plot.width;
  pen.strokeStyle = look.grid;
  pen.fillStyle = look.text;
  pen.textBaseline = "middle";
  pen.textAlign = "right";
  for (const value of steps(low, high, look.isLogarithmic ?? false)) {
    pen.beginPath();
    pen.moveTo(plot.left, Math.round(y(value)) + 0.5);
    pen.lineTo(plot.left + plot.width, Math.round(y(value)) + 0.5);
    pen.stroke();
    pen.fillText(look.unit(value), plot.left - 6, y(value));
  }
  pen.textAlign = "center";
  let free = -Infinity;
  times.forEach((at, index) => {
    const isMinute = Math.floor(at / 60000) !== Math.floor((times[index - 1] ?? at) / 60000);
    if (!isMinute || x(index) < free || x(index) > width - 24) return;
    free = x(index) + 64;
    pen.fillText(shortTime(at), x(index), height - 9);
  });
  for (const line of lines) drawLine(pen, line, x, y);
}

/** @param {number} low @param {number} high @param {boolean} isLogarithmic @returns {number[]} */
function steps(low, high, isLogarithmic) {
  if (!isLogarithmic) return niceSteps(low, high, 4);
  const found = [];
  for (let value = low; value <= high * 1.001; value *= 10) found.push(value);
  return found;
}

/**
 * @param {CanvasRenderingContext2D} pen @param {Line} line
 * @param {(index: number) => number} x @param {(value: number) => number} y
 */
function drawLine(pen, line, x, y) {
  pen.strokeStyle = line.colour;
  pen.fillStyle = line.colour;
  pen.lineWidth = 1.5;
  pen.setLineDash(line.isDashed ? [4, 3] : []);
  for (const [first, last] of stretches(line.values)) {
    pen.beginPath();
    for (let index = first; index <= last; index += 1) {
      pen.lineTo(x(index), y(/** @type {number} */ (line.values[index])));
    }
    pen.stroke();
    if (first === last) pen.fillRect(x(first) - 1, y(/** @type {number} */ (line.values[first])) - 1, 2, 2);
  }
  pen.setLineDash([]);
  pen.lineWidth = 1;
}
