"use strict";
let api;

function element(name, properties = {}, ...children) {
  const e = Object.assign(document.createElement(name), properties);
  e.append(...children);
  return e;
}

// resolve follows a reference inside the document.
function resolve(node) {
  while (node?.$ref) node = node.$ref.split("/").slice(1).reduce((at, key) => at[key], api);
  return node;
}

const nameOf = node => node?.$ref?.split("/").pop();

function typeOf(schema) {
  const s = resolve(schema) ?? {};
  if (nameOf(schema) && (s.type === "object" || s.allOf)) return nameOf(schema);
  if (s.oneOf && !s.type) return s.oneOf.map(typeOf).join(" or ");
  if (s.type === "array") return "array of " + typeOf(s.items ?? {});
  return [s.type ?? "any"].flat().join(" or ");
}

// properties are those of an object, with those that allOf joins.
function properties(schema) {
  const s = resolve(schema) ?? {};
  const all = Object.entries(s.properties ?? {}).map(([name, p]) => ({name, schema: p, required: (s.required ?? []).includes(name)}));
  return all.concat(...(s.allOf ?? []).map(properties));
}

function limits(s) {
  const low = s.minimum ?? s["x-minimum"], high = s.maximum ?? s["x-maximum"];
  const levels = s.enum ?? s["x-categories"];
  if (levels) return levels.map(v => JSON.stringify(v)).join(", ");
  if (low !== undefined && high !== undefined) return `${low} to ${high}`;
  return low !== undefined ? `from ${low}` : high !== undefined ? `up to ${high}` : "";
}

function table(schema) {
  const all = properties(schema).map(({name, schema, required}) => {
    const s = resolve(schema);
    return [name + (required ? "" : "?"), typeOf(schema), limits(s), s["x-unit"] ?? "", s.description ?? ""];
  });
  if (!all.length) return "";
  const used = ["Name", "Type", "Range", "Unit", "Meaning"].map((title, k) => ({title, k})).filter(({k}) => all.some(row => row[k]));
  const head = element("tr", {}, ...used.map(({title}) => element("th", {textContent: title})));
  const body = all.map(row => element("tr", {}, ...used.map(({title, k}) => {
    const cell = element("td", {textContent: row[k]});
    cell.dataset.title = title.toLowerCase();
    return cell;
  })));
  return element("div", {className: "scroll"}, element("table", {}, element("thead", {}, head), element("tbody", {}, ...body)));
}

// tables describes a schema and the objects that it is made of, each once.
function tables(schema, seen = new Set()) {
  const s = resolve(schema) ?? {};
  const name = nameOf(schema);
  if (name && seen.has(name)) return [];
  seen.add(name);
  const own = table(schema);
  const out = own ? [element("h3", {textContent: name ?? ""}), own] : [];
  const inner = [s.items, ...(s.oneOf ?? []), ...properties(schema).map(p => p.schema)].filter(Boolean);
  return out.concat(...inner.map(i => tables(i, seen)));
}

function examplesOf(content) {
  return Object.entries(content ?? {}).flatMap(([type, c]) => {
    const named = Object.entries(c.examples ?? {}).map(([name, e]) => ({name, type, value: e.value}));
    return c.example === undefined ? named : [...named, {name: type, type, value: c.example}];
  });
}

function operation(path, method, op) {
  const content = op.requestBody?.content;
  const body = element("div");
  if (op.description) body.append(element("p", {textContent: op.description}));
  for (const c of Object.values(content ?? {})) body.append(...tables(c.schema));
  const ok = op.responses["200"]?.content ?? {};
  const answer = Object.values(ok).flatMap(c => tables(c.schema));
  body.append(...answer);
  body.append(trial(path, method, examplesOf(content)));
  return element("details", {id: op.operationId},
    element("summary", {}, element("span", {className: "method", textContent: method.toUpperCase()}), element("code", {textContent: path}), element("span", {className: "soft", textContent: op.summary ?? ""})),
    body);
}

function trial(path, method, examples) {
  const box = element("div", {}, element("h3", {textContent: "Try it"}));
  const text = element("textarea", {spellcheck: false, ariaLabel: "Body of the request"});
  const choice = element("select", {ariaLabel: "Example"});
  const send = element("button", {type: "button", textContent: "Send"});
  const status = element("span", {className: "status", role: "status"});
  const out = element("pre", {className: "hidden", tabIndex: 0});
  const pick = () => {
    const value = examples[choice.selectedIndex].value;
    text.value = typeof value === "string" ? value : JSON.stringify(value, null, 1);
  };
  const controls = element("div", {className: "try"}, send);
  if (examples.length) {
    choice.append(...examples.map(e => element("option", {textContent: e.name})));
    choice.addEventListener("change", pick);
    pick();
    controls.append(choice);
    box.append(text);
  }
  controls.append(status);
  send.addEventListener("click", () => call(path, method, examples[choice.selectedIndex]?.type, text.value, status, out));
  box.append(controls, out);
  return box;
}

async function call(path, method, type, body, status, out) {
  const headers = {};
  if (type) headers["Content-Type"] = type;
  const key = document.getElementById("apikey")?.value;
  if (key) headers["X-API-Key"] = key;
  status.className = "status";
  status.textContent = "…";
  const start = performance.now();
  try {
    const r = await fetch(path, {method: method.toUpperCase(), headers, body: type ? body : undefined});
    let answer = await r.text();
    if (/json/.test(r.headers.get("Content-Type"))) answer = JSON.stringify(JSON.parse(answer), null, 1);
    status.textContent = `${r.status} ${r.statusText} in ${(performance.now() - start).toFixed(0)} ms`;
    status.classList.toggle("bad", !r.ok);
    out.textContent = answer;
  } catch (e) {
    status.textContent = "the server does not answer";
    status.classList.add("bad");
    out.textContent = String(e);
  }
  out.classList.remove("hidden");
}

async function start() {
  const main = document.getElementById("main");
  try {
    api = await (await fetch("openapi.json")).json();
  } catch (e) {
    document.getElementById("loading").textContent = "openapi.json could not be read: " + e;
    return;
  }
  document.getElementById("about").textContent = api.info.description;
  main.replaceChildren();
  if (api.security) {
    main.append(element("p", {}, element("label", {htmlFor: "apikey", textContent: "API key "}), element("input", {id: "apikey", type: "password"})));
  }
  for (const tag of api.tags) {
    main.append(element("h2", {}, tag.name, element("small", {textContent: tag.description})));
    for (const [path, methods] of Object.entries(api.paths)) {
      for (const [method, op] of Object.entries(methods)) {
        if (op.tags.includes(tag.name)) main.append(operation(path, method, op));
      }
    }
  }
  (document.getElementById(location.hash.slice(1)) ?? main.querySelector("details")).open = true;
}

start();
