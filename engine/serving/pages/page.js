"use strict";
const page = JSON.parse(document.getElementById("data").textContent);
const byId = id => document.getElementById(id);
const numeric = c => c.type === "number" || c.type === "integer";

function element(name, properties = {}, ...children) {
  const e = Object.assign(document.createElement(name), properties);
  e.append(...children);
  return e;
}

function show(v) {
  if (typeof v !== "number") return String(v);
  const abs = Math.abs(v);
  const options = abs >= 1e15 || (abs > 0 && abs < 1e-4)
    ? {notation: "scientific", maximumSignificantDigits: 4}
    : abs >= 1000 ? {maximumFractionDigits: 0} : {maximumSignificantDigits: 4};
  return v.toLocaleString("en", options);
}

// The form: one field for each column of the schema.

const fields = new Map();

function addField(c, i) {
  const id = "field" + i;
  const unit = c.unit ? element("span", {className: "unit", textContent: " " + c.unit}) : "";
  const label = element("label", {htmlFor: id}, c.name.replaceAll("_", " "), unit);
  const hint = element("p", {className: "hint", id: id + "-hint", textContent: c.description || ""});
  const note = element("p", {className: "note", id: id + "-note"});
  const input = control(c, id);
  input.setAttribute("aria-describedby", hint.id + " " + note.id);
  const box = element("div", {className: "field"}, label, hint);
  if (numeric(c) && c.min !== undefined && c.max !== undefined) {
    box.append(element("div", {className: "pair"}, input, slider(c, input)));
  } else {
    box.append(input);
  }
  box.append(note);
  byId("fields").append(box);
  fields.set(c.name, {column: c, input, note});
}

function control(c, id) {
  const start = page.example[c.name];
  if (c.categories) {
    const select = element("select", {id});
    if (c.nullable) select.append(element("option", {value: "", textContent: "not known"}));
    for (const level of c.categories) {
      select.append(element("option", {value: level, textContent: level, defaultSelected: level === start}));
    }
    return select;
  }
  const input = element("input", {id, type: numeric(c) ? "number" : "text", defaultValue: start ?? ""});
  if (numeric(c)) {
    input.step = c.type === "integer" ? "1" : "any";
    input.inputMode = c.min >= 0 ? "decimal" : "text";
    if (c.nullable) input.placeholder = "not known";
  }
  return input;
}

function slider(c, input) {
  const step = c.type === "integer" ? 1 : "any";
  const range = element("input", {type: "range", min: c.min, max: c.max, step, tabIndex: -1});
  range.setAttribute("aria-hidden", "true");
  range.defaultValue = input.value;
  range.addEventListener("input", () => {
    input.value = c.type === "integer" ? range.value : Number(range.valueAsNumber.toPrecision(6));
    input.dispatchEvent(new Event("input", {bubbles: true}));
  });
  input.addEventListener("input", () => { if (input.value !== "") range.value = input.value; });
  return range;
}

function row() {
  const values = {};
  for (const [name, {column, input}] of fields) {
    if (input.value === "") values[name] = null;
    else if (!numeric(column)) values[name] = input.value;
    else values[name] = Number(input.value);
  }
  return values;
}

// Asking the server.

let apikey; // the field for it, if the server asks for one

function addKey() {
  apikey = element("input", {id: "apikey", type: "password", autocomplete: "off"});
  const hint = element("p", {className: "hint", id: "apikey-hint", textContent: "the server asks for one"});
  apikey.setAttribute("aria-describedby", hint.id);
  byId("secret").className = "field";
  byId("secret").append(element("label", {htmlFor: "apikey", textContent: "API key"}), hint, apikey);
}

async function ask(path, body, signal) {
  const headers = {"Content-Type": "application/json"};
  if (apikey?.value) headers["X-API-Key"] = apikey.value;
  const r = await fetch(path, {method: "POST", headers, body: JSON.stringify(body), signal});
  const answer = await r.json();
  if (!r.ok) throw Object.assign(new Error(answer.detail || answer.title), {answer});
  return answer;
}

function fieldOf(pointer) {
  const name = decodeURIComponent(pointer.split("/").pop()).replaceAll("~1", "/").replaceAll("~0", "~");
  return fields.get(name);
}

