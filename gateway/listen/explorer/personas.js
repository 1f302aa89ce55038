// The demo's choice of whom to ask as.

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

export async function choosePersona(show) {
  const personas = await (await fetch('/explorer/personas.json')).json();
  const select = document.querySelector('select[name=persona]');
  select.append(...personas.map(({ name }) => new Option(name, name)));
  const showAs = (persona) =>
    show(persona === undefined ? {} : { text: persona.description, tokenOf: () => tokenOf(persona.name) });
  select.addEventListener('change', () => showAs(personas.find(({ name }) => name === select.value)));
  document.querySelector('#personas').hidden = personas.length === 0;
  showAs(personas[0]);
}
