/// The page that shows the ticks of the FX grammar as they come, with the newest bars.
enum TickDemoPage {
  static let text = """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Tickwire: live ticks</title>
    <style>
    body { font: 15px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 48rem; padding: 1rem }
    #state { padding: .1rem .6rem; border-radius: 1rem; color: #fff; background: #a33 }
    #state.open { background: #287a3e }
    table { border-collapse: collapse; width: 100% }
    th, td { text-align: right; padding: .2rem .5rem; border-bottom: 1px solid #ccd }
    th:first-child, td:first-child { text-align: left }
    #price { font-size: 2rem; font-variant-numeric: tabular-nums }
    </style>
    </head>
    <body>
    <h1>Live ticks <span id="state">disconnected</span></h1>
    <p><select id="symbol"></select> <span id="price">-</span> <span id="time"></span></p>
    <table><thead><tr><th>bar</th><th>begins</th><th>open</th><th>high</th><th>low</th>
    <th>close</th><th>ticks</th></tr></thead><tbody id="bars"></tbody></table>
    <p id="error" role="alert"></p>
    <script>
    "use strict";
    const at = (id) => document.getElementById(id), known = new Set();
    let wait = 500;
    function connect() {
      const socket = new WebSocket(location.origin.replace("http", "ws") + "/ws/ticks");
      socket.onopen = () => {
        wait = 500;
        at("state").textContent = "connected";
        at("state").className = "open";
      };
      socket.onmessage = (event) => {
        const tick = JSON.parse(event.data);
        if (!known.has(tick.symbol)) {
          known.add(tick.symbol);
          at("symbol").append(new Option(tick.symbol));
        }
        if (tick.symbol !== at("symbol").value) return;
        at("price").textContent = tick.price;
        at("time").textContent = tick.time;
      };
      socket.onclose = () => {
        at("state").textContent = "disconnected";
        at("state").className = "";
        setTimeout(connect, wait);
        wait = Math.min(wait * 2, 10000);
      };
    }
    async function bars() {
      const symbol = at("symbol").value;
      if (!symbol) return;
      const start = new Date(Date.now() - 3 * 864e5).toISOString();
      const rows = [];
      for (const name of ["minute", "hour", "day"]) {
        const query = new URLSearchParams({ symbol, start });
        const answer = await fetch("/ohlc/" + name + "?" + query);
        if (!answer.ok) continue;
        const bar = (await answer.json()).at(-1);
        if (!bar) continue;
        const row = document.createElement("tr");
        for (const text of [name, bar.bucket, bar.open, bar.high, bar.low, bar.close,
          bar.tick_count]) {
          row.append(Object.assign(document.createElement("td"), { textContent: text }));
        }
        rows.push(row);
      }
      at("bars").replaceChildren(...rows);
      at("error").textContent = rows.length ? "" : "there are no bars by minute, hour or day";
    }
    connect();
    setInterval(() => bars().catch((error) => { at("error").textContent = error; }), 1000);
    </script>
    </body>
    </html>

    """
}