function mark(faults, kind) {
  for (const f of faults) {
    const field = fieldOf(f.pointer);
    if (!field) continue;
    const detail = f.value === null ? "needs a value" : f.detail;
    field.note.textContent = detail + (f.allowed && kind === "error" ? "; it should be " + f.allowed : "");
    field.note.className = "note " + kind;
    field.input.setAttribute("aria-invalid", kind === "error");
  }
}

function unmark() {
  for (const {note, input} of fields.values()) {
    note.textContent = "";
    input.removeAttribute("aria-invalid");
  }
}

let pending = new AbortController();
let timer;

function changed() {
  byId("answer").classList.add("stale");
  clearTimeout(timer);
  timer = setTimeout(refresh, 120);
}

async function refresh() {
  pending.abort();
  pending = new AbortController();
  const signal = pending.signal;
  try {
    const answer = await ask(page.explained ? "explain" : "predict", row(), signal);
    unmark();
    mark(answer.warnings, "warning");
    say(answer);
    explain(answer);
    await draw(signal);
  } catch (e) {
    if (e.name === "AbortError") return;
    unmark();
    mark(e.answer?.errors ?? [], "error");
    byId("answer").textContent = "—";
    byId("answer").classList.remove("stale");
    byId("interval").textContent = "";
    byId("classes").replaceChildren();
    byId("explanation").classList.add("hidden");
    byId("state").textContent = e.answer ? e.message : "the server does not answer";
    clear("");
  }
}

// sureness says in words what the interval, or the set of classes, says.
function sureness({interval, set}) {
  const cases = level => `in ${show(100 * level)} of 100 such cases`;
  if (set) return `${set.classes.join(" or ")} ${cases(set.level)}`;
  if (!interval) return "";
  const {lower, upper, level} = interval;
  if (lower === null && upper === null) return "";
  if (lower === null) return `at most ${show(upper)} ${cases(level)}`;
  if (upper === null) return `at least ${show(lower)} ${cases(level)}`;
  return `${show(lower)} to ${show(upper)} ${cases(level)}`;
}

function say(answer) {
  const unit = answer.unit ? element("span", {className: "unit", textContent: " " + answer.unit}) : "";
  byId("answer").replaceChildren(show(answer.prediction), unit);
  byId("answer").classList.remove("stale");
  const n = answer.warnings.length;
  byId("state").textContent = n === 0 ? "" : (n === 1 ? "one value is" : n + " values are") + " outside of what the model knows";
  byId("interval").textContent = sureness(answer);
  const bars = Object.entries(answer.probabilities ?? {}).sort((a, b) => b[1] - a[1]).slice(0, 10);
  byId("classes").replaceChildren(...bars.flatMap(([name, p]) => {
    const fill = element("i");
    fill.style.width = 100 * p + "%";
    const percent = (100 * p).toLocaleString("en", {maximumFractionDigits: 1}) + " %";
    return [element("span", {textContent: name}), element("span", {className: "bar"}, fill), element("span", {textContent: percent})];
  }));
  byId("model").textContent = "Model " + answer.model;
}

// Why: what each column adds to the prediction on average.

// moves says in words how far a contribution moves the prediction, to three
// digits of the largest one: on a scale of logarithms it multiplies it.
function moves(v, scale, most) {
  if (scale === "log" || scale === "log1p") return "× " + show(Math.exp(v));
  const digits = Math.min(12, Math.max(0, 2 - Math.floor(Math.log10(most))));
  const size = Math.abs(v).toLocaleString("en", {minimumFractionDigits: digits, maximumFractionDigits: digits});
  return (v > 0 ? "+" : v < 0 ? "−" : "") + size;
}

const scales = {log_odds: "log-odds", score: "score", probability: "probability"};

function why({scale, outputs}, answer) {
  const o = outputs.find(o => o.class === answer.prediction) ?? outputs[0];
  const unit = answer.unit ? " " + answer.unit : "";
  if (o.class !== undefined) {
    return [o, "What speaks for " + o.class, `${scales[scale]} ${show(o.base)} on average, ${show(o.sum)} for this row`];
  }
  const undo = {target: v => v, log: Math.exp, log1p: Math.expm1}[scale];
  return [o, "Why", `${show(undo(o.base))}${unit} on average, ${show(undo(o.sum))}${unit} for this row`];
}

