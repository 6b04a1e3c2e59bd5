// The line between the people and the program: it can be cut, mended, and lose an answer that the program has given.

import { once } from "node:events";
import { createServer, request } from "node:http";

/** Starts a line that leads nowhere yet. */
export async function startLine() {
  const line = new Line();
  await line.start();
  return line;
}

class Line {
  #server;
  #sockets = new Set();
  #target;
  #isCut = false;
  #loses = () => false;

  constructor() {
    /** What went through and whose answer was lost, as `POST /p/…`. */
    this.lost = [];
    /** What went through and was answered, in their order: method, path and status. */
    this.answered = [];
  }

  async start() {
    this.#server = createServer((incoming, outgoing) => this.#pass(incoming, outgoing));
    this.#server.on("connection", (socket) => {
      if (this.#isCut) return socket.destroy();
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
    });
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    this.origin = `http://127.0.0.1:${this.#server.address().port}`;
  }

  leadTo(port) {
    this.#target = port;
  }

  /** Nothing goes through from now on, and what is on its way does not arrive. */
  cut() {
    this.#isCut = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  mend() {
    this.#isCut = false;
    this.#loses = () => false;
  }

  /** From now on, what `matches` says of a method and a path reaches the program, and its answer reaches nobody. */
  loseAnswers(matches) {
    this.#loses = matches;
  }

  /** How often something was answered. */
  count(method, path, status) {
    return this.answered.filter((it) => it.method === method && it.path === path && it.status === status).length;
  }

  stop() {
    this.cut();
    return new Promise((done) => this.#server.close(done));
  }

  #pass(incoming, outgoing) {
    const { method, url, rawHeaders } = incoming;
    const path = url.split("?")[0];
    const out = request({ host: "127.0.0.1", port: this.#target, method, path: url, headers: pairs(rawHeaders) });
    out.on("error", () => outgoing.destroy());
    out.on("response", async (answer) => {
      const chunks = [];
      try {
        for await (const chunk of answer) chunks.push(chunk);
      } catch {
        return outgoing.destroy();
      }
      if (this.#loses(method, path)) {
        this.lost.push(`${method} ${path}`);
        return outgoing.destroy();
      }
      this.answered.push({ method, path, status: answer.statusCode });
      outgoing.writeHead(answer.statusCode, answer.rawHeaders);
      outgoing.end(Buffer.concat(chunks));
    });
    incoming.pipe(out);
  }
}

/** Headers as they came, with names that are there twice. */
function pairs(raw) {
  const headers = {};
  for (let at = 0; at < raw.length; at += 2) {
    const name = raw[at].toLowerCase();
    headers[name] = name in headers ? [headers[name], raw[at + 1]].flat() : raw[at + 1];
  }
  return headers;
}
