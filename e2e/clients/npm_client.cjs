// Runs the official npm client (@opendatasoft/api-client) against the server named in BASE and checks what it makes of every call.
// Usage: NODE_PATH=... BASE=http://127.0.0.1:8080 node npm_client.cjs
const assert = require('node:assert/strict');
const ods = require('@opendatasoft/api-client');

const base = process.env.BASE;
const warnings = [];
console.warn = (...args) => warnings.push(args.join(' '));

let passed = 0;
async function check(name, run) {
  try {
    await run();
    passed++;
  } catch (error) {
    console.error(`FAIL ${name}: ${error.stack}`);
    process.exitCode = 1;
  }
}

async function rejects(promise, ...classes) {
  try {
    await promise;
  } catch (error) {
    for (const c of classes) assert.ok(error instanceof c, `${error.constructor.name} is no ${c.name}`);
    return error;
  }
  assert.fail('no error');
}

async function main() {
  const { ApiClient, fromCatalog, field, string, dateFromIsoString, dateTime, all, one, list, not, lower, textSearch, textSuggest, textStartWith, exactMatch } = ods;
  const client = new ApiClient({ domain: base });
  const boamp = () => fromCatalog().dataset('boamp');
  const get = (q) => client.get(q);
  const total = (await get(boamp().records().limit(0))).total_count;
  assert.ok(total > 50, `only ${total} records`);

  await check('catalog', async () => assert.ok(Array.isArray((await get(fromCatalog().itself())).links)));
  await check('datasets', async () => {
    const r = await get(fromCatalog().datasets());
    assert.ok(r.results.some((d) => d.dataset_id === 'boamp'));
    assert.equal(r.total_count >= r.results.length, true);
  });
  await check('catalog facets', async () => assert.ok((await get(fromCatalog().facets())).facets.length > 0));
  await check('assets', async () => {
    const e = await rejects(get(fromCatalog().assets()), ods.NotFoundError, ods.UserError);
    assert.equal(e.details.error_code, 'NotFoundURI');
  });
  await check('catalog as csv', () => rejects(get(fromCatalog().export('csv')), SyntaxError));
  await check('dataset', async () => {
    const d = await get(boamp().itself());
    assert.equal(d.fields.length, 41);
    assert.equal(d.metas.default.records_count, total);
  });
  await check('records with everything', async () => {
    const day = await get(boamp().records().select('famille,code_departement').where('code_departement is not null and famille is not null').limit(1));
    const { famille, code_departement } = day.results[0];
    const r = await get(boamp().records().select('idweb,objet,famille,code_departement,datelimitereponse')
      .where(all('dateparution >= ' + dateFromIsoString('2006'), one('idweb is not null', field('nature') + ' is null')))
      .orderBy('-dateparution').limit(5).offset(0)
      .refine(`famille:${famille}`).refine(`code_departement:"${code_departement[0]}"`).lang('fr').timezone('Europe/Paris'));
    assert.ok(r.total_count > 0 && r.results.length <= 5);
    for (const x of r.results) {
      assert.equal(x.famille, famille);
      assert.ok(x.code_departement.includes(code_departement[0]));
      if (x.datelimitereponse) assert.match(x.datelimitereponse, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0[012]:00$/);
    }
  });
  await check('groups', async () => {
    const r = await get(boamp().records().select('count(*) as n').groupBy(list(lower('famille'), 'year(dateparution) as y')));
    assert.equal('total_count' in r, false);
    assert.equal(r.results.reduce((sum, x) => sum + x.n, 0), total);
  });
  await check('facets', async () => {
    const r = await get(boamp().facets().facet('famille').facet('etat').exclude('etat:ANNULATION'));
    assert.deepEqual(r.facets.map((f) => f.name).sort(), ['etat', 'famille']);
    assert.ok(r.facets.find((f) => f.name === 'etat').facets.some((f) => f.name === 'ANNULATION' && f.state === 'excluded'));
  });
  await check('export json', async () => assert.equal((await get(boamp().export('json').limit(10))).length, 10));
  await check('unknown record', async () => {
    const e = await rejects(get(boamp().record('abc')), ods.NotFoundError);
    assert.equal(e.details.error_code, 'NotFoundResource');
  });
  await check('known record', async () => {
    const r = await get(boamp().records().select('recordid, idweb').limit(1));
    assert.equal((await get(boamp().record(r.results[0].recordid))).idweb, r.results[0].idweb);
  });
  await check('a data set whose id ends with a slash', async () => {
    for (const id of ['liste-mots-descripteurs-boamp/', 'liste-mots-descripteurs-boamp%2F']) {
      const r = await get(fromCatalog().dataset(id).records().orderBy('mc_libelle').limit(100));
      assert.equal(r.results.length, 100);
    }
  });
  await check('unknown data set', () => rejects(get(fromCatalog().dataset('nope').records()), ods.NotFoundError, ods.UserError));
  await check('unknown field', async () => {
    const e = await rejects(get(boamp().records().select('no_such_field')), ods.UserError);
    assert.equal(e.details.error_code, 'ODSQLError');
    assert.match(e.details.message, /Unknown field: no_such_field\. Clause\(s\) containing the error\(s\): select\.$/);
  });
  await check('builders', async () => {
    for (const where of [
      textSearch('travaux', ['objet', 'nomacheteur']), textSearch('travaux'), textSuggest('trav', ['objet']), textStartWith('Trav', ['objet']), exactMatch('nature', 'APPEL_OFFRE'),
      not(`${field('objet')} like ${string('é"x\\ \n')}`), `${field('dateparution')} >= ${dateFromIsoString('2026-08')}`,
      `${field('dateparution')} < ${dateFromIsoString('2026-08-19')}`, `${field('datelimitereponse')} > ${dateTime(new Date(0))}`,
      `(${field('nature')}=${string('APPEL_OFFRE')}) AND (not ((objet like ${string('é"x')})))`,
    ]) {
      const r = await get(boamp().records().where(where).limit(1));
      assert.ok(Number.isInteger(r.total_count), String(where));
    }
  });
  await check('own headers, sent twice', async () => {
    const keyed = new ApiClient({ domain: base, apiKey: 'K', headers: { Accept: 'application/json' } });
    await keyed.get(boamp().records().limit(1));
    assert.equal((await keyed.get(boamp().records().limit(1))).results.length, 1);
  });
  await check('no warnings', async () => assert.deepEqual(warnings, []));
  console.log(`npm @opendatasoft/api-client: ${passed} checks passed`);
}

main().catch((error) => { console.error(error); process.exitCode = 1; });