function explain(answer) {
  byId("explanation").classList.toggle("hidden", !answer.explanation);
  if (!answer.explanation) return;
  const [o, title, base] = why(answer.explanation, answer);
  byId("why").textContent = title;
  byId("base").textContent = base;
  const terms = Object.entries(o.contributions).sort((a, b) => Math.abs(b[1]) - Math.abs(a[1]));
  const most = Math.max(...terms.map(t => Math.abs(t[1]))) || 1;
  byId("contributions").replaceChildren(...terms.slice(0, 20).map(([name, v]) => {
    const fill = element("i", {className: v < 0 ? "less" : ""});
    const wide = 50 * Math.abs(v) / most;
    fill.style.left = (v < 0 ? 50 - wide : 50) + "%";
    fill.style.width = wide + "%";
    const button = element("button", {type: "button", title: "Vary this column below"},
      element("span", {className: "name", textContent: name.replaceAll("_", " ")}),
      element("span", {className: "bar"}, fill),
      element("span", {className: "by", textContent: moves(v, answer.explanation.scale, most)}));
    button.addEventListener("click", () => vary(name));
    return element("li", {}, button);
  }));
}

// vary shows the curve of the first column of a term that has one.
function vary(term) {
  const options = [...byId("column").options].map(o => o.value);
  const name = [term, ...term.split(", ")].find(n => options.includes(n));
  if (!name) return;
  byId("column").value = name;
  draw(pending.signal).catch(e => { if (e.name !== "AbortError") throw e; });
  byId("curves").scrollIntoView({block: "nearest", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth"});
}

// The what-if curve: the prediction over one column, the others as they are.

const frame = {left: 64, right: 548, top: 12, bottom: 262};

function svg(name, attributes, text) {
  const e = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [k, v] of Object.entries(attributes)) e.setAttribute(k, v);
  if (text !== undefined) e.textContent = text;
  return e;
}

function clear(message) {
  byId("curve").replaceChildren();
  byId("reading").textContent = message;
  curve = null;
}

// score is what the curve shows: the number, or the probability of the class
// that is most probable now.
function score(p, label) {
  return p.probabilities ? p.probabilities[label] : p.prediction;
}

// bounds are the ends of the intervals, or none if there are none for all.
function bounds(answers) {
  const ends = answers.map(p => [p.interval?.lower ?? null, p.interval?.upper ?? null]);
  return ends.every(e => e[0] !== null && e[1] !== null) ? ends : [];
}

let curve = null;

async function draw(signal) {
  const name = byId("column").value;
  if (!name) return;
  const c = fields.get(name).column, now = row();
  if (numeric(c) && now[name] === null) return clear("give a value first");
  let answer;
  try {
    answer = await ask("whatif", {row: now, column: name}, signal);
  } catch (e) {
    if (e.name === "AbortError") throw e;
    const unknown = e.answer?.errors?.[0]?.pointer === "#/values";
    return clear("no curve: " + (unknown ? "no range of this column is known" : e.message));
  }
  const xs = answer.values, predictions = answer.predictions;
  const here = xs.indexOf(now[name]); // -1 where the schema's categories lack it
  const label = (predictions[here] ?? predictions[0]).prediction;
  const ys = predictions.map(p => score(p, label));
  const title = page.classes ? "probability of " + label : page.target.replaceAll("_", " ");
  curve = {c, name, xs, ys, now: now[name], y: ys[here], title, bounds: bounds(predictions)};
  (c.categories ? drawLevels : drawCurve)();
  byId("curve").setAttribute("aria-label", describe());
  byId("reading").textContent = describe();
}

function describe() {
  const low = Math.min(...curve.ys), high = Math.max(...curve.ys);
  const at = y => show(curve.xs[curve.ys.indexOf(y)]);
  return `${curve.title}: lowest ${show(low)} at ${at(low)}, highest ${show(high)} at ${at(high)}`;
}

// scaleOf maps values to places; round makes it begin and end at a tick.
function scaleOf(values, from, to, round) {
  let low = Math.min(...values), high = Math.max(...values);
  if (low === high) { const d = Math.abs(low) / 10 || 1; low -= d; high += d; }
  if (round) {
    const step = stepOf(low, high, 5);
    low = Math.floor(low / step) * step;
    high = Math.ceil(high / step) * step;
  }
  return Object.assign(v => from + (v - low) / (high - low) * (to - from), {low, high});
}

function stepOf(low, high, n) {
  const rough = (high - low) / n, power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 5, 10].map(k => k * power).find(s => s >= rough);
}

