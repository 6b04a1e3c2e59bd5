// Passkeys with an authenticator of the browser's own making (CDP, WebAuthn domain): added, used to sign in and to prove
// that it is still her, and removed.

import assert from "node:assert/strict";
import { describe } from "node:test";

import { PASSWORD } from "./support/people.mjs";
import { story } from "./support/world.mjs";

/** Puts an authenticator into somebody's device, and answers with what one can do with it. */
async function plugIn(person) {
  // The browser of a test chooses a passkey in the address field by itself: only where a step is about that.
  await person.page.addInitScript(() => {
    if (!localStorage.getItem("offers passkeys")) PublicKeyCredential.isConditionalMediationAvailable = async () => false;
  });
  const cdp = await person.context.newCDPSession(person.page);
  await cdp.send("WebAuthn.enable");
  const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  const id = { authenticatorId };
  return {
    credentials: async () => (await cdp.send("WebAuthn.getCredentials", id)).credentials,
    unlock: (isUserVerified) => cdp.send("WebAuthn.setUserVerified", { ...id, isUserVerified }),
    offerInField: (yes) => person.page.evaluate((it) => localStorage.setItem("offers passkeys", it), yes ? "yes" : ""),
  };
}

describe("a passkey", () => {
  const { step } = story({ host: "localhost" });
  let ann, device;

  step("Ann has an account, and a device that can have passkeys", async (world) => {
    ann = await world.arrives("Ann");
    await ann.signUp();
    device = await plugIn(ann);
  });

  step("she adds a passkey with a name", async () => {
    await ann.visit("/account");
    await ann.follow("Change your passkeys");
    await ann.seesHeading("Passkeys");
    await ann.press("Add a passkey");
    await ann.isTold("Please write a name for the passkey first.");
    await ann.fill("Name", "Ann’s laptop");
    await ann.press("Add a passkey");
    await ann.isTold("The passkey is added.");
    await ann.sees("Ann’s laptop");
    const [credential] = await device.credentials();
    assert.ok(credential.isResidentCredential, "it cannot be found without a name");
    assert.equal(credential.rpId, "localhost");
  });

  step("the same device is not added twice", async () => {
    await ann.fill("Name", "Once more");
    await ann.press("Add a passkey");
    await ann.isTold("This device has a passkey for your account already.");
    assert.equal((await device.credentials()).length, 1);
  });

  step("she signs in with it, and goes where she wanted to", async () => {
    await ann.signOut();
    await ann.visit("/sign-in?next=%2Faccount%2Fsessions");
    await ann.page.getByRole("button", { name: "Sign in with a passkey" }).waitFor();
    await ann.press("Sign in with a passkey");
    await ann.isTold("You are signed in.");
    await ann.seesHeading("Where you are signed in");
    await ann.visit("/account/passkeys");
    await ann.sees("Last used");
  });

  step("a device that nobody has unlocked does not sign in", async () => {
    await ann.signOut();
    await device.unlock(false);
    await ann.visit("/sign-in");
    await ann.press("Sign in with a passkey");
    await ann.isTold("Nothing was done.");
    await ann.visit("/account");
    await ann.seesHeading("Sign in");
    await device.unlock(true);
  });

  step("where the browser offers it in the address field, no button is needed", async () => {
    await device.offerInField(true);
    await ann.visit("/sign-in");
    await ann.isTold("You are signed in.");
    await device.offerInField(false);
    await ann.signOut();
    await ann.visit("/sign-in");
  });

  step("she does without a password, and proves with the passkey that it is her", async () => {
    await ann.press("Sign in with a passkey");
    await ann.isTold("You are signed in.");
    await ann.visit("/account/password");
    await ann.press("Remove my password");
    await ann.isTold("Your password is gone.");
    await ann.visit("/account/proof?next=%2Faccount%2Femail");
    await ann.press("Use a passkey");
    await ann.seesHeading("Your e-mail address");
  });

  step("it is the last way in, and stays until she has a password again", async () => {
    await ann.visit("/account/passkeys");
    await ann.page.getByText("Rename or remove").click();
    await ann.press("Remove this passkey");
    await ann.sees("the only way into your account");
    ann.watch.expectRefusal(409);
    await ann.visit("/account/password");
    await ann.fill("New password", PASSWORD);
    await ann.press("Set password");
    await ann.isTold("Your password is changed.");
  });

  step("she removes it, and it opens nothing any more", async () => {
    await ann.visit("/account/passkeys");
    await ann.page.getByText("Rename or remove").click();
    await ann.press("Remove this passkey");
    await ann.isTold("The passkey is removed.");
    await ann.signOut();
    await ann.visit("/sign-in");
    await ann.press("Sign in with a passkey");
    await ann.page.getByRole("alert").getByRole("link", { name: /does not open an account here/ }).waitFor();
    ann.watch.expectRefusal(422);
    await ann.signIn();
  });
});
