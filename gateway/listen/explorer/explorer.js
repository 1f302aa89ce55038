// The explorer's own lines: GraphiQL, and in the demo a choice of whom to ask as.
/* global React, ReactDOM, GraphiQL */

// GraphiQL makes a style element for its dialogues; the page's policy admits it by this nonce alone.
globalThis.__webpack_nonce__ = document.currentScript.nonce;

const root = ReactDOM.createRoot(document.querySelector('#graphiql'));
const about = document.querySelector('#about');
const question = `# What can be asked? The book on the left tells more.
{
  __schema {
    queryType {
      fields {
        name
        description
      }
    }
  }
}
`;

/** Tokens by persona; they stay in memory and go with the page. */
const tokens = new Map();

async function tokenOf(persona) {
  const known = tokens.get(persona);
  if (known !== undefined && Date.now() < known.until) return known.token;
  const response = await fetch(`/demo/token?persona=${encodeURIComponent(persona)}`, { method: 'POST' });
  if (!response.ok) throw new Error(`No token for ${persona}: the identity provider does not answer.`);
  const { access_token: token, expires_in: seconds } = await response.json();
  tokens.set(persona, { token, until: Date.now() + (seconds - 10) * 1000 });
  return token;
}

function fetcherFor(persona) {
  return async (request, { headers } = {}) => {
    const authorization = persona === undefined ? {} : { authorization: `Bearer ${await tokenOf(persona)}` };
    const response = await fetch('/graphql', {
      method: 'POST',
      // A browser that is asked for Basic would ask the person, and remember what it is told.
      credentials: 'omit',
      headers: {
        accept: 'application/graphql-response+json, application/json;q=0.9',
        'content-type': 'application/json',
        ...authorization,
        ...headers,
      },
      body: JSON.stringify(request),
    });
    return response.json();
  };
}

/** With a new key GraphiQL starts anew: what one persona may know of the schema is not kept for the next. */
function show(persona) {
  about.textContent = persona?.description ?? '';
  root.render(
    React.createElement(GraphiQL, {
      key: persona?.name ?? '',
      fetcher: fetcherFor(persona?.name),
      defaultQuery: question,
    }),
  );
}

async function open() {
  const personas = await (await fetch('/explorer/personas.json')).json();
  const select = document.querySelector('select[name=persona]');
  select.append(...personas.map(({ name }) => new Option(name, name)));
  select.addEventListener('change', () => show(personas.find(({ name }) => name === select.value)));
  document.querySelector('#personas').hidden = personas.length === 0;
  show(personas[0]);
}

open().catch((error) => {
  about.textContent = `The explorer cannot start: ${error.message}`;
});
