/// The page that shows the API and lets people try it. It needs nothing but this server.
enum DocumentPage {
  static let text = """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Tickwire API</title>
    <style>
    body { font: 15px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 60rem; padding: 1rem;
      color: #1c2024; background: #fff }
    h1 { font-size: 1.4rem }
    details { border: 1px solid #d8dce2; border-radius: 6px; margin: .4rem 0; padding: .4rem .8rem }
    summary { cursor: pointer; font-family: ui-monospace, monospace }
    summary small { font-family: system-ui, sans-serif; color: #5b6470; margin-left: .6rem }
    label { display: grid; grid-template-columns: 9rem 1fr 14rem; gap: .6rem; margin: .3rem 0 }
    label em { color: #5b6470; font-style: normal; font-size: .85rem }
    input, textarea, button { font: inherit; padding: .2rem .4rem }
    pre { background: #f4f5f7; border-radius: 6px; padding: .6rem; overflow: auto;
      max-height: 24rem }
    @media (prefers-color-scheme: dark) {
      body { color: #e6e8eb; background: #16181c } pre { background: #22262c }
      details { border-color: #3a4048 }
    }
    </style>
    </head>
    <body>
    <h1>Tickwire API</h1>
    <p><a href="openapi.json">openapi.json</a> describes it for programs. A token, where one is
    needed: <input id="token" type="password" autocomplete="off"></p>
    <main></main>
    <script>
    "use strict";
    const make = (name, text) => {
      const node = document.createElement(name);
      if (text) node.textContent = text;
      return node;
    };
    function show(path, method, operation) {
      const box = make("details"), head = make("summary", method.toUpperCase() + " " + path);
      head.append(make("small", operation.summary));
      box.append(head);
      const fields = operation.parameters.map((parameter) => {
        const label = make("label", parameter.name + (parameter.required ? " *" : ""));
        const input = make("input");
        input.placeholder = (parameter.schema.enum || []).join(", ");
        label.append(input, make("em", parameter.description));
        box.append(label);
        return { parameter, input };
      });
      const body = operation.requestBody && make("textarea");
      if (body) box.append(body);
      const button = make("button", "Send"), output = make("pre");
      output.hidden = true;
      button.onclick = async () => {
        let target = path;
        const query = new URLSearchParams();
        for (const { parameter, input } of fields) {
          if (parameter.in === "path")
            target = target.replace("{" + parameter.name + "}", encodeURIComponent(input.value));
          else if (input.value) query.set(parameter.name, input.value);
        }
        const text = query.toString(), token = document.getElementById("token").value;
        const headers = token ? { Authorization: "Bearer " + token } : {};
        if (body && body.value) headers["Content-Type"] = "application/json";
        output.hidden = false;
        try {
          const answer = await fetch("." + target + (text ? "?" + text : ""),
            { method, headers, body: body && body.value ? body.value : undefined });
          const said = await answer.text();
          output.textContent = answer.status + " " + answer.statusText + "\\n\\n" + said;
        } catch (error) { output.textContent = String(error); }
      };
      box.append(make("p"), button, output);
      document.querySelector("main").append(box);
    }
    fetch("openapi.json").then((answer) => answer.json()).then((document) => {
      for (const [path, methods] of Object.entries(document.paths))
        for (const [method, operation] of Object.entries(methods)) show(path, method, operation);
    });
    </script>
    </body>
    </html>

    """
}
