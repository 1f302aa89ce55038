// The explorer's own lines: GraphiQL, and who asks there.
/* global React, ReactDOM, GraphiQL */
import { createFetcher } from './fetcher.js';
import { signIn } from './login.js';
import { choosePersona } from './personas.js';

// GraphiQL makes a style element for its dialogues; the page's policy admits it by this nonce alone.
globalThis.__webpack_nonce__ = document.querySelector('script[nonce]').nonce;

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

let shown = 0;
let dispose = () => {};

/**
 * With a new key GraphiQL starts anew: what one person may know of the schema is not kept for the next.
 * `tokenOf` is asked before each request, and may answer undefined: then nobody asks.
 */
function show({ text = '', tokenOf = async () => undefined, refused = async () => {} }) {
  dispose();
  about.textContent = text;
  shown += 1;
  const fetcher = createFetcher({ tokenOf, refused });
  dispose = fetcher.dispose;
  root.render(React.createElement(GraphiQL, { key: shown, fetcher: fetcher.fetch, defaultQuery: question }));
}

const identify = document.documentElement.dataset.login === 'yes' ? signIn : choosePersona;
identify(show).catch((error) => {
  about.textContent = `The explorer cannot start: ${error.message}`;
});
