// @ts-check
/** The small line beside an instrument. */

/**
 * Points of a line of prices, so that the lowest is at the bottom and the highest at the top.
 * @param {number[]} values
 * @param {number} width
 * @param {number} height
 * @returns {[number, number][]}
 */
export function sparkPoints(values, width, height) {
  if (values.length < 2) return [];
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const span = high - low;
  const step = width / (values.length - 1);
  return values.map((value, index) =>
    [index * step, span === 0 ? height / 2 : (1 - (value - low) / span) * height]);
}

/** As the style sheet has it: to ask each canvas would lay out the page for each. */
const [WIDTH, HEIGHT] = [72, 24];
/**
 * Canvases with a line: others need no memory and no time of the painter.
 * @type {WeakSet<HTMLCanvasElement>}
 */
const drawn = new WeakSet();

/**
 * @param {HTMLCanvasElement} canvas
 * @param {number[]} values
 * @param {string} colour
 */
export function drawSpark(canvas, values, colour) {
  if (values.length < 2 && !drawn.has(canvas)) return;
  drawn.add(canvas);
  const ratio = Math.min(globalThis.devicePixelRatio || 1, 2);
  const [width, height] = [WIDTH, HEIGHT];
  if (canvas.width !== Math.round(width * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
  }
  const pen = canvas.getContext("2d");
  if (!pen) return;
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, width, height);
  const points = sparkPoints(values, width - 2, height - 4);
  if (points.length === 0) return;
  pen.beginPath();
  for (const [x, y] of points) pen.lineTo(x + 1, y + 2);
  pen.strokeStyle = colour;
  pen.lineWidth = 1.25;
  pen.lineJoin = "round";
  pen.stroke();
}
