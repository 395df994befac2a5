// Makes the page of openapi.json: an operation is a form, its answer is shown below. Texts go in as text, never as markup.
'use strict';

const shown = 200000; // characters of an answer

// make gives an element with attributes and children.
function make(name, attributes, ...children) {
  const e = document.createElement(name);
  for (const [k, v] of Object.entries(attributes || {})) if (v !== undefined) e.setAttribute(k, v);
  e.append(...children.filter((c) => c !== undefined && c !== ''));
  return e;
}

// follow gives what a reference points at.
function follow(spec, o) {
  while (o && o.$ref) o = o.$ref.slice(2).split('/').reduce((at, k) => at[k.replace(/~1/g, '/').replace(/~0/g, '~')], spec);
  return o;
}

let last = 0;

// input makes the field of a parameter.
function input(p) {
  const id = 'p' + ++last;
  const schema = p.schema.items || p.schema;
  const values = schema.type === 'boolean' ? ['true', 'false'] : !p.schema.items && schema.enum;
  const attributes = { id, name: p.name, 'aria-describedby': id + 'd', required: p.required ? '' : undefined };
  let control;
  if (values) {
    control = make('select', attributes, make('option', { value: '' }, ''), ...values.map((v) => make('option', { value: v }, v)));
  } else {
    const example = [].concat(p.example === undefined ? [] : p.example).join(',');
    const type = schema.format === 'date' ? 'date' : 'text';
    control = make('input', { ...attributes, type, autocomplete: 'off', placeholder: schema.default !== undefined ? String(schema.default) : example });
    if (p.in === 'path' && example) control.value = example;
  }
  const french = p['x-label-fr'] && make('span', { lang: 'fr' }, ' ' + p['x-label-fr']);
  const label = make('label', { for: id }, make('code', {}, p.name), french || '', p.required ? ' *' : '');
  let doc = p.description || '';
  if (p.schema.items && schema.enum) doc += (/[.]$/.test(doc) ? ' Values: ' : '. Values: ') + schema.enum.join(', ');
  return make('div', {}, label, control, make('small', { id: id + 'd' }, doc));
}

// address makes the address of what a form asks.
function address(path, params, form) {
  const query = new URLSearchParams();
  for (const p of params) {
    const value = form.elements.namedItem(p.name).value.trim();
    if (p.in === 'path') path = path.replace('{' + p.name + '}', encodeURIComponent(value));
    else if (value !== '') query.append(p.name, value);
  }
  const text = query.toString();
  return path + (text ? '?' + text : '');
}

// show asks and shows the answer.
async function show(url, out) {
  out.hidden = false;
  const [status, headers, body] = out.children;
  status.textContent = 'Asking ...';
  headers.textContent = body.textContent = '';
  const start = performance.now();
  try {
    const answer = await fetch(url);
    const text = await answer.text();
    status.textContent = answer.status + ' ' + answer.statusText + ', ' + Math.round(performance.now() - start) + ' ms, ' + text.length + ' characters';
    headers.textContent = ['content-type', 'etag', 'link', 'boamp-revision', 'boamp-last-update', 'server-timing', 'deprecation', 'sunset', 'x-request-id']
      .filter((n) => answer.headers.get(n)).map((n) => n + ': ' + answer.headers.get(n)).join('\n');
    let pretty = text;
    if (/json/.test(answer.headers.get('content-type') || '')) try { pretty = JSON.stringify(JSON.parse(text), null, 1); } catch { /* lines of JSON */ }
    body.textContent = pretty.length > shown ? pretty.slice(0, shown) + '\n... ' + (pretty.length - shown) + ' characters more' : pretty;
  } catch (e) {
    status.textContent = 'No answer: ' + e.message;
  }
}

// operation makes the form of one operation.
function operation(spec, path, op) {
  const params = (op.parameters || []).map((p) => follow(spec, p));
  const good = op.responses['200'];
  const media = Object.keys((good && good.content) || {});
  const file = media.length > 0 && !media.some((m) => /json|html|xml/.test(m));
  const form = make('form', { 'aria-label': op.summary });
  const own = params.filter((p) => !p['x-field']);
  const fields = params.filter((p) => p['x-field']);
  if (own.length) form.append(make('div', { class: 'fields' }, ...own.map(input)));
  if (fields.length) {
    const more = make('details', {}, make('summary', {}, fields.length + ' more fields ', make('span', { lang: 'fr' }, '(autres champs)')));
    more.append(make('div', { class: 'fields' }, ...fields.map(input)));
    form.append(more);
  }
  const link = make('a', { href: path });
  const line = make('code', {});
  const update = () => {
    link.href = address(path, params, form);
    link.textContent = file ? 'Take the file' : 'Open alone';
    line.textContent = "curl '" + new URL(link.href, location.href).href.replace(/'/g, '%27') + "'";
  };
  const out = make('div', { hidden: '' }, make('p', { role: 'status' }), make('pre', { 'aria-label': 'headers' }), make('pre', { 'aria-label': 'body', tabindex: '0' }));
  form.append(make('button', { type: 'submit' }, file ? 'Look at it' : 'Try'), link, make('p', {}, line));
  form.addEventListener('input', update);
  form.addEventListener('submit', (e) => { e.preventDefault(); update(); show(link.href, out); });
  const head = make('summary', {}, make('code', {}, 'GET ' + path), ' ', op.summary);
  const box = make('details', { id: op.operationId, 'data-words': (op.operationId + ' ' + path + ' ' + op.summary + ' ' + op.tags.join(' ')).toLowerCase() }, head);
  box.addEventListener('toggle', () => { // forms are many: each is made when it is opened
    if (!box.open || form.parentNode) return;
    if (op.description) box.append(make('p', {}, op.description));
    box.append(form, out);
    update();
  });
  return box;
}

async function start() {
  const main = document.getElementById('operations');
  try {
    const answer = await fetch('openapi.json');
    if (!answer.ok) throw new Error(answer.status + ' ' + answer.statusText);
    const spec = await answer.json();
    document.getElementById('version').textContent = spec.info.version;
    main.textContent = '';
    for (const tag of spec.tags) {
      const boxes = [];
      for (const [path, item] of Object.entries(spec.paths)) if (item.get && item.get.tags.includes(tag.name)) boxes.push(operation(spec, path, item.get));
      if (boxes.length) main.append(make('section', { 'aria-labelledby': 't-' + tag.name }, make('h2', { id: 't-' + tag.name }, tag.name + ' ', make('small', {}, tag.description)), ...boxes));
    }
    if (location.hash) { const at = document.getElementById(location.hash.slice(1)); if (at) { at.open = true; at.scrollIntoView(); } }
  } catch (e) {
    main.textContent = 'openapi.json cannot be read: ' + e.message;
  }
  main.removeAttribute('aria-busy');
}

document.getElementById('find').addEventListener('input', (e) => {
  const words = e.target.value.toLowerCase().split(/\s+/);
  for (const box of document.querySelectorAll('main > section > details')) box.hidden = !words.every((w) => box.dataset.words.includes(w));
  for (const s of document.querySelectorAll('main > section')) s.hidden = !s.querySelector(':scope > details:not([hidden])');
});
start();
