// What people do, in the words of the pages. Every step ends when the person can see that it worked.

import assert from "node:assert/strict";

import { openBrowser } from "./browser.mjs";
import { until } from "./until.mjs";

export const PASSWORD = "correct horse battery";

/** Somebody at a browser of their own. */
export class Person {
  constructor(world, name, { context, page, watch }) {
    Object.assign(this, { world, name, context, page, watch });
    this.email = `${name.toLowerCase()}@example.org`;
  }

  static async arrive(world, name, options) {
    const person = new Person(world, name, await openBrowser(world.browser, world.server.origin, options));
    world.people.push(person);
    return person;
  }

  /** Opens an address and answers with the status of the page. */
  async visit(address) {
    return (await this.page.goto(address)).status();
  }

  field(label) {
    return this.page.getByLabel(label, { exact: true });
  }

  async fill(label, text) {
    // Where there is a writing surface, Markdown is written in plain text.
    if (this.world.javaScript) await this.page.locator("textarea[data-editor]:not([data-editor=on])").waitFor({ state: "detached" });
    if (await this.field(label).evaluate((it) => it.isContentEditable)) await this.press("Plain text");
    await this.field(label).fill(text);
  }

  async press(name, inside = this.page) {
    await inside.getByRole("button", { name, exact: true }).click();
  }

  async follow(name, inside = this.page) {
    await inside.getByRole("link", { name, exact: true }).click();
  }

  /** Waits until a text is there to be read. */
  async sees(text) {
    await this.page.getByText(text).first().waitFor();
  }

  /** Waits until a page with this heading is there. */
  async seesHeading(name) {
    await this.page.getByRole("heading", { name, exact: true }).first().waitFor();
  }

  /** A page is there to be read, and a text is not on it. */
  async seesNot(text) {
    await this.page.getByRole("main").waitFor();
    assert.equal(await this.page.getByText(text).count(), 0, `“${text}” is on ${this.page.url()}`);
  }

  /** Waits until the page says in its status line what was done. */
  async isTold(sentence) {
    await this.page.getByRole("status").filter({ hasText: sentence }).waitFor();
  }

  async leave() {
    await this.context.close();
    this.world.people.splice(this.world.people.indexOf(this), 1);
  }

  // Accounts

  async signUp() {
    await this.visit("/sign-up");
    await this.fill("Your name", this.name);
    await this.fill("E-mail address", this.email);
    await this.fill("Password", PASSWORD);
    await this.press("Create account");
    await this.seesHeading("Look into your mail");
    const mail = await this.world.mailbox.wait(this.email, "");
    await this.visit(mail.link("/email/confirm/"));
    await this.press("Confirm my address");
    await this.seesHeading("Your pages");
  }

  async signIn() {
    await this.visit("/sign-in");
    await this.fill("E-mail address", this.email);
    await this.fill("Password", PASSWORD);
    await this.press("Sign in");
    await this.isTold("You are signed in.");
  }

  async signOut() {
    await this.press("Sign out");
    await this.isTold("You are signed out.");
  }

  // A page and the people on it

  async startPage(firstName, { privacy = /Only people you invite/, relationship = "her sister" } = {}) {
    await this.visit("/pages/new");
    await this.fill("What is their first name?", firstName);
    await this.fill("Who are you to them?", relationship);
    await this.page.getByRole("radio", { name: privacy }).check();
    await this.press("Start the page");
    await this.isTold("The page is there.");
    return new URL(this.page.url()).pathname;
  }

  async invite(site, addresses) {
    await this.visit(`${site}/people`);
    await this.fill("E-mail addresses", addresses);
    await this.press("Send invitations");
    await this.page.getByText(/(is|are) invited\.|was invited before/).first().waitFor();
  }

  /** Opens the settings and has the page read by others from now on, as an organizer who is asked once more agrees. */
  async setPrivacy(site, privacy) {
    await this.visit(`${site}/settings`);
    await this.page.getByRole("radio", { name: privacy }).check();
    await this.press("Save who may read");
    await this.press("Yes, change it");
    await this.isTold("Saved. It holds from now on");
  }

