// Passkeys (Web Authentication, Level 3). Every form here is hidden until this script has seen that the browser knows them.

const forms = document.querySelectorAll("form[data-passkey]");
const known = Boolean(window.PublicKeyCredential && navigator.credentials);

/** What waits in the address field for somebody to choose a passkey; only one question can be open at a time. */
let waiting;

if (known) {
  for (const form of forms) {
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      ask(form);
    });
  }
  for (const missing of document.querySelectorAll("[data-passkey-missing]")) missing.hidden = true;
  const signIn = document.querySelector('form[data-passkey="sign-in"]');
  if (signIn) waitInField(signIn);
}

/** Asks the authenticator at the press of a button, and says in words what went wrong. */
async function ask(form) {
  if (form.dataset.passkey === "new" && !form.elements.name.value.trim()) {
    say(form, "Please write a name for the passkey first.");
    form.elements.name.focus();
    return;
  }
  waiting?.abort();
  say(form, "Waiting for your device…");
  try {
    await answer(form, {});
  } catch (error) {
    say(form, explain(error));
  }
}

/** Offers passkeys in the address field, where the browser can. The question is renewed before its five minutes are over. */
async function waitInField(form) {
  const can = await PublicKeyCredential.isConditionalMediationAvailable?.();
  for (let times = 0; can && times < 12; times += 1) {
    const abort = new AbortController();
    waiting = abort;
    let renew = false;
    const timer = setTimeout(() => {
      renew = true;
      abort.abort();
    }, 4 * 60 * 1000);
    try {
      await answer(form, { mediation: "conditional", signal: abort.signal });
    } catch {
      // Nobody asked for anything yet, so there is nothing to say: the button says it.
    } finally {
      clearTimeout(timer);
    }
    if (!renew) return;
  }
}

/** Fetches the question, has the authenticator answer it, and sends the form. */
async function answer(form, how) {
  const response = await fetch(form.dataset.options, {
    method: "POST",
    body: new URLSearchParams({ csrf: form.elements.csrf.value }),
  });
  if (!response.ok) throw new Refused(response.status);
  const { ceremony, options } = await response.json();
  const isNew = form.dataset.passkey === "new";
  const publicKey = isNew ? creation(options.publicKey) : request(options.publicKey);
  const credential = isNew
    ? await navigator.credentials.create({ publicKey, ...how })
    : await navigator.credentials.get({ publicKey, ...how });
  form.elements.ceremony.value = ceremony;
  form.elements.credential.value = JSON.stringify(toJSON(credential));
  form.submit();
}

class Refused extends Error {
  constructor(status) {
    super(`refused with ${status}`);
    this.status = status;
  }
}

function say(form, sentence) {
  form.querySelector(".passkey__says").textContent = sentence;
}

function explain(error) {
  if (error instanceof Refused && error.status === 429) return "That was a lot in a short time. Please wait a minute and try again.";
  if (error instanceof Refused && error.status === 403) return "This page is from before. Please load it again and try once more.";
  if (error.name === "InvalidStateError") return "This device has a passkey for your account already.";
  if (error.name === "NotAllowedError" || error.name === "AbortError") return "Nothing was done. You can try again when you like.";
  if (error.name === "SecurityError") return "This browser does not allow passkeys at this address.";
  return "That did not work. Please try again, or choose another way.";
}

// The conversions that the newest browsers do themselves.

function creation(options) {
  if (PublicKeyCredential.parseCreationOptionsFromJSON) return PublicKeyCredential.parseCreationOptionsFromJSON(options);
  return {
    ...options,
    challenge: bytes(options.challenge),
    user: { ...options.user, id: bytes(options.user.id) },
    excludeCredentials: options.excludeCredentials?.map((it) => ({ ...it, id: bytes(it.id) })),
  };
}

function request(options) {
  if (PublicKeyCredential.parseRequestOptionsFromJSON) return PublicKeyCredential.parseRequestOptionsFromJSON(options);
  return {
    ...options,
    challenge: bytes(options.challenge),
    allowCredentials: options.allowCredentials?.map((it) => ({ ...it, id: bytes(it.id) })),
  };
}

function toJSON(credential) {
  // Some password managers hand out objects whose toJSON does not work.
  try {
    if (credential.toJSON) return credential.toJSON();
  } catch {
    // By hand, then.
  }
  const { response } = credential;
  const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  const json = Object.fromEntries(parts.filter((name) => response[name]).map((name) => [name, text(response[name])]));
  if (response.getTransports) json.transports = response.getTransports();
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    response: json,
    clientExtensionResults: credential.getClientExtensionResults(),
  };
}

function bytes(base64url) {
  const binary = atob(base64url.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

function text(buffer) {
  const binary = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(binary).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}
