// A real mail server that takes every mail in, except where a test has it refuse or keep the sender waiting.

import { once } from "node:events";

import { simpleParser } from "mailparser";
import { SMTPServer } from "smtp-server";

import { until } from "./until.mjs";

/** Starts a mail server on a free port. */
export async function startMailbox() {
  const mailbox = new Mailbox();
  await mailbox.start();
  return mailbox;
}

class Mailbox {
  #server;
  #refused = new Set();
  #open = Infinity;

  constructor() {
    /** Every mail that was taken over, in the order in which it came. */
    this.mails = [];
    /** The addresses that the server was asked to deliver to while it kept senders waiting. */
    this.waiting = [];
  }

  async start() {
    this.#server = new SMTPServer({
      authOptional: true,
      disabledCommands: ["AUTH", "STARTTLS"],
      disableReverseLookup: true,
      closeTimeout: 1_000,
      logger: false,
      onRcptTo: (address, session, next) => next(this.#answerTo(address.address)),
      onData: (stream, session, next) => {
        this.#takeIn(stream, session).then((taken) => taken && next(), next);
      },
    });
    // A client that is killed in the middle of a mail is nothing out of the ordinary here.
    this.#server.on("error", () => {});
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server.server, "listening");
    this.url = `smtp://127.0.0.1:${this.#server.server.address().port}`;
  }

  stop() {
    return new Promise((done) => this.#server.close(done));
  }

  /** From now on there is no such mailbox as this one. */
  refuse(address) {
    this.#refused.add(address);
  }

  /** Takes in so many more mails and then leaves every sender waiting for an answer that does not come. */
  holdAfter(count) {
    this.#open = count;
  }

  /** Answers again, to those who ask from now on. */
  release() {
    this.#open = Infinity;
    this.waiting = [];
  }

  /** All mails to an address, oldest first; of one kind, if `subject` says which. */
  to(address, subject = "") {
    return this.mails.filter((mail) => mail.to === address && mail.subject.includes(subject));
  }

  /** The one mail to an address with this in its subject, as soon as it is there. */
  async wait(address, subject) {
    return until(`a mail to ${address} about “${subject}”`, () => this.to(address, subject)[0]);
  }

  #answerTo(address) {
    if (!this.#refused.has(address)) return null;
    return Object.assign(new Error("5.1.1 There is no such mailbox"), { responseCode: 550 });
  }

  async #takeIn(stream, session) {
    const to = session.envelope.rcptTo.map((recipient) => recipient.address).join(", ");
    const chunks = [];
    for await (const chunk of stream) chunks.push(chunk);
    if (this.#open <= 0) {
      this.waiting.push(to);
      return false;
    }
    this.#open -= 1;
    this.mails.push(await read(to, Buffer.concat(chunks)));
    return true;
  }
}

async function read(to, source) {
  const parsed = await simpleParser(source, { skipHtmlToText: true, skipTextToHtml: true });
  const headers = new Map(
    parsed.headerLines.map(({ key, line }) => [key, line.slice(line.indexOf(":") + 1).replace(/\r?\n\s+/g, " ").trim()]),
  );
  return {
    to,
    subject: parsed.subject ?? "",
    from: parsed.from.value[0],
    text: parsed.text ?? "",
    html: parsed.html || "",
    /** A header as it stood there, unfolded. */
    header: (name) => headers.get(name.toLowerCase()),
    /** The first link in the text whose address has this in it. */
    link: (part) => {
      const found = (parsed.text ?? "").match(/https?:\/\/\S+/g)?.find((link) => link.includes(part));
      if (!found) throw new Error(`no link with ${part} in the mail to ${to}:\n${parsed.text}`);
      return found;
    },
  };
}
