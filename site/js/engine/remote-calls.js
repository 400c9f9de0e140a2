// Calls across threads: a client on one side, methods on the other, a message each way. Buffers of
// typed arrays in an answer are handed over, not copied; an error arrives with its name, message
// and stage.

/** Answer calls that come through `port`. `methods` is a Map of functions. */
export function serve(port, methods) {
  port.addEventListener("message", async ({ data }) => {
    if (data.call === undefined) return;
    try {
      const value = await methods.get(data.name)(...data.args);
      port.postMessage({ answer: data.call, value }, buffersOf(value));
    } catch (error) {
      port.postMessage({ answer: data.call, error: plain(error) });
    }
  });
  port.start?.();
}

/** Makes calls through `port`. */
export class Client {
  #port;
  #waiting = new Map();
  #count = 0;
  #lost;

  constructor(port) {
    this.#port = port;
    port.addEventListener("message", ({ data }) => {
      const call = this.#waiting.get(data.answer);
      if (!call) return;
      this.#waiting.delete(data.answer);
      if (data.error) call.reject(revived(data.error));
      else call.resolve(data.value);
    });
    port.start?.();
  }

  call(name, ...args) {
    if (this.#lost) return Promise.reject(revived(this.#lost));
    return new Promise((resolve, reject) => {
      this.#waiting.set(++this.#count, { resolve, reject });
      this.#port.postMessage({ call: this.#count, name, args });
    });
  }

  /** The other side is gone: whoever waits for an answer, or asks from now on, gets this error. */
  lose(error) {
    this.#lost = plain(error);
    for (const { reject } of this.#waiting.values()) reject(revived(this.#lost));
    this.#waiting.clear();
  }
}

export function named(name, message, more) {
  return Object.assign(new Error(message), { name }, more);
}

/** An error as data, for errors lose their names on the way between threads. */
export const plain = ({ name, message, stage }) => ({ name, message: String(message), stage });

export const revived = ({ name, message, stage }) => named(name, message, stage ? { stage } : {});

/** The buffers of an object's typed arrays, also of those one level deeper. */
export function buffersOf(value) {
  const own = (one) => (ArrayBuffer.isView(one) || Object(one) !== one ? [one] : Object.values(one));
  const parts = own(value).flatMap(own);
  return [...new Set(parts.filter(ArrayBuffer.isView).map((part) => part.buffer))];
}
