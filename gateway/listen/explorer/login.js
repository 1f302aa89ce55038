// Signing in and out.
import { hasEnded, Session } from './session.js';

const about = document.querySelector('#about');
const signInLink = document.querySelector('#sign-in');
const signOutButton = document.querySelector('#sign-out');
/** Who signs out in one tab is signed out in all. */
const tabs = new BroadcastChannel('portcullis-explorer');

function offer(isSignedIn) {
  signInLink.hidden = isSignedIn;
  signOutButton.hidden = !isSignedIn;
}

const session = new Session(() => {
  offer(false);
  about.textContent = hasEnded;
});

async function signOut() {
  try {
    const elsewhere = await session.end();
    tabs.postMessage('signed out');
    // At the provider too: it would sign the next person in as this one.
    if (elsewhere !== undefined) location.assign(elsewhere);
  } catch (error) {
    about.textContent = `You are still signed in: ${error.message}`;
  }
}

export async function signIn(show) {
  const showNow = () => {
    const { name } = session;
    offer(name !== undefined);
    const text = name === undefined ? '' : `Signed in as ${name}`;
    show({ text, tokenOf: () => session.token(), refused: () => session.renew() });
  };
  signOutButton.addEventListener('click', () => {
    void signOut().then(showNow);
  });
  tabs.addEventListener('message', () => {
    session.forget();
    showNow();
  });
  await session.load();
  showNow();
}
