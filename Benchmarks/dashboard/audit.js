// What is wrong with a page for those who see little, use keys, or listen to it. Run in the page.
() => {
  const faults = [];
  const name = (node) => `${node.tagName.toLowerCase()}${node.id ? `#${node.id}` : ""}` +
    `${node.className && typeof node.className === "string" ? `.${node.className.trim().split(/\s+/).join(".")}` : ""}`;
  const isShown = (node) => {
    if (!node.getClientRects().length) return false;
    const style = getComputedStyle(node);
    return style.visibility !== "hidden" && style.display !== "none" && Number(style.opacity) > 0 &&
      !node.closest(".hidden, .skip, [hidden]");
  };

  // Contrast (WCAG 2.2, 1.4.3): 4.5, or 3 for large text. Controls that are off are exempt.
  const parse = (text) => {
    const srgb = /color\(srgb ([\d.]+) ([\d.]+) ([\d.]+)(?: \/ ([\d.]+))?\)/.exec(text);
    if (srgb) return [...srgb.slice(1, 4).map((part) => Number(part) * 255), srgb[4] === undefined ? 1 : Number(srgb[4])];
    const parts = text.match(/[\d.]+/g)?.map(Number) ?? [0, 0, 0, 0];
    return [parts[0], parts[1], parts[2], parts[3] ?? 1];
  };
  const over = (top, below) => {
    const alpha = top[3] + below[3] * (1 - top[3]);
    if (alpha === 0) return [0, 0, 0, 0];
    return [...[0, 1, 2].map((place) =>
      (top[place] * top[3] + below[place] * below[3] * (1 - top[3])) / alpha), alpha];
  };
  const luminance = (colour) => {
    const [r, g, b] = colour.slice(0, 3).map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const background = (node) => {
    let colour = [0, 0, 0, 0];
    for (let one = node; one && colour[3] < 1; one = one.parentElement) {
      colour = over(colour, parse(getComputedStyle(one).backgroundColor));
    }
    return over(colour, [255, 255, 255, 1]);
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const poor = new Map();
  let texts = 0;
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    if (!walker.currentNode.nodeValue.trim() || !node || !isShown(node) || node.closest(":disabled, script, noscript")) continue;
    texts += 1;
    const style = getComputedStyle(node);
    const below = background(node);
    const ink = node.closest("svg") ? style.fill : style.color;
    const svg = node.closest("svg");
    const back = svg ? background(svg) : below;
    const [a, b] = [luminance(over(parse(ink), back)), luminance(back)];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const size = parseFloat(style.fontSize);
    const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio < (isLarge ? 3 : 4.5)) poor.set(name(node), ratio.toFixed(2));
  }
  for (const [node, ratio] of poor) faults.push(`contrast ${ratio}: ${node}`);

  // Names (4.1.2): what can be used says what it is.
  const label = (node) => {
    const by = node.getAttribute("aria-labelledby");
    return node.getAttribute("aria-label") || (by && document.getElementById(by)?.textContent) ||
      [...(node.labels ?? [])].map((one) => one.textContent).join(" ") || node.textContent.trim() ||
      node.getAttribute("title") || "";
  };
  const controls = [...document.querySelectorAll(
    "a[href], button, input, select, textarea, [role=grid], [role=application], [role=log], [role=region], [role=radiogroup]")]
    .filter(isShown);
  for (const node of controls) {
    const text = node.matches("select") ? label(node).replace(node.textContent, "") || node.getAttribute("aria-label") || node.labels?.length : label(node);
    if (!text) faults.push(`no name: ${name(node)}`);
    const box = node.getBoundingClientRect();
    const isInText = node.matches("a") && ["inline"].includes(getComputedStyle(node).display);
    if (!isInText && (box.width < 24 || box.height < 24)) {
      faults.push(`a target of ${Math.round(box.width)} × ${Math.round(box.height)}: ${name(node)}`);
    }
  }
  for (const node of document.querySelectorAll("img:not([alt]), svg:not([aria-label]):not([aria-hidden]), canvas:not([aria-label]):not([aria-hidden])")) {
    if (isShown(node) && !node.closest("[aria-label][role=application], [role=img]")) faults.push(`a picture without words: ${name(node)}`);
  }

  // The document.
  const ids = [...document.querySelectorAll("[id]")].map((node) => node.id);
  for (const id of new Set(ids)) if (ids.filter((one) => one === id).length > 1) faults.push(`id twice: ${id}`);
  for (const attribute of ["aria-labelledby", "aria-describedby", "aria-activedescendant", "for"]) {
    for (const node of document.querySelectorAll(`[${attribute}]`)) {
      for (const id of node.getAttribute(attribute).split(/\s+/)) {
        if (!document.getElementById(id) && attribute !== "aria-labelledby") faults.push(`${attribute} names nothing: ${id}`);
      }
    }
  }
  if (!document.documentElement.lang) faults.push("no language");
  if (!document.title) faults.push("no title");
  if (!document.querySelector("meta[name=viewport]")) faults.push("no viewport");
  if (!document.querySelector("meta[name=description]")) faults.push("no description");
  if (document.querySelectorAll("main").length !== 1) faults.push("not one main");
  if (/user-scalable=no|maximum-scale/.test(document.querySelector("meta[name=viewport]")?.content ?? "")) faults.push("zoom is forbidden");
  const levels = [...document.querySelectorAll("h1, h2, h3, h4")].filter(isShown).map((node) => Number(node.tagName[1]));
  if (levels.length === 0) faults.push("no headings");
  for (const node of document.querySelectorAll("table")) {
    // The chart library lays its panes out with one.
    if (isShown(node) && !node.closest("[role=application]") && !node.querySelector("caption")) faults.push(`a table without a caption: ${name(node.parentElement)}`);
  }

  // Width: nothing is wider than the screen.
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > width + 1) {
    const wide = [...document.querySelectorAll("body *")].filter((node) => isShown(node) && node.getBoundingClientRect().right > width + 1 &&
      ![...function* parents(one) { for (let up = one.parentElement; up; up = up.parentElement) yield up; }(node)]
        .some((up) => ["auto", "scroll", "hidden", "clip"].includes(getComputedStyle(up).overflowX)));
    faults.push(`wider than the screen: ${wide.slice(0, 3).map(name).join(", ")}`);
  }
  return { faults, texts, controls: controls.length };
}