  /** The secret link of a page, as its settings show it. */
  async pageLink(site) {
    await this.visit(`${site}/settings`);
    return this.page.locator("#page-link").innerText();
  }

  /** From the list of people to what can be changed about one of them. */
  async openMember(site, email) {
    await this.visit(`${site}/people`);
    await this.page.getByRole("listitem").filter({ hasText: email }).getByRole("link", { name: /^(Change|More about)/ }).click();
    await this.page.getByText(email).first().waitFor();
  }

  /** Asks to join at the front door of a page. */
  async ask(site, howTheyKnow) {
    await this.visit(site);
    await this.fill("Your name", this.name);
    await this.fill("E-mail address", this.email);
    await this.fill(/^How do you know/, howTheyKnow);
    await this.press("Ask to join");
    await this.sees("Your request is with the family.");
  }

  /** Sees a page with somebody else’s eyes from now on. */
  async seeAs(site, whom) {
    await this.visit(`${site}/settings`);
    await this.press(`As ${whom}`);
    await this.page.getByRole("region", { name: "How you see this page" }).getByText(whom).waitFor();
  }

  async seeAsThemselves() {
    await this.press("See it as yourself again");
    await this.page.getByRole("main").waitFor();
    assert.equal(await this.page.getByRole("region", { name: "How you see this page" }).count(), 0);
  }

  async acceptInvitation(pageName) {
    const mail = await this.world.mailbox.wait(this.email, "invites you to");
    await this.visit(mail.link("/invitations/"));
    await this.press(`Follow ${pageName}`);
    await this.isTold("Welcome. You will hear of each update by e-mail.");
  }

  // Words

  /** Posts an update and answers with its address. */
  async postUpdate(site, title, body) {
    await this.visit(`${site}/updates/new?fresh#empty`);
    await this.fill("Title, if you like", title);
    await this.fill("Your update", body);
    await this.chooseNow();
    await this.press("Post update");
    await this.isTold("Your update is posted");
    return new URL(await this.update(title).getByRole("link", { name: title }).getAttribute("href"), this.page.url()).pathname;
  }

  /** At night, the desk proposes the morning; a test cannot wait for it. */
  async chooseNow() {
    await this.page.locator("details.choices").evaluate((it) => (it.open = true));
    await this.page.locator("input[name=when][value=now]").check({ force: true });
  }

  async leaveWish(site, message) {
    await this.visit(site);
    await this.fill("Your well wish", message);
    await this.press("Send well wish");
    await this.isTold("Your well wish is on the page.");
  }

  async leaveComment(update, message) {
    await this.visit(update);
    await this.fill("Your comment", message);
    await this.press("Send comment");
    await this.isTold("Your comment is there.");
  }

  /** An update as it stands on the page, by its title. */
  update(title) {
    return this.page.getByRole("article").filter({ has: this.page.getByRole("heading", { name: title, exact: true }) });
  }

  /** A wish or a comment as it stands on the page, by its words. */
  wish(message) {
    return this.page.getByRole("listitem").filter({ hasText: message });
  }

  // Forms that come back

  /** A form came back: the summary names the problem, and so does the field that it is about. */
  async isAskedToCheck(label, problem) {
    const summary = this.page.getByRole("alert");
    await summary.getByRole("link", { name: problem }).waitFor();
    this.watch.expectRefusal(422);
    const field = this.field(label);
    assert.equal(await field.getAttribute("aria-invalid"), "true", `${label} is not marked as wrong`);
    const described = await field.evaluate((it) =>
      it.getAttribute("aria-describedby").split(" ").map((id) => document.getElementById(id)?.textContent).join(" "));
    assert.ok(described?.includes(problem), `beside ${label} stands “${described}”, not “${problem}”`);
    if (this.world.javaScript) {
      await until("the focus to be on the summary", () => summary.evaluate((it) => it === document.activeElement));
    }
  }
}