function ticks({low, high}, n = 5) {
  const step = stepOf(low, high, n), out = [];
  for (let v = Math.ceil(low / step) * step; v <= high + step / 1e6; v += step) out.push(Number(v.toPrecision(12)));
  return out;
}

function vertical(y) {
  return ticks(y).flatMap(v => [
    svg("line", {class: "axis", x1: frame.left, x2: frame.right, y1: y(v), y2: y(v)}),
    svg("text", {x: frame.left - 6, y: y(v) + 4, "text-anchor": "end"}, compact(v)),
  ]);
}

const compact = v => v.toLocaleString("en", {notation: Math.abs(v) >= 1e4 ? "compact" : "standard", maximumSignificantDigits: 4});

function drawCurve() {
  const {c, xs, ys, now} = curve;
  const x = scaleOf([...xs, now], frame.left, frame.right), y = scaleOf([...ys, curve.y, ...curve.bounds.flat()], frame.bottom, frame.top, true);
  const at = (v, h) => x(v).toFixed(1) + " " + y(h).toFixed(1);
  const path = "M" + xs.map((v, i) => at(v, ys[i])).join("L");
  const band = curve.bounds.length ? "M" + [...xs.map((v, i) => at(v, curve.bounds[i][0])), ...xs.map((v, i) => at(v, curve.bounds[i][1])).reverse()].join("L") + "Z" : "";
  byId("curve").replaceChildren(
    svg("path", {class: "band", d: band}),
    ...vertical(y),
    ...ticks(x).map(v => svg("text", {x: x(v), y: frame.bottom + 18, "text-anchor": "middle"}, compact(v))),
    svg("text", {x: (frame.left + frame.right) / 2, y: frame.bottom + 35, "text-anchor": "middle"}, c.name.replaceAll("_", " ") + (c.unit ? ", " + c.unit : "")),
    svg("path", {class: "curve", d: path}),
    svg("line", {class: "here", x1: x(now), x2: x(now), y1: frame.top, y2: frame.bottom}),
    svg("circle", {class: "dot", cx: x(now), cy: y(curve.y), r: 6}),
  );
  curve.x = x;
}

function drawLevels() {
  const {xs, ys, now} = curve;
  const y = scaleOf([...ys, ...(page.classes ? [0] : [])], frame.bottom, frame.top, true);
  const wide = (frame.right - frame.left) / xs.length;
  byId("curve").replaceChildren(
    ...vertical(y),
    ...xs.flatMap((level, i) => [
      svg("rect", {class: "level" + (level === now ? " now" : ""), x: frame.left + wide * (i + .15), width: wide * .7, y: y(ys[i]), height: Math.max(1, frame.bottom - y(ys[i]))}),
      svg("text", {x: frame.left + wide * (i + .5), y: frame.bottom + 20, "text-anchor": "middle"}, level.length * 7 > wide ? level.slice(0, Math.max(1, wide / 8)) + "…" : level),
    ]),
  );
}

// nearest is the point of the curve under the pointer.
function nearest(event) {
  if (!curve?.x) return -1;
  const box = byId("curve").getBoundingClientRect();
  const at = (event.clientX - box.left) / box.width * 560;
  let best = 0;
  curve.xs.forEach((v, i) => { if (Math.abs(curve.x(v) - at) < Math.abs(curve.x(curve.xs[best]) - at)) best = i; });
  return best;
}

function start() {
  document.title = byId("what").textContent = "Predicted " + page.target.replaceAll("_", " ");
  document.title += " · " + page.title;
  byId("about").textContent = page.about;
  byId("model").textContent = "Model " + page.model;
  if (page.keys) addKey();
  page.columns.forEach(addField);
  for (const c of page.columns) {
    if (numeric(c) || c.categories) byId("column").append(element("option", {value: c.name, textContent: c.name.replaceAll("_", " ")}));
  }
  if (page.vary) byId("column").value = page.vary;
  byId("form").addEventListener("input", changed);
  byId("form").addEventListener("submit", e => { e.preventDefault(); refresh(); });
  byId("form").addEventListener("reset", () => setTimeout(refresh));
  byId("column").addEventListener("change", refresh);
  byId("curve").addEventListener("pointermove", e => {
    const i = nearest(e);
    if (i >= 0) byId("reading").textContent = `${curve.title} ${show(curve.ys[i])} at ${show(curve.xs[i])}`;
  });
  byId("curve").addEventListener("pointerleave", () => { if (curve) byId("reading").textContent = describe(); });
  refresh();
}

start();
