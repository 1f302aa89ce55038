/** As much of a browser as signing in takes: cookies, redirects, and one form. */

const mostSteps = 10;

/** @returns the address at which the application is called back; nobody calls there */
export async function signIn(url: URL, person: string, callback: string): Promise<URL> {
  const cookies = new Map<string, string>();
  let at = url;
  let form: URLSearchParams | undefined;
  for (let step = 0; step < mostSteps; step += 1) {
    const response = await request(at, form, cookies);
    const location = response.headers.get('location');
    if (location !== null) at = new URL(location, at);
    if (at.href.startsWith(callback)) return at;
    const page = await response.text();
    if (location === null && !page.includes('name="login"')) throw new Error(`at ${at}: ${page}`);
    form = location === null ? new URLSearchParams({ login: person }) : undefined;
  }
  throw new Error(`still at ${at} after ${mostSteps} steps`);
}

async function request(
  url: URL,
  form: URLSearchParams | undefined,
  cookies: Map<string, string>,
): Promise<Response> {
  const cookie = [...cookies].map((each) => each.join('=')).join('; ');
  const post = { method: 'POST', body: form ?? null };
  const response = await fetch(url, { redirect: 'manual', headers: { cookie }, ...(form && post) });
  for (const set of response.headers.getSetCookie()) {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
    cookies.set(name, value);
  }
  return response;
}
